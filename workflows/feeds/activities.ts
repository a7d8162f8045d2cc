import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { FeedActivities } from '../../activities/feeds/index.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { actionOptions, queryOptions, recordOptions, vendorMailOptions } from '../shared/activityOptions.ts';

/**
 * The activities of feeds, each under the options that suit it. What reads files is on the queue of the workflow, the bulk queue;
 * what people wait for is always on the interactive one.
 */
const proxy = <Name extends keyof FeedActivities>(options: ActivityOptions) =>
  proxyActivities<Pick<FeedActivities, Name>>(options);

export const records = proxy<
  'applySchedule' | 'beginRun' | 'decideAboutFiles' | 'endImport' | 'endOfImport' | 'endRun' | 'retryImport'
>({ ...recordOptions, taskQueue });

/** The tables of onboardings. */
export const onboardingRecords = proxy<
  | 'dropProResponseMail'
  | 'endOnboardedImports'
  | 'knownPermission'
  | 'markAsked'
  | 'planPermission'
  | 'saveInformation'
  | 'saveOnboarding'
  | 'settleProResponseMail'
  | 'startOnboardedImports'
  | 'takePermission'
  | 'tellFeedsLead'
>({ ...recordOptions, taskQueue });

/** What onboardings ask of the dealer's account, and of the folder where its files arrive. */
export const onboardingQueries = proxy<
  'filesAfterEnd' | 'knownLocation' | 'leadExportOf' | 'missingInformation' | 'untilNewFiles'
>({
  ...queryOptions,
  // Longer than a server that stalls is waited for, so that the activity can say so.
  startToCloseTimeout: '3 minutes',
  taskQueue,
});

/** A withdrawal ends what these have created: it waits for a try that is in progress. */
export const onboardingActions = proxy<'createOnboardedImports'>({ ...actionOptions, taskQueue });

export const proResponseMails = proxy<'sendProResponseMail'>({ ...vendorMailOptions, taskQueue });

/** The server may be down for a while: tried less and less often, for as long as the run may take. */
const retry = { initialInterval: '5 seconds', maximumInterval: '10 minutes' } as const;
const heartbeatTimeout = '30 seconds';

/** Looking at the folder. */
export const looks = proxy<'listFolder' | 'lookAgain'>({ startToCloseTimeout: '5 minutes', heartbeatTimeout, retry });

/** One file, from its first byte to the commit: tried again, it goes on where it can. */
export const imports = proxy<'importFile'>({
  startToCloseTimeout: '4 hours',
  heartbeatTimeout,
  retry,
});

/** Rejected rows that people have corrected. */
export const corrections = proxy<'importCorrections'>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Given up soon: the next run removes a file whose content it knows. */
export const removals = proxy<'removeFile'>({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout,
  retry,
});
