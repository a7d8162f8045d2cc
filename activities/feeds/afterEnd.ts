import { ApplicationFailure } from '@temporalio/common';
import { currentImports } from '../../db/queries/feeds/imports.ts';
import { listOnboardings } from '../../db/queries/feeds/onboardings.ts';
import { type FeedImportRow, importById } from '../../db/queries/feeds/runs.ts';
import { feedDmsTitles } from '../../domain/feeds/feeds.ts';
import { sortFolder } from '../../domain/feeds/listing.ts';
import { longestHeader } from '../../domain/feeds/reading/header.ts';
import { identifyFeed } from '../../domain/feeds/reading/open.ts';
import { lastAnsweredAt, lookDaily, temporalTime } from '../shared/notBefore.ts';
import { startNotice } from '../shared/startNotice.ts';
import type { FeedContext } from './context.ts';
import { listingDigest } from './listingDigest.ts';
import { withFeedServer } from './server.ts';

/** For so long after the end of an import its folder is looked at. */
const watchedDays = 90;
/** After so many days without a look into the folder the team's lead hears of it. */
const unseenDays = 7;
const dayMs = 86_400_000;
/** More files than that at once are one delivery: the first of them tell enough. */
const mostFound = 50;
/** So many are read within the activity's time, also from a slow server. */
const mostHeaders = 200;
const mostNamed = 5;

/** Files that arrive for an import that has ended (spec: cancellations.md, "No data after the end"). */
export function afterEndActivities({ database: { db }, temporal, feeds }: FeedContext) {
  return {
    /**
     * Looks into the folder daily, without an event, until files of the import's own kind have arrived since its end.
     * @param seen what it had at the last look, as this has returned it
     * @returns null when nobody needs to look any more: it has ended long ago, or another import takes the dealer’s files
     */
    async filesAfterEnd({
      importId,
      seen,
    }: {
      importId: string;
      seen?: string;
    }): Promise<{ seen: string; arrived: string } | null> {
      const row = await importById(db, importId);
      if (!row?.endedAt) return null;
      const { endedAt } = row;
      const until = endedAt.getTime() + watchedDays * dayMs;
      return lookDaily<{ seen: string; arrived: string } | null>(async () => {
        if (temporalTime().getTime() > until) return { found: null };
        const successor = await successorOf(row);
        if (successor === 'import') return { found: null };
        if (successor === 'onboarding') return { still: 'The dealer wants the feed again' };
        const now = await look(row, endedAt);
        if ('unknown' in now) {
          const since = lastAnsweredAt();
          if (temporalTime().getTime() > since + unseenDays * dayMs) await tellLead(row, since, now.unknown);
          return { still: `It is not known whether files arrive (${now.unknown})`, isUnknown: true };
        }
        if (now.seen === undefined || now.seen === seen) return { still: 'No other file has arrived since the end' };
        return { found: now };
      });
    },
  };

  /** Once for each outage. @param since in ms */
  async function tellLead({ id, account, dms, kind }: FeedImportRow, since: number, reason: string): Promise<void> {
    await startNotice(temporal, {
      ...{ about: 'escalated', key: `feeds/after-end/${id}/${since}`, process: 'feeds' },
      title: `Ended feed of dealer ${account}`,
      text: `Nobody knows whether files of ${feedDmsTitles[dms]} ${kind} still arrive after the end: Dealerops cannot look into the folder (${reason}). Ask ProResponse whether it has stopped the delivery.`,
    });
  }

  /** What takes the files instead, or will. */
  async function successorOf({ account, dms, kind }: FeedImportRow): Promise<'import' | 'onboarding' | undefined> {
    const imports = await currentImports(db, account);
    if (imports.some((one) => one.dms === dms && one.kind === kind)) return 'import';
    const onboardings = await listOnboardings(db, { account, dms, open: true, limit: 1 });
    return onboardings.some(({ kinds }) => kinds.includes(kind)) ? 'onboarding' : undefined;
  }

  /** @returns `unknown` where the server does not let us look: its secrets may be gone with the feed */
  async function look(
    row: FeedImportRow,
    endedAt: Date,
  ): Promise<{ seen: string; arrived: string } | { seen?: undefined } | { unknown: string }> {
    try {
      const { own, many } = await withFeedServer(feeds, row, async (session) => {
        const { files } = sortFolder(await session.list(row.directory), row.directory, row);
        const since = files.filter(({ modifiedAt }) => Date.parse(modifiedAt) > endedAt.getTime());
        const found: string[] = [];
        for (const file of since.slice(0, mostHeaders)) {
          if (found.length >= mostFound) break;
          const { path, size, modifiedAt } = file;
          const { is } = identifyFeed(await session.head(path, longestHeader, file), row.dms);
          if (is === row.kind)
            found.push(`${path} of ${modifiedAt.slice(0, 16).replace('T', ' ')} UTC (${size} bytes)`);
        }
        return { own: found, many: since.length };
      });
      if (own.length === 0 && many > mostHeaders)
        return { unknown: `${many} files have arrived since, and only the first ${mostHeaders} were looked at` };
      if (own.length === 0) return {};
      const more = own.length > mostNamed ? ` and ${own.length - mostNamed} more` : '';
      return { seen: listingDigest(own), arrived: `${own.slice(0, mostNamed).join('; ')}${more}` };
    } catch (error) {
      if (error instanceof ApplicationFailure) return { unknown: error.message };
      throw error;
    }
  }
}
