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

/** Reading and changing a dealer's events at VinSolutions: given up after half an hour, since CST can do it too. */
export const eventServiceCalls = proxyActivities<CancellationActivities>({
  ...actionOptions,
  scheduleToCloseTimeout: '30 minutes',
});

/** Whether Fortellis can confirm CDK's termination: given up soon, since a person can do it too. */
export const fortellisQueries = proxyActivities<CancellationActivities>({
  ...queryOptions,
  scheduleToCloseTimeout: '5 minutes',
});

/**
 * A run of CST's "Remove from Vin Event Stream", tried until CST answers. A withdrawal stops it where nothing was run yet, and
 * else learns how the run ended.
 */
export const removalRuns = proxyActivities<CancellationActivities>({
  ...actionOptions,
  startToCloseTimeout: '2 hours',
});
