import { activityInfo, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

/** What the heartbeat of an activity says that waits for a time. */
interface Waiting {
  /** In ms, by Temporal's clock. */
  until: number;
}

/** By Temporal's clock, which the workflows go by: a worker's own may be minutes off. */
export function temporalTime(): Date {
  const { currentAttemptScheduledTimestampMs, heartbeatDetails } = activityInfo();
  // The time-skipping test server tells when the try before has failed.
  const { until = 0 } = (heartbeatDetails ?? {}) as Partial<Waiting>;
  return new Date(Math.max(currentAttemptScheduledTimestampMs, until));
}

/**
 * For an activity that waits for a time: thrown, it is tried again at that time, and the workflow's history has no event of it.
 * @param what happens then, for the Web UI
 */
export function notBefore(time: Date, what: string): ApplicationFailure {
  const now = temporalTime().getTime();
  heartbeat({ until: time.getTime() } satisfies Waiting);
  return ApplicationFailure.create({
    message: `${what} at ${time.toISOString()}`,
    type: 'NotYet',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, time.getTime() - now),
  });
}
