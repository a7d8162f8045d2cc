import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { withoutValues } from '../db/failures.ts';

/**
 * Around every activity: says that it goes on, so that a worker that was killed is noticed within seconds, and keeps
 * statements' values out of logs and histories when it fails.
 */
export const activityInterceptor: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const activity = Context.current();
    const { heartbeatTimeoutMs } = activity.info;
    const beat = heartbeatTimeoutMs && setInterval(() => activity.heartbeat(), heartbeatTimeoutMs / 3);
    try {
      return await next(input);
    } catch (error) {
      throw withoutValues(error);
    } finally {
      if (beat) clearInterval(beat);
    }
  },
};
