import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { longestMailTryMs } from '../../domain/shared/mail.ts';

/**
 * How workflows call activities; each process binds its own with them (`workflows/<process>/activities.ts`). What differs is how
 * long one try may last and what happens to it when its scope is canceled. Every activity sends heartbeats.
 */
const heartbeatTimeout = '15 seconds';
const mailTryMs = longestMailTryMs + 5 * 60_000;

/** Reading and writing our own tables, and starting notices: retried until it works, and soon, since a person may wait for it. */
export const recordOptions: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
};

/** Reading from outside systems and notifying other workflows: retried until it works. */
export const queryOptions: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
};

/** What cannot be undone: when its scope is canceled, the try that is in progress ends first, and the workflow learns how. */
export const actionOptions: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '2 seconds', maximumInterval: '5 minutes' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Mail to a vendor: the mail server may be slow, and a workflow that is canceled learns whether the mail has left. */
export const vendorMailOptions: ActivityOptions = { ...actionOptions, startToCloseTimeout: mailTryMs };

/** One mail to one of our own people: given up after a day. */
export const noticeMailOptions: ActivityOptions = {
  startToCloseTimeout: mailTryMs,
  heartbeatTimeout,
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '5 seconds', maximumInterval: '10 minutes' },
};

/** For how long a person waits for the answer of an outside system; less than the API has for its own answer. */
export const quickQuerySeconds = 4;

/** Reading from outside systems while a person waits for it: given up soon, since the person can try again. */
export const quickQueryOptions: ActivityOptions = {
  startToCloseTimeout: quickQuerySeconds * 1_000,
  scheduleToCloseTimeout: quickQuerySeconds * 1_000,
  retry: { initialInterval: '250 ms', maximumInterval: '1 second' },
};
