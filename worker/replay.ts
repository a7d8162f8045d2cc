import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { inOurTaskQueues } from '../domain/shared/taskQueues.ts';

/** Of an open workflow whose history a build cannot replay. */
export interface FailedReplay {
  workflowId: string;
  runId: string;
  error: Error;
}

/**
 * Replays the histories of all open workflows of the service with a build, one after the other, as its workers would once
 * that build is current. Nothing is changed.
 * @param options.onReplayed told after each how many were replayed
 * @returns how many were replayed, and those that failed
 */
export async function replayOpenHistories(
  client: Client,
  {
    bundle,
    dataConverter,
    onReplayed = () => {},
  }: { bundle: WorkflowBundleWithSourceMap; dataConverter: DataConverter; onReplayed?: (count: number) => void },
): Promise<{ replayed: number; failed: FailedReplay[] }> {
  const open = client.workflow.list({ query: `${inOurTaskQueues} AND ExecutionStatus = 'Running'` });
  // Few at once: a history may hold megabytes.
  const histories = open.intoHistories({ concurrency: 2, bufferLimit: 2 });
  const failed: FailedReplay[] = [];
  let replayed = 0;
  for await (const { workflowId, runId, error } of Worker.runReplayHistories(
    { workflowBundle: bundle, dataConverter },
    histories,
  )) {
    replayed += 1;
    if (error) failed.push({ workflowId, runId, error });
    onReplayed(replayed);
  }
  return { replayed, failed };
}
