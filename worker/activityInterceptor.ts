import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { withoutValues } from '../db/failures.ts';
import { isUnencrypted } from '../domain/shared/unencrypted.ts';

/**
 * Around every activity: sends heartbeats, so that a killed worker is noticed within seconds, and keeps statements' values
 * out of logs and histories when it fails. A heartbeat replaces the details of the one before; one that has none of its own
 * repeats the last ones, so that a retry finds the activity's checkpoint. Arguments that the service has not encrypted are
 * rejected: whoever reaches Temporal can schedule an activity.
 */
export const activityInterceptor: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    if (input.args.some(isUnencrypted))
      throw ApplicationFailure.nonRetryable('The arguments were not encrypted with a codec key', 'Unencrypted');
    const activity = Context.current();
    if (isUnencrypted(activity.info.heartbeatDetails)) Object.assign(activity.info, { heartbeatDetails: undefined });
    const { heartbeatTimeoutMs, heartbeatDetails } = activity.info;
    const { heartbeat } = activity;
    let checkpoint: unknown = heartbeatDetails;
    const repeating = (details?: unknown) => {
      if (details !== undefined) checkpoint = details;
      heartbeat(checkpoint);
    };
    // The activity's own calls come here too: `heartbeat()` of the SDK calls the context's.
    Object.assign(activity, { heartbeat: repeating });
    const beat = heartbeatTimeoutMs && setInterval(repeating, heartbeatTimeoutMs / 3);
    try {
      return await next(input);
    } catch (error) {
      throw withoutValues(error);
    } finally {
      if (beat) clearInterval(beat);
    }
  },
};
