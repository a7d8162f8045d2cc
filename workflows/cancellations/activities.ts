import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { CancellationActivities } from '../../activities/cancellations/index.ts';
import {
  actionOptions,
  queryOptions,
  quickQueryOptions,
  recordOptions,
  vendorMailOptions,
} from '../shared/activityOptions.ts';

/**
 * The activities of cancellations, each under the options that suit it (`activityOptions.ts`): a workflow cannot call one in
 * another way. They run on the queue of the workflow.
 */
const proxy = <Name extends keyof CancellationActivities>(options: ActivityOptions) =>
  proxyActivities<Pick<CancellationActivities, Name>>(options);

export const records = proxy<
  | 'closeCancellation'
  | 'closeLostTasks'
  | 'dropEleadMail'
  | 'evidenceOfTasks'
  | 'hasBegun'
  | 'keepRecords'
  | 'notifyOfStop'
  | 'openCancellations'
  | 'recordRequest'
  | 'recordStopped'
  | 'recordWithdrawal'
  | 'restoreRecords'
  | 'runningWorkflow'
  | 'saveProgress'
  | 'settleEleadMail'
  | 'standingsOf'
  | 'untilClosed'
>(recordOptions);

export const queries = proxy<
  | 'answerGroupQuestion'
  | 'cancelRemoval'
  | 'cdkTerminated'
  | 'dmsProviderGone'
  | 'guardBroken'
  | 'noLongerEnded'
  | 'notifyRequesters'
  | 'parentStatus'
  | 'recordDataAfterEnd'
  | 'removalOf'
  | 'tellFollowers'
  | 'untilNotActive'
>(queryOptions);

export const quickQueries = proxy<'isStillEnded' | 'parentStatus'>(quickQueryOptions);

export const actions = proxy<'removeDmsProvider' | 'sendRemovalRequest'>(actionOptions);

export const vendorMails = proxy<'sendEleadMail'>(vendorMailOptions);

/** Reading and changing a dealer's events at VinSolutions: given up after half an hour, since CST can do it too. */
export const eventServiceCalls = proxy<'eventsOfDealer' | 'switchEvents'>({
  ...actionOptions,
  scheduleToCloseTimeout: '30 minutes',
});

/** Whether Fortellis can confirm CDK's termination: given up soon, since a person can do it too. */
export const fortellisQueries = proxy<'organizationAtFortellis'>({
  ...queryOptions,
  scheduleToCloseTimeout: '5 minutes',
});

/**
 * A run of CST's "Remove from Vin Event Stream", tried until CST answers. A withdrawal stops it where nothing was run yet, and
 * else learns how the run ended.
 */
export const removalRuns = proxy<'removeFromVinEventStream'>({ ...actionOptions, startToCloseTimeout: '2 hours' });
