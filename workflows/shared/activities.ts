import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.ts';
import { longestMailTryMs } from '../../domain/shared/mail.ts';

/**
 * The activities as workflows call them; what differs is how long one try may last and what a withdrawal does to it. Every
 * activity says by heartbeats that it goes on.
 */
const heartbeatTimeout = '15 seconds';
const mailTryMs = longestMailTryMs + 5 * 60_000;

/** Reading from our tables and writing to them, and starting notices: tried until it works, and soon, since a person may wait for it. */
export const record = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Reading from outside systems and telling other workflows: tried until it works. */
export const ask = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
});

/** What cannot be undone: a withdrawal lets the try that is in progress come to its end, and learns how it ended. */
export const act = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '2 seconds', maximumInterval: '5 minutes' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Handing mail over: the mail server may be slow, and a withdrawal learns whether it has left. */
export const mailVendor = proxyActivities<Activities>({
  startToCloseTimeout: mailTryMs,
  heartbeatTimeout,
  retry: { initialInterval: '2 seconds', maximumInterval: '5 minutes' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** A run of CST's "Remove from Vin Event Stream"; its workflow decides on a next try. */
export const run = proxyActivities<Activities>({
  startToCloseTimeout: '2 hours',
  heartbeatTimeout,
  retry: { maximumAttempts: 1 },
});

/** For how long a person waits for the answer of an outside system; less than the API has for its own answer. */
export const checkSeconds = 4;

/** Reading from outside systems while a person waits for it: given up soon, since the person can try again. */
export const check = proxyActivities<Activities>({
  startToCloseTimeout: checkSeconds * 1_000,
  scheduleToCloseTimeout: checkSeconds * 1_000,
  retry: { initialInterval: '250 ms', maximumInterval: '1 second' },
});

/** One mail to one of our own people: given up after a day. */
export const mail = proxyActivities<Activities>({
  startToCloseTimeout: mailTryMs,
  heartbeatTimeout,
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '5 seconds', maximumInterval: '10 minutes' },
});
