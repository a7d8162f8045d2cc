import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { findTask, type TaskRow } from '../../db/tasks.ts';
import type { TaskRefusal, TaskUpdates } from '../../domain/messages.ts';
import { openTaskStates } from '../../domain/tasks.ts';
import type { ApiOptions } from '../options.ts';
import { temporalAnswersWithinMs } from '../plugins/limits.ts';
import { Problem, type ProblemType } from '../problems.ts';

const refusals: Record<TaskRefusal, [status: number, type: ProblemType]> = {
  task_not_found: [404, 'not-found'],
  wrong_state: [409, 'wrong-state'],
  claimed_by_another: [409, 'claimed-by-another'],
  leads_only: [403, 'leads-only'],
  bad_answers: [422, 'bad-answers'],
  account_active: [409, 'account-active'],
};

/** @throws Problem 404 */
export async function task({ database }: ApiOptions, id: string): Promise<TaskRow> {
  const row = await findTask(database.db, id);
  if (!row) throw new Problem(404, 'not-found', `There is no task ${id}.`);
  return row;
}

/**
 * Passes on what a person decided to the workflow that opened the task, which takes or refuses it at once.
 * @returns the task as it is then
 * @throws Problem with the workflow's reason
 */
export async function tell<Name extends keyof TaskUpdates>(
  options: ApiOptions,
  id: string,
  update: Name,
  message: Omit<TaskUpdates[Name], 'taskId'>,
): Promise<TaskRow> {
  const row = await task(options, id);
  if (!openTaskStates.includes(row.state)) throw ended(row);
  const handle = options.temporal.workflow.getHandle(row.workflowId, row.runId);
  try {
    await options.temporal.withDeadline(Date.now() + temporalAnswersWithinMs, () =>
      handle.executeUpdate(update, { args: [{ taskId: id, ...message }] }),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw ended(await task(options, id));
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
      const why = refused(error.cause);
      if (why.type === 'account-active') throw why;
      const current = await task(options, id);
      throw openTaskStates.includes(current.state) ? why : ended(current);
    }
    throw error;
  }
  return task(options, id);
}

function refused({ type, message, details }: ApplicationFailure): Problem {
  const known = refusals[type as TaskRefusal];
  // An Update that comes when its workflow has just ended is not known to it any more.
  if (!known) return new Problem(409, 'wrong-state', message);
  const problems = (details?.[0] as { problems?: { field: string; message: string }[] } | undefined)?.problems;
  return new Problem(...known, message, {
    errors: problems?.map((one) => ({ path: `/answers/${one.field}`, message: one.message })),
  });
}

function ended(row: TaskRow): Problem {
  const how = row.state === 'done' ? 'already done' : row.state === 'not_done' ? 'ended as not done' : 'closed';
  const by = row.closedBy ? ` by ${row.closedBy}` : '';
  const at = row.closedAt ? ` at ${row.closedAt.toISOString()}` : '';
  const because = row.because && row.state !== 'done' ? `: ${row.because}` : '';
  return new Problem(409, 'wrong-state', `The task was ${how}${by}${at}${because}.`);
}
