import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { findTask, type TaskRow } from '../../db/tasks.ts';
import type { TaskRefusal, TaskRefusalDetails, TaskUpdates } from '../../domain/messages.ts';
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
  try {
    await send(options, row, update, { taskId: id, ...message } as TaskUpdates[Name]);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw ended(await task(options, id));
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
      const why = refused(error.cause);
      if (why.type === 'account-active') throw why;
      const current = await asItsWorkflowKnowsIt(options, await task(options, id), error.cause);
      throw openTaskStates.includes(current.state) ? why : ended(current);
    }
    throw error;
  }
  return task(options, id);
}

/** To whichever run its workflow has now. */
async function send<Name extends keyof TaskUpdates>(
  { temporal }: ApiOptions,
  { workflowId }: TaskRow,
  update: Name,
  message: TaskUpdates[Name],
): Promise<void> {
  const handle = temporal.workflow.getHandle(workflowId);
  await temporal.withDeadline(Date.now() + temporalAnswersWithinMs, () =>
    handle.executeUpdate(update, { args: [message] }),
  );
}

/** A refusal says how the workflow knows the task: where the row says otherwise, such as after a reset, it is written again. */
async function asItsWorkflowKnowsIt(options: ApiOptions, row: TaskRow, refusal: ApplicationFailure): Promise<TaskRow> {
  const known = (refusal.details?.[0] as TaskRefusalDetails | undefined)?.known;
  const missing = refusal.type === ('task_not_found' satisfies TaskRefusal);
  const differs = known ? known.state !== row.state || known.assignee !== row.assignee : missing;
  if (!differs || !openTaskStates.includes(row.state)) return row;
  await send(options, row, 'refreshTask', { taskId: row.id });
  return task(options, row.id);
}

function refused({ type, message, details }: ApplicationFailure): Problem {
  const known = refusals[type as TaskRefusal];
  // An Update that comes when its workflow has just ended is not known to it any more.
  if (!known) return new Problem(409, 'wrong-state', message);
  const { problems } = (details?.[0] ?? {}) as TaskRefusalDetails;
  return new Problem(...known, message, {
    errors: problems?.map((one) => ({ path: `/answers/${one.field}`, message: one.message })),
  });
}

function ended(row: TaskRow): Problem {
  if (openTaskStates.includes(row.state)) {
    const detail = 'The process of this task was stopped, so that it cannot be done any more; the task will be closed.';
    return new Problem(409, 'wrong-state', detail);
  }
  const how = row.state === 'done' ? 'already done' : row.state === 'not_done' ? 'ended as not done' : 'closed';
  const by = row.closedBy ? ` by ${row.closedBy}` : '';
  const at = row.closedAt ? ` at ${row.closedAt.toISOString()}` : '';
  const because = row.because && row.state !== 'done' ? `: ${row.because}` : '';
  return new Problem(409, 'wrong-state', `The task was ${how}${by}${at}${because}.`);
}
