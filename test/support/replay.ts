import { isGrpcServiceError } from '@temporalio/client';
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
        yield { workflowId, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() };
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

/** Ends a test's service, after a last look at its histories. */
export async function replayAndClose(service: TestService): Promise<void> {
  await expectAllReplay(service).finally(() => service.close());
}
