import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { Outside } from '../../activities/index.ts';
import { startNotice } from '../../activities/shared/startNotice.ts';
import { describedWorkflow, firstRunOf } from '../../activities/shared/workflows.ts';
import type { Db } from '../../db/client.ts';
import type { TaskPlace } from '../../db/queries/taskOrder.ts';
import { closeLostTask, listTasks, lostTasksOfLastDay, type TaskRow } from '../../db/queries/tasks.ts';
import type { Process } from '../../domain/shared/processes.ts';

export type Services = Pick<Outside, 'database' | 'temporal'>;

interface Running {
  /** The same for a chain of continue-as-new. */
  firstRunId: string;
}

export async function runOf(temporal: Client, workflowId: string): Promise<Running | undefined> {
  const run = await describedWorkflow(temporal, workflowId);
  return run?.status.name === 'RUNNING' ? { firstRunId: firstRunOf(run) } : undefined;
}

/** How many open tasks are checked each time: one call to Temporal for each. */
const batch = 20;
/** A workflow that was terminated by mistake may be reset or restarted within this. */
const tenMinutesMs = 10 * 60_000;

/** Whether checks of the task's process notice that its workflow has stopped, and close the task themselves. */
type IsLeftToProcess = (db: Db, task: TaskRow) => Promise<boolean>;

/**
 * Closes open tasks whose workflow does not run any more: nobody would hear of their answers. Only if a second look says so
 * too, and nothing has changed the task in between. Their people are told.
 * @param secondLookAfterMs how much later the second look is, at least
 * @param untoldAfterMs how often it also looks for closed tasks whose notice was not started, such as by a worker that stopped
 */
export function lostTasksCheck(
  { database: { db }, temporal }: Services,
  {
    leftTo,
    secondLookAfterMs = tenMinutesMs,
    untoldAfterMs = tenMinutesMs,
  }: { leftTo: Partial<Record<Process, IsLeftToProcess>>; secondLookAfterMs?: number; untoldAfterMs?: number },
): () => Promise<void> {
  /** Tasks whose workflow was gone: as they were then, and when that was, by this process's own steady clock. */
  const lost = new Map<string, Pick<TaskRow, 'state' | 'version'> & { seenAt: number }>();
  /** Tasks that the checks have come to since they last began with the first one. */
  let seen = new Set<string>();
  let after: TaskPlace | undefined;
  /** Closed, and the notice is still to be started. */
  let untold: LostTask[] = [];
  let told = new Set<string>();
  let untoldReadAt = Number.NEGATIVE_INFINITY;

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
      untold.push(task);
      const { workflowId } = task;
      Runtime.instance().logger.warn('Closed a task whose workflow does not run any more', { taskId: id, workflowId });
    }
  }

  async function startNotices(): Promise<void> {
    const now = performance.now();
    if (now - untoldReadAt >= untoldAfterMs) {
      // From the table: a worker may have stopped right after it closed one, or not have got PostgreSQL's answer that it did.
      const all = await lostTasksOfLastDay(db);
      untoldReadAt = now;
      told = new Set(all.map(noticeKey).filter((key) => told.has(key)));
      untold = all.filter((task) => !told.has(noticeKey(task)));
    }
    for (const task of untold.slice(0, batch)) {
      const key = noticeKey(task);
      await startNotice(temporal, { about: 'task', key, taskId: task.id, topic: 'stopped' });
      told.add(key);
      untold.shift();
    }
  }

  return async () => {
    if (!after) {
      for (const id of lost.keys()) if (!seen.has(id)) lost.delete(id);
      seen = new Set();
    }
    const some = await listTasks(db, [], { after, limit: batch });
    for (const task of some) {
      // First, so that one whose workflow cannot be looked at does not hide those after it.
      after = task.place;
      seen.add(task.id);
      await look(task);
    }
    if (some.length < batch) after = undefined;
    await startNotices();
  };
}

type LostTask = Pick<TaskRow, 'id' | 'version'>;
const noticeKey = ({ id, version }: LostTask) => `task/${id}/${version}/stopped`;

/** Statuses that are not on it, such as one of a later server, are not taken for an end. */
const closedStatuses: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/** Whether no workflow waits for the task any more. */
async function isLost(temporal: Client, { workflowId, version }: TaskRow): Promise<boolean> {
  const run = await describedWorkflow(temporal, workflowId);
  if (!run || closedStatuses.includes(run.status.name)) return true;
  // One that was started under the ID after the task's last change has tasks of its own.
  return run.status.name === 'RUNNING' && (await firstStartOf(temporal, run)) > version;
}

/**
 * When the first run of a workflow was started, in ms, also after resets and continue-as-new; negative infinity when Temporal
 * does not know it any more.
 */
async function firstStartOf(temporal: Client, run: WorkflowExecutionDescription): Promise<number> {
  const { workflowId, runId, startTime, raw } = run;
  const firstRunId = raw.workflowExecutionInfo?.firstRunId;
  if (firstRunId === runId) return startTime.getTime();
  if (!firstRunId) return Number.NEGATIVE_INFINITY;
  const first = await describedWorkflow(temporal, workflowId, firstRunId);
  return first?.startTime.getTime() ?? Number.NEGATIVE_INFINITY;
}
