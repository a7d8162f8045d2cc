import { WorkflowIdConflictPolicy } from '@temporalio/client';
import type { Db } from '../../db/client.ts';
import { keepArrival, latestCancellations } from '../../db/queries/cancellations/dataAfterEnd.ts';
import {
  type DataArrival,
  type EndedIntegration,
  type LatestCancellation,
  reasonToIgnore,
} from '../../domain/cancellations/dataAfterEnd.ts';
import { withArrivals } from '../../domain/cancellations/dataAfterEndTask.ts';
import { dataAfterEndWorkflow } from '../../domain/cancellations/workflowStarts.ts';
import { integrationNamed } from '../../domain/shared/vendors.ts';
import { dealer } from '../shared/dealers.ts';
import { lookDaily } from '../shared/notBefore.ts';
import type { CancellationContext } from './context.ts';

/** Data that arrives after an integration's end (spec: cancellations.md, last section). */
export function dataAfterEndActivities({ database: { db }, dealers, temporal, cancellations }: CancellationContext) {
  const { dataAfterEndGraceDays } = cancellations;

  /** Known by CST where the arrival does not name the dealer's ID: another one than before is a new integration's. */
  async function isOfNewIntegration({ account, integration, dealerId }: LatestCancellation, arrival: DataArrival) {
    if (arrival.dealerId !== undefined || dealerId === undefined) return false;
    const { integrations } = await dealer(dealers, account);
    const now = integrationNamed(integrations, integration)?.dealerId;
    return now !== undefined && now !== dealerId;
  }

  return {
    /**
     * Keeps what has arrived for a dealer whose integration has ended, and starts the workflow of the task about it where none
     * runs. Anything else is ignored. Safe to repeat.
     * @returns the accounts that have the issue; none where it was ignored
     */
    async recordDataAfterEnd(arrival: DataArrival): Promise<string[]> {
      if (dataAfterEndGraceDays === undefined) return [];
      const concerned: string[] = [];
      for (const latest of await latestCancellations(db, arrival)) {
        if (reasonToIgnore(latest, arrival, dataAfterEndGraceDays) || (await isOfNewIntegration(latest, arrival)))
          continue;
        const { cancellationId, account, integration, dealerId } = latest;
        const ended: EndedIntegration = { cancellationId, account, integration, dealerId };
        await keepArrival(db, ended, arrival, withArrivals);
        await temporal.workflow.start('resolveDataAfterEnd', {
          ...dataAfterEndWorkflow(ended),
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        });
        concerned.push(account);
      }
      return concerned;
    },

    /** Whether the integration is still ended by this cancellation: else data is to arrive again. */
    isStillEnded: (of: EndedIntegration): Promise<boolean> => isStillEnded(db, of),

    /**
     * Waits until the integration is not ended any more; while it is, the activity is tried again daily, without an event.
     * @param from when to look first, ISO 8601
     */
    noLongerEnded({ from, ...of }: EndedIntegration & { from: string }): Promise<void> {
      return lookDaily<void>(
        async () => ((await isStillEnded(db, of)) ? { still: 'The integration is ended' } : { found: undefined }),
        from,
      );
    },
  };
}

async function isStillEnded(db: Db, { cancellationId, account, integration }: EndedIntegration): Promise<boolean> {
  const [latest] = await latestCancellations(db, { integration, account });
  return latest?.cancellationId === cancellationId && latest.state === 'ended';
}
