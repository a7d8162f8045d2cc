import { activityInfo, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

const dayMs = 24 * 3_600_000;

/** What the heartbeat of an activity says that waits for a time. */
export interface Waiting {
  /** In ms, by Temporal's clock. */
  until: number;
  /** When it last had all that it needs of outside systems: an outage begins after that. */
  answeredAt: number;
}

/** By Temporal's clock, which the workflows go by: a worker's own may be minutes off. */
export function temporalTime(): Date {
  // The time-skipping test server tells when the try before has failed.
  return new Date(Math.max(activityInfo().currentAttemptScheduledTimestampMs, waitedUntil().getTime()));
}

/** For when the activity has waited; when it was first scheduled, where it has not. */
function waitedUntil(): Date {
  const { scheduledTimestampMs, heartbeatDetails } = activityInfo();
  const { until = scheduledTimestampMs } = (heartbeatDetails ?? {}) as Partial<Waiting>;
  return new Date(until);
}

/** When the activity last had all that it needs of outside systems, in ms; when it was first scheduled, where it never had. */
export function lastAnsweredAt(): number {
  const { scheduledTimestampMs, heartbeatDetails } = activityInfo();
  const { answeredAt = scheduledTimestampMs } = (heartbeatDetails ?? {}) as Partial<Waiting>;
  return answeredAt;
}

/**
 * For an activity that waits for a time: thrown, it is tried again at that time, and the workflow's history has no event of it.
 * @param what happens then, for the Web UI
 * @param answeredAt as `lastAnsweredAt`; now when absent
 */
export function notBefore(time: Date, what: string, answeredAt = temporalTime().getTime()): ApplicationFailure {
  const now = temporalTime().getTime();
  heartbeat({ until: time.getTime(), answeredAt } satisfies Waiting);
  return ApplicationFailure.create({
    message: `${what} at ${time.toISOString()}`,
    type: 'NotYet',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, time.getTime() - now),
  });
}

/**
 * For an activity that looks once a day, without an event, until what it waits for has happened.
 * @param look finds it, or says how it still is, for the Web UI; `isUnknown` where an outside system did not answer
 * @param from when to look first, ISO 8601; at once when absent
 */
export async function lookDaily<T>(
  look: () => Promise<{ found: T } | { still: string; isUnknown?: true }>,
  from?: string,
): Promise<T> {
  const now = temporalTime();
  if (from !== undefined && now < new Date(from)) throw notBefore(new Date(from), 'Looked at');
  const seen = await look();
  if ('found' in seen) return seen.found;
  const answeredAt = seen.isUnknown ? lastAnsweredAt() : now.getTime();
  throw notBefore(new Date(now.getTime() + dayMs), `${seen.still}: looked at again`, answeredAt);
}
