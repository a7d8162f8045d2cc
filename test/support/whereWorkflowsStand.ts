import proto from '@temporalio/proto';
import { afterEach } from 'vitest';
import { latestTimeSkipping } from './timeSkipping.ts';

const { EventType } = proto.temporal.api.enums.v1;

/**
 * A test with time skipping that has failed says where its workflows stand: nobody may see it fail a second time. `.ci/run` lists
 * lines with `Error: ` once more.
 */
afterEach(async ({ task }) => {
  const env = latestTimeSkipping();
  if (task.result?.state !== 'fail' || !env) return;
  const say = (line: string) => console.error(`Error: ${task.name}: ${line}`);
  say(`the server's time is ${new Date(await env.currentTimeMs()).toISOString()}`);
  const { executions } = await env.connection.workflowService.listOpenWorkflowExecutions({ namespace: 'default' });
  for (const { execution, type } of executions) {
    const handle = env.client.workflow.getHandle(execution!.workflowId!, execution!.runId!);
    const { raw } = await handle.describe();
    const activities = raw.pendingActivities?.map(
      ({ activityType, attempt }) => `${activityType?.name} (try ${attempt})`,
    );
    const { events } = await handle.fetchHistory();
    const last = events
      ?.slice(-8)
      .map(
        (event) =>
          `${EventType[event.eventType!]} at ${new Date(Number(event.eventTime?.seconds) * 1000).toISOString()}`,
      );
    say(
      `${type?.name} ${handle.workflowId} is open, with ${activities?.join(', ') || 'no activity'}: ${last?.join(', ')}`,
    );
  }
});
