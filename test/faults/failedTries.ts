import proto from '@temporalio/proto';
import type { TestService } from '../support/service.ts';

const { TIMEOUT_TYPE_HEARTBEAT: heartbeat } = proto.temporal.api.enums.v1.TimeoutType;

interface FailedTries {
  activity: string;
  /** The type of the last one. */
  failure: string;
}

/** The activities of a workflow that were tried more than once, in their order. */
export async function failedTries({ client }: TestService, workflowId: string): Promise<FailedTries[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events!.flatMap(({ activityTaskStartedEventAttributes: started }) => {
    if (!started?.lastFailure) return [];
    const { applicationFailureInfo, timeoutFailureInfo } = started.lastFailure;
    const scheduled = events!.find(({ eventId }) => eventId!.eq(started.scheduledEventId!))!;
    const wasLost = timeoutFailureInfo?.timeoutType === heartbeat;
    return {
      activity: scheduled.activityTaskScheduledEventAttributes!.activityType!.name!,
      failure: wasLost ? 'no heartbeat' : (applicationFailureInfo?.type ?? 'another'),
    };
  });
}
