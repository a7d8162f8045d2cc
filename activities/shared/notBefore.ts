import { activityInfo, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** What the heartbeat of an activity says that waits for a time. */
interface Waiting {
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

/**
 * For an activity that waits for a time: thrown, it is tried again at that time, and the workflow's history has no event of it.
 * @param what happens then, for the Web UI
 */
export function notBefore(time: Date, what: string): ApplicationFailure {
  const now = temporalTime().getTime();
  heartbeat({ until: time.getTime(), answeredAt: now } satisfies Waiting);
  return ApplicationFailure.create({
    message: `${what} at ${time.toISOString()}`,
    type: 'NotYet',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, time.getTime() - now),
  });
}
