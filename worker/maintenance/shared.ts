import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { Outside } from '../../activities/index.ts';

import type { Db } from '../../db/client.ts';
import { closeLostTask, listTasks, lostTasksOfLastDay, type TaskRow } from '../../db/queries/tasks.ts';
import type { Process } from '../../domain/shared/processes.ts';
import { startNotice } from '../../domain/shared/workflowStarts.ts';

export type Services = Pick<Outside, 'database' | 'temporal'>;

interface Running {
  /** The same for a chain of continue-as-new. */
  firstRunId: string;
}

export async function runOf(temporal: Client, workflowId: string): Promise<Running | undefined> {
  try {
    const { status, runId, raw } = await temporal.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? { firstRunId: raw.workflowExecutionInfo?.firstRunId || runId } : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** How many open tasks are checked each time: one call to Temporal for each. */
const batch = 20;
/** A workflow that was terminated by mistake may be reset or restarted within this. */
const tenMinutesMs = 10 * 60_000;

/** Whether checks of the task's process notice that its workflow has stopped, and close the task themselves. */
type IsLeftToProcess = (db: Db, task: TaskRow) => Promise<boolean>;

/**
 * Closes open tasks whose workflow does not run any more: nobody would hear of their answers. Only if a second look says so
 * too, and nothing has changed the task in between.
 * @param secondLookAfterMs how much later the second look is, at least
 */
export function lostTasksCheck(
  { database: { db }, temporal }: Services,
  {
    leftTo,
    secondLookAfterMs = tenMinutesMs,
  }: { leftTo: Partial<Record<Process, IsLeftToProcess>>; secondLookAfterMs?: number },
): () => Promise<void> {
  /** Tasks whose workflow was gone: as they were then, and when that was, by this process's own steady clock. */
  const lost = new Map<string, Pick<TaskRow, 'state' | 'version'> & { seenAt: number }>();
  /** Tasks that the checks have come to since they last began with the first one. */
  let seen = new Set<string>();
  let after: TaskRow | undefined;
  /** Closed, and the notice is still to be started: also by a worker that stopped right then. */
  let untold: TaskRow[] | undefined;

  async function look(task: TaskRow): Promise<void> {
    const { id, state, version } = task;
    if (!(await isLost(temporal, task)) || (await leftTo[task.process]?.(db, task))) {
      lost.delete(id);
      return;
    }
    const first = lost.get(id);
    const now = performance.now();
    if (first?.state !== state || first.version !== version) lost.set(id, { state, version, seenAt: now });
    else if (now - first.seenAt >= secondLookAfterMs && (await closeLostTask(db, task))) {
      untold!.push(task);
      const { workflowId } = task;
      Runtime.instance().logger.warn('Closed a task whose workflow does not run any more', { taskId: id, workflowId });
    }
  }

  return async () => {
    untold ??= await lostTasksOfLastDay(db);
    if (!after) {
      for (const id of lost.keys()) if (!seen.has(id)) lost.delete(id);
      seen = new Set();
    }
    const some = await listTasks(db, [], { after, limit: batch });
    for (const task of some) {
      // First, so that one whose workflow cannot be looked at does not hide those after it.
      after = task;
      seen.add(task.id);
      await look(task);
    }
    if (some.length < batch) after = undefined;
    for (const { id: taskId, version } of untold.slice(0, batch)) {
      const key = `task/${taskId}/${version}/stopped`;
      await startNotice(temporal, { about: 'task', key, taskId, topic: 'stopped' });
      untold.shift();
    }
  };
}

/** Statuses that are not on it, such as one of a later server, are not taken for an end. */
const closedStatuses: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/** Whether no workflow waits for the task any more. */
async function isLost(temporal: Client, { workflowId, version }: TaskRow): Promise<boolean> {
  try {
    const { status, runId, startTime, raw } = await temporal.workflow.getHandle(workflowId).describe();
    if (closedStatuses.includes(status.name)) return true;
    // One that was started under the ID after the task's last change, and is no reset one, has tasks of its own.
    const isFirstRun = raw.workflowExecutionInfo?.firstRunId === runId;
    return status.name === 'RUNNING' && isFirstRun && startTime.getTime() > version;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}
