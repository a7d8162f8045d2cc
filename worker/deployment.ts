import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type TaskQueue, taskQueues } from '../domain/shared/taskQueues.ts';

/** One build of the workers of a deployment. */
export interface WorkerVersion {
  deployment: string;
  /** Of its release (`buildIdOf`). */
  buildId: string;
}

/** gRPC: NOT_FOUND until the version's first worker has polled. */
const notFound = 5;
const lookAgainMs = 500;

/**
 * Makes a version the one on which processes begin, and on which those that run go on (what changed in them is behind
 * `patched`). It waits until workers of that version poll every task queue; Temporal itself only asks for those that have work
 * at that moment. A worker never does this by itself: an old one that restarts would take all processes back to its build.
 * @param withinMs how long it waits
 * @throws the server's refusal, or an Error that names the task queues without a worker
 */
export async function makeCurrent(client: Client, version: WorkerVersion, withinMs: number): Promise<void> {
  const { namespace } = client.options;
  const { deployment: deploymentName, buildId } = version;
  for (const until = Date.now() + withinMs; ; await sleep(lookAgainMs)) {
    const missing = await queuesWithoutWorker(client, version);
    if (missing.length === 0) break;
    if (Date.now() > until) throw new Error(`no worker of it polls ${missing.join(' or ')}`);
  }
  await client.workflowService.setWorkerDeploymentCurrentVersion({
    namespace,
    deploymentName,
    buildId,
    identity: 'dealerops',
  });
}

async function queuesWithoutWorker(client: Client, { deployment, buildId }: WorkerVersion): Promise<TaskQueue[]> {
  try {
    const { versionTaskQueues } = await client.workflowService.describeWorkerDeploymentVersion({
      namespace: client.options.namespace,
      deploymentVersion: { deploymentName: deployment, buildId },
    });
    const polled = new Set(versionTaskQueues?.map(({ name }) => name));
    return taskQueues.filter((queue) => !polled.has(queue));
  } catch (error) {
    if ((error as { code?: number }).code === notFound) return [...taskQueues];
    throw error;
  }
}
