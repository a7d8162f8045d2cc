import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type TaskQueue, taskQueues } from '../domain/shared/taskQueues.ts';
import { describeQueue, type Poller, pollerId } from './pollers.ts';

/** One build of the workers of a deployment. */
export interface WorkerVersion {
  deployment: string;
  /** Of its release (`buildIdOf`). */
  buildId: string;
}

const lookAgainMs = 500;

/**
 * Makes a version the one on which processes begin, and on which those that run go on (what changed in them is behind
 * `patched`). First it waits until a worker of that version polls every task queue for workflows and for activities, and has
 * begun a poll since this call: Temporal lists a worker that has stopped for some minutes more, and itself asks only for those
 * that have work at that moment. A worker never does this by itself: an old one that restarts would take all processes back to
 * its build.
 * @param withinMs how long it waits; a live worker begins its next poll within a minute
 * @throws the server's refusal, or an Error that names the task queues without a worker
 */
export async function makeCurrent(client: Client, version: WorkerVersion, withinMs: number): Promise<void> {
  const { namespace } = client.options;
  const { deployment: deploymentName, buildId } = version;
  const queuesWithoutWorker = watchQueues(client, buildId);
  for (const until = Date.now() + withinMs; ; await sleep(lookAgainMs)) {
    const missing = await queuesWithoutWorker();
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

/** @returns a look at the task queues that no worker of this build has polled since the first look */
function watchQueues(client: Client, buildId: string): () => Promise<TaskQueue[]> {
  const watched = taskQueues.map((queue) => ({ queue, workflows: newPolls(), activities: newPolls() }));
  return async () => {
    const polled = await Promise.all(
      watched.map(async ({ queue, workflows, activities }) => {
        const found = await describeQueue(client, queue);
        const ofBuild = (pollers: Poller[]) => pollers.filter(({ build }) => build === buildId);
        const seen = [workflows(ofBuild(found.workflows)), activities(ofBuild(found.activities))];
        return seen.every((one) => one);
      }),
    );
    return taskQueues.filter((_queue, index) => !polled[index]);
  };
}

/** @returns whether any poll is new, of those of all looks */
function newPolls(): (pollers: Poller[]) => boolean {
  let first: Map<string, string> | undefined;
  return (pollers) => {
    first ??= new Map(pollers.map((poller) => [pollerId(poller), poller.polledAt]));
    return pollers.some((poller) => first!.get(pollerId(poller)) !== poller.polledAt);
  };
}
