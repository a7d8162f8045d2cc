import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { changeFeedImport, createFeedImport, currentImports } from '../../db/queries/feeds/imports.ts';
import { type FeedImportRow, importById } from '../../db/queries/feeds/runs.ts';
import { defaultImport } from '../../domain/feeds/defaultImport.ts';
import { type FeedKind, feedDmsTitles } from '../../domain/feeds/feeds.ts';
import { sortFolder } from '../../domain/feeds/listing.ts';
import { type FileLocation, kindsInWords, onboardedImportId } from '../../domain/feeds/onboarding.ts';
import { defaultOnboarding } from '../../domain/feeds/settings.ts';
import { endedImportWatch } from '../../domain/feeds/workflowStarts.ts';
import { businessMorning, localDate } from '../../domain/shared/businessDays.ts';
import { lastAnsweredAt, lookDaily, temporalTime } from '../shared/notBefore.ts';
import type { FeedContext } from './context.ts';
import { listingDigest } from './listingDigest.ts';
import { onboardingRow } from './onboardingRecords.ts';
import { withFeedServer } from './server.ts';

/** For so long a server may be down before a person is told. */
const patienceMs = 24 * 3_600_000;

/** The feed imports that an onboarding creates, tries and starts. */
export function onboardingImportActivities({ database: { db }, temporal, feeds }: FeedContext) {
  async function current(onboardingId: string, kinds: readonly FeedKind[]): Promise<FeedImportRow[]> {
    const rows = await Promise.all(kinds.map((kind) => importById(db, onboardedImportId(onboardingId, kind))));
    return rows.filter((row) => row !== undefined);
  }

  return {
    /** Where the files of another feed of the same dealer and DMS arrive: those of this onboarding arrive there too. */
    async knownLocation({
      onboardingId,
    }: {
      onboardingId: string;
    }): Promise<{ at: FileLocation; evidence: string } | null> {
      const { account, dms } = await onboardingRow(db, onboardingId);
      const known = (await currentImports(db, account)).findLast((row) => row.dms === dms);
      if (!known) return null;
      const { host, port, hostKeys, directory, filename, regex, username, password, privateKey } = known;
      return {
        at: { host, port, hostKeys, directory, filename, regex, username, password, privateKey },
        evidence: `${directory} on ${host}, as the dealer’s ${feedDmsTitles[dms]} ${known.kind} files`,
      };
    },

    /**
     * One feed import for each kind, in its trial: it has no schedule. Safe to repeat.
     * @returns why they cannot be as they were entered, if so
     */
    async createOnboardedImports({
      onboardingId,
      kinds,
      location,
      by,
    }: {
      onboardingId: string;
      kinds: FeedKind[];
      location: FileLocation;
      by: string;
    }): Promise<{ problem?: string }> {
      const { account, dealerName, timeZone, dms } = await onboardingRow(db, onboardingId);
      for (const kind of kinds) {
        const id = onboardedImportId(onboardingId, kind);
        const of = { id, account, dealerName, timeZone, dms, kind, state: 'trial' } as const;
        const acting = { by, keyId: null };
        const created = await createFeedImport(db, { ...defaultImport, ...location, ...of }, acting);
        // One that was created before another was not: it may have been entered elsewhere then.
        const entered =
          'isNew' in created && !created.isNew
            ? await changeFeedImport(db, id, acting, () => ({ to: location, action: 'Feed import changed' }))
            : created;
        if (!entered || !('conflict' in entered)) continue;
        const { other, conflict } = entered;
        const which = `the ${feedDmsTitles[other.dms]} ${other.kind} import of ${other.dealerName ?? other.account}`;
        if (conflict === 'exists') return { problem: `${which} exists already: end it, or withdraw this onboarding` };
        return { problem: `${which} takes the same files of ${other.directory}, or moves its files there` };
      }
      return {};
    },

    /**
     * Looks into the folder daily, without an event, until it has files that were not there before.
     * @param seen what it had at the last look, as this has returned it
     * @param from since when a file is expected, ISO 8601
     * @returns `problem` where a person must do something: the server or its settings, or no file for long
     */
    async untilNewFiles({
      importId,
      seen,
      from,
    }: {
      importId: string;
      seen?: string;
      from: string;
    }): Promise<{ seen: string } | { problem: string }> {
      const row = await importById(db, importId);
      if (!row) throw ApplicationFailure.retryable(`There is no feed import ${importId}`, 'FeedImportUnknown');
      const { fileBusinessDays } = feeds.onboarding ?? defaultOnboarding;
      const expectedBy = businessMorning(new Date(from), fileBusinessDays, row.timeZone);
      return lookDaily<{ seen: string } | { problem: string }>(async () => {
        const now = await look(row);
        if ('problem' in now || (now.seen !== seen && now.files > 0)) return { found: now };
        if (temporalTime() < expectedBy) return { still: now.files === 0 ? 'There is no file' : 'No file is new' };
        const since = localDate(new Date(from), row.timeZone);
        return { found: { problem: `No ${seen ? 'new ' : ''}file has arrived since ${since}` } };
      });
    },

    /** The imports take their files daily from now on; their schedules are made next. Safe to repeat. */
    async startOnboardedImports({
      onboardingId,
      kinds,
    }: {
      onboardingId: string;
      kinds: FeedKind[];
    }): Promise<{ evidence: string }> {
      const started: FeedImportRow[] = [];
      const activeSince = temporalTime();
      for (const { id } of await current(onboardingId, kinds)) {
        const changed = await changeFeedImport(db, id, { by: 'dealerops', keyId: null }, ({ state }) => ({
          to: state === 'trial' ? { state: 'active', activeSince } : {},
          ...{ action: 'Feed import started: its trial was approved', detail: null },
        }));
        if (changed && 'conflict' in changed)
          throw ApplicationFailure.retryable(
            `The import ${id} cannot start: another one takes its files`,
            'FeedConflict',
          );
        if (changed) started.push(changed.row);
      }
      const times = started.map(
        ({ kind, localTime, timeZone }) => `${kindsInWords([kind])} at ${localTime} ${timeZone}`,
      );
      return { evidence: `daily: ${times.join(', ')}` };
    },

    /**
     * Ends those imports of the onboarding that are in their trial, or all of them, and has their folder watched; the schedules are
     * deleted next. Safe to repeat.
     * @returns the imports that have ended
     */
    async endOnboardedImports({
      onboardingId,
      kinds,
      by,
      reason,
      onlyInTrial,
    }: {
      onboardingId: string;
      kinds: FeedKind[];
      by: string;
      reason: string;
      onlyInTrial: boolean;
    }): Promise<{ importIds: string[] }> {
      const all = await current(onboardingId, kinds);
      const rows = all.filter(({ state }) => !onlyInTrial || state === 'trial');
      const endedAt = new Date(activityInfo().scheduledTimestampMs);
      for (const { id } of rows)
        await changeFeedImport(db, id, { by, keyId: null }, ({ state }) => ({
          to: state === 'ended' ? {} : { state: 'ended', endedAt },
          ...{ action: 'Feed import ended with its onboarding', detail: reason },
        }));
      // ProResponse may deliver all the same.
      for (const row of rows) await temporal.workflow.start('watchEndedImport', endedImportWatch(row));
      return { importIds: rows.map(({ id }) => id) };
    },
  };

  /** @throws ApplicationFailure while the server may answer again */
  async function look(row: FeedImportRow): Promise<{ seen: string; files: number } | { problem: string }> {
    try {
      const listed = await withFeedServer(feeds, row, (session) => session.list(row.directory));
      const { files, unusable } = sortFolder(listed, row.directory, row);
      const all = [...files, ...unusable.map(({ file }) => file)];
      return {
        seen: listingDigest(all.map(({ path, size, modifiedAt }) => [path, size, modifiedAt])),
        files: all.length,
      };
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      const isLasting = error.nonRetryable || temporalTime().getTime() - lastAnsweredAt() > patienceMs;
      if (!isLasting) throw error;
      return { problem: error.message };
    }
  }
}
