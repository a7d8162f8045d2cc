import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Db } from '../../db/client.ts';
import { changeFeedImport, currentImports, pauseChanges, resumeChanges } from '../../db/queries/feeds/imports.ts';
import { listOnboardings } from '../../db/queries/feeds/onboardings.ts';
import type { FeedImportRow } from '../../db/queries/feeds/runs.ts';
import { feedDmsTitles } from '../../domain/feeds/feeds.ts';
import { onboardingWorkflowId } from '../../domain/feeds/onboarding.ts';
import type { OnboardingSignals } from '../../domain/feeds/onboardingMessages.ts';
import { applyFeedImportWorkflow, endFeedImportWorkflow } from '../../domain/feeds/workflowStarts.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import type { CancellationFollower, DealerCancellation } from '../../domain/shared/dealerCancellation.ts';
import { temporalTime } from '../shared/notBefore.ts';
import { startNotice } from '../shared/startNotice.ts';

/** At most so many onboardings are in progress for a dealer: one per DMS. */
const mostOnboardings = 10;

/**
 * What a dealer's cancellation does to its feeds: no files are taken while it is in progress, and they end with it; where the customer
 * stays, files are taken again. Where nobody knows, they stay paused. An onboarding is withdrawn, and does not come back.
 */
export function followingCancellations({ db, temporal }: { db: Db; temporal: Client }): CancellationFollower {
  /** By which the pause is known as this cancellation's: another one, such as a person's, is left alone. */
  const reasonOf = ({ cancellationId }: DealerCancellation) => `the dealer is canceled: cancellation ${cancellationId}`;
  const acting = (by: string) => ({ by, keyId: null });

  async function change(
    { id }: FeedImportRow,
    by: string,
    changeOf: Parameters<typeof changeFeedImport>[3],
  ): Promise<FeedImportRow | undefined> {
    const changed = await changeFeedImport(db, id, acting(by), changeOf);
    if (!changed || 'conflict' in changed) return undefined;
    if (changed.isChanged) await temporal.workflow.start('applyFeedImport', applyFeedImportWorkflow(changed.row));
    return changed.row;
  }

  const pause = (row: FeedImportRow, of: DealerCancellation) =>
    change(row, of.by, ({ state }) => ({
      to: state === 'active' ? pauseChanges(of.by, reasonOf(of), temporalTime()) : {},
      ...{ action: 'Feed import paused', detail: reasonOf(of) },
    }));

  const resume = (row: FeedImportRow, of: DealerCancellation) =>
    change(row, of.by, ({ state, pausedReason }) => ({
      to: state === 'paused' && pausedReason === reasonOf(of) ? resumeChanges(temporalTime()) : {},
      ...{ action: 'Feed import resumed', detail: of.reason },
    }));

  async function end(row: FeedImportRow, of: DealerCancellation): Promise<void> {
    const contractReference = `cancellation ${of.cancellationId}`;
    const today = localDate(temporalTime(), row.timeZone);
    const ending = await change(row, of.by, ({ endsOn }) => ({
      to: endsOn !== null && endsOn <= today ? {} : { endsOn: today, endRequestedBy: of.by, contractReference },
      ...{ action: 'End of the feed import requested', detail: reasonOf(of) },
    }));
    if (ending && ending.state !== 'ended')
      await temporal.workflow.signalWithStart('endFeedImport', endFeedImportWorkflow(ending));
  }

  async function withdrawOnboardings(of: DealerCancellation): Promise<void> {
    for (const row of await listOnboardings(db, { account: of.account, open: true, limit: mostOnboardings })) {
      const args: [OnboardingSignals['endOnboarding']] = [{ by: of.by, reason: reasonOf(of) }];
      try {
        await temporal.workflow.getHandle(onboardingWorkflowId(row)).signal('endOnboarding', ...args);
      } catch (error) {
        // It has just ended, or was stopped: then it begins again, and is withdrawn when the cancellation ends.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    }
  }

  /** An onboarding that was withdrawn for a customer who stays after all is requested again, if it is still wanted. */
  async function tellOfWithdrawn(of: DealerCancellation): Promise<void> {
    const { account, cancellationId, reason } = of;
    const latest = await listOnboardings(db, { account, limit: mostOnboardings });
    const withdrawn = latest.filter((row) => row.state === 'withdrawn' && row.reason === reasonOf(of));
    if (withdrawn.length === 0) return;
    const names = withdrawn.map(({ dms }) => feedDmsTitles[dms]).join(', ');
    await startNotice(temporal, {
      ...{ about: 'escalated', key: `feeds/cancellation/${cancellationId}/withdrawn`, process: 'feeds' },
      title: `Onboarding of dealer ${account}`,
      text: `The dealer’s cancellation has withdrawn the onboarding of its feeds (${names}), and the dealer stays: ${reason}. Request the onboarding again if the feeds are still wanted.`,
    });
  }

  /** The feeds have not ended, and a person decides. */
  async function tellLead(
    rows: FeedImportRow[],
    { account, cancellationId, reason, standing }: DealerCancellation,
  ): Promise<void> {
    if (rows.length === 0) return;
    const now =
      standing === 'unclear'
        ? 'They stay paused: find out whether the dealer has left, then end or resume them on their pages'
        : 'They take files again: end them on their pages if the dealer has left';
    const names = rows.map(({ dms, kind }) => `${feedDmsTitles[dms]} ${kind}`).join(', ');
    await startNotice(temporal, {
      ...{ about: 'escalated', key: `feeds/cancellation/${cancellationId}`, process: 'feeds' },
      title: `Feeds of dealer ${account}`,
      text: `The dealer’s cancellation has ended, and its feeds have not: ${reason}. ${now}: ${names}.`,
    });
  }

  return {
    async concerns(account) {
      const [imports, onboardings] = await Promise.all([
        currentImports(db, account),
        listOnboardings(db, { account, limit: 1 }),
      ]);
      return imports.length > 0 || onboardings.length > 0;
    },

    async follow(of) {
      // Before the imports are read: an onboarding may be about to start them.
      if (of.standing === 'requested' || of.standing === 'ended') await withdrawOnboardings(of);
      const rows = (await currentImports(db, of.account)).filter(({ state }) => state !== 'trial');
      const each = async (one: (row: FeedImportRow, of: DealerCancellation) => Promise<unknown>) => {
        for (const row of rows) await one(row, of);
      };
      if (of.standing === 'requested') await each(pause);
      else if (of.standing === 'ended') await each(end);
      else if (of.standing !== 'unclear') {
        await each(resume);
        await tellOfWithdrawn(of);
      }
      if (of.standing === 'not_inactive' || of.standing === 'unclear') await tellLead(rows, of);
    },
  };
}
