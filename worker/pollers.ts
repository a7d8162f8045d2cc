import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { TaskQueue } from '../domain/shared/taskQueues.ts';

export interface Poller {
  identity: string;
  /** Absent where the worker is not versioned. */
  build?: string;
  /** By Temporal's clock. */
  polledAt: string;
}

/** Who polls a task queue, within the last five minutes, and to which build its work goes; undefined is workers without versions. */
export async function describeQueue({ workflowService, options: { namespace } }: Client, taskQueue: TaskQueue) {
  const { TaskQueueType } = proto.temporal.api.enums.v1;
  const versioned = proto.temporal.api.enums.v1.WorkerVersioningMode.WORKER_VERSIONING_MODE_VERSIONED;
  const [workflows, activities] = await Promise.all(
    [TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY].map((taskQueueType) =>
      workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType }),
    ),
  );
  const pollersOf = (answer: typeof workflows): Poller[] =>
    (answer!.pollers ?? []).map(({ identity, deploymentOptions, lastAccessTime }) => ({
      identity: identity ?? '',
      polledAt: `${lastAccessTime?.seconds}.${lastAccessTime?.nanos}`,
      build:
        deploymentOptions?.workerVersioningMode === versioned ? (deploymentOptions.buildId ?? undefined) : undefined,
    }));
  return {
    current: workflows!.versioningInfo?.currentDeploymentVersion?.buildId ?? undefined,
    workflows: pollersOf(workflows),
    activities: pollersOf(activities),
  };
}

/** Tells one poller from another, over several looks. */
export function pollerId({ identity, build }: Poller): string {
  return JSON.stringify([identity, build]);
}
