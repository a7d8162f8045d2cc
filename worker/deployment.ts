import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** One build of the workers of a deployment. */
export interface WorkerVersion {
  deployment: string;
  /** Of its release (`buildIdOf`). */
  buildId: string;
}

/** gRPC: NOT_FOUND until the version's first worker has polled, FAILED_PRECONDITION until it polls every task queue. */
const notYet = new Set([5, 9]);
const lookAgainMs = 500;

/**
 * Makes a version the one on which processes begin, and on which those that run go on (what changed in them is behind
 * `patched`). It waits until a worker of that version polls. A worker never does this by itself: an old one that restarts
 * would take all processes back to its build.
 * @param withinMs how long it waits
 * @throws the server's refusal, also when no worker polls in time
 */
export async function makeCurrent(client: Client, version: WorkerVersion, withinMs: number): Promise<void> {
  const { namespace } = client.options;
  const { deployment: deploymentName, buildId } = version;
  for (const until = Date.now() + withinMs; ; await sleep(lookAgainMs)) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName,
        buildId,
        identity: 'dealerops',
      });
      return;
    } catch (error) {
      if (!notYet.has((error as { code?: number }).code ?? -1) || Date.now() > until) throw error;
    }
  }
}
