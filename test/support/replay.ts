import { isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { cancellationIntegrations, cancellations } from '../../db/schema.ts';
import { cancellationWorkflowId, vinEventStreamWorkflowId } from '../../domain/cancellations.ts';
import { type TestService, testBundle } from './service.ts';

/** The histories that a test has left replay with the present code: of each dealer, of each integration's last run, and of the remover. */
export async function expectAllReplay({ db, client, dataConverter }: TestService): Promise<void> {
  const dealers = await db.select({ account: cancellations.account, runId: cancellations.id }).from(cancellations);
  const { workflowId, runId } = cancellationIntegrations;
  const known = [
    ...dealers.map(({ account, runId }) => ({ workflowId: cancellationWorkflowId(account), runId })),
    ...(await db.select({ workflowId, runId }).from(cancellationIntegrations)),
    { workflowId: vinEventStreamWorkflowId, runId: undefined },
  ];
  async function* histories() {
    for (const { workflowId, runId } of known) {
      try {
        const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        yield { workflowId, history: withoutUnanswered(history) };
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

const { EventType } = proto.temporal.api.enums.v1;
const answersOfTask: unknown[] = [
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
];

/**
 * Ends with the workflow task that a worker has right now. The time-skipping server already shows what came after it, such as a
 * timer, which a real one keeps back until the task is answered: a replay takes that for an invalid history and never ends.
 */
function withoutUnanswered(history: proto.temporal.api.history.v1.IHistory): proto.temporal.api.history.v1.IHistory {
  const events = history.events ?? [];
  const started = events.findLastIndex((one) => one.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED);
  const next = started < 0 ? undefined : events[started + 1];
  if (!next || answersOfTask.includes(next.eventType)) return history;
  return { ...history, events: events.slice(0, started + 1) };
}

/** Ends a test's service, after a last look at its histories. */
export async function replayAndClose(service: TestService): Promise<void> {
  await expectAllReplay(service).finally(() => service.close());
}
