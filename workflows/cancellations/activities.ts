import { proxyActivities } from '@temporalio/workflow';
import type { CancellationActivities } from '../../activities/cancellations/index.ts';
import {
  actionOptions,
  queryOptions,
  quickQueryOptions,
  recordOptions,
  vendorMailOptions,
} from '../shared/activityOptions.ts';

/** The activities of cancellations, by how they are called (`activityOptions.ts`). */

export const records = proxyActivities<CancellationActivities>(recordOptions);
export const queries = proxyActivities<CancellationActivities>(queryOptions);
export const quickQueries = proxyActivities<CancellationActivities>(quickQueryOptions);
export const actions = proxyActivities<CancellationActivities>(actionOptions);
export const vendorMails = proxyActivities<CancellationActivities>(vendorMailOptions);

/** A run of CST's "Remove from Vin Event Stream"; its workflow decides on a next try. */
export const removalRuns = proxyActivities<CancellationActivities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 1 },
});
