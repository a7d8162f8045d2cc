import { isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { feedRuns } from '../../db/schema/feeds.ts';
import { tasks } from '../../db/schema/shared.ts';
import { cancellationWorkflowId, vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { type TestService, testBundle } from './service.ts';

/** The histories that a test has left replay with the present code: the last of each workflow that the tables name, and of the remover. */
export async function expectAllReplay({ db, client, dataConverter }: TestService): Promise<void> {
  const dealers = await db.selectDistinct({ account: cancellations.account }).from(cancellations);
  const { workflowId, runId } = cancellationIntegrations;
  const known = [
    ...dealers.map(({ account }) => ({ workflowId: cancellationWorkflowId(account), runId: undefined })),
    ...(await db.select({ workflowId, runId }).from(cancellationIntegrations)),
    { workflowId: vinEventStreamWorkflowId, runId: undefined },
    ...(await feedWorkflows(db)).map((id) => ({ workflowId: id, runId: undefined })),
  ];
  async function* histories() {
    for (const { workflowId, runId } of known) {
      try {
        const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        assertAnswered(workflowId, history);
        yield { workflowId, history };
      } catch (error) {
        // A test in which no dealer has VinSolutions has no remover.
        const notFound = isGrpcServiceError(error) && error.code === 5;
        if (!notFound || workflowId !== vinEventStreamWorkflowId) throw error;
      }
    }
  }
  const replays = Worker.runReplayHistories({ workflowBundle: await testBundle(), dataConverter }, histories());
  for await (const { workflowId, error } of replays) expect(error, `the history of ${workflowId}`).toBeUndefined();
}

async function feedWorkflows(db: TestService['db']): Promise<string[]> {
  const runs = await db.selectDistinct({ id: feedRuns.workflowId }).from(feedRuns);
  const ofTasks = await db.selectDistinct({ id: tasks.workflowId }).from(tasks).where(eq(tasks.process, 'feeds'));
  return [...runs, ...ofTasks].map(({ id }) => id);
}

const { EventType } = proto.temporal.api.enums.v1;
const answersOfTask: unknown[] = [
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
];

/**
 * Replaying a history in which a workflow task has no answer but something follows ends the process or never ends. Only the fault
 * of the time-skipping server that `skipDays` describes leaves one.
 */
export function assertAnswered(workflowId: string, { events }: proto.temporal.api.history.v1.IHistory): void {
  const started = EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED;
  const lost = events?.find(({ eventType }, index) => {
    const next = events[index + 1];
    return eventType === started && next && !answersOfTask.includes(next.eventType);
  });
  if (lost) throw new Error(`the server lost workflow task ${lost.eventId} of ${workflowId}: see skipDays`);
}

/** Ends a test's service, after a last look at its histories. */
export async function replayAndClose(service: TestService): Promise<void> {
  await expectAllReplay(service).finally(() => service.close());
}
