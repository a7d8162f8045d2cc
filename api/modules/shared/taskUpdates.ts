import { isDeepStrictEqual } from 'node:util';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Caller } from '../../../db/queries/keys.ts';
import { nameOf } from '../../../db/queries/people.ts';
import { findTask, findTaskAndTime, type TaskRow } from '../../../db/queries/tasks.ts';
import type { TaskRefusal, TaskRefusalDetails, TaskUpdates } from '../../../domain/shared/messages.ts';
import { isOfTeam, isTeamLead, type TaskAction, taskRules } from '../../../domain/shared/taskRules.ts';
import { openTaskStates } from '../../../domain/shared/tasks.ts';
import { bodyHash } from '../../server/bodyHash.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions } from '../../server/options.ts';
import { outageOf } from '../../server/outages.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { type Fault, isProblemType, Problem, type ProblemType } from '../../server/problems.ts';

const refusals: Record<TaskRefusal, [status: number, type: ProblemType]> = {
  task_not_found: [404, 'not-found'],
  wrong_state: [409, 'wrong-state'],
  claimed_by_another: [409, 'claimed-by-another'],
  assigned_to_another: [409, 'assigned-to-another'],
  team_leads_only: [403, 'team-leads-only'],
  bad_answers: [422, 'bad-answers'],
  bad_follow_up: [422, 'invalid-request'],
  guard_broken: [409, 'wrong-state'],
  unavailable: [503, 'unavailable'],
  expired: [503, 'unavailable'],
};
const tryAgain = { 'retry-after': '5' };

/** For how long a message may still be carried out; longer than the API waits for its answer. */
const expiresAfterMs = 60_000;
/** Within this, the same message of one person is one. */
const repeatedWithinMs = 5_000;

/** @throws Problem 404 */
export async function task({ database }: ApiOptions, id: string): Promise<TaskRow> {
  return found(await findTask(database.db, id), id);
}

function found<Row>(row: Row | undefined, id: string): Row {
  if (!row) throw new Problem(404, 'not-found', `There is no task ${id}.`);
  return row;
}

/** A task, with PostgreSQL's time. */
export interface TaskAndTime {
  task: TaskRow;
  now: Date;
}

/** A task, and whether the caller leads its team. */
export interface TaskForCaller extends TaskAndTime {
  teamLead: boolean;
}

/**
 * The task, for who may work on it: a member of its team, its team lead or an administrator.
 * @throws Problem 404, or 403 for others
 */
export async function taskFor(options: ApiOptions, caller: Caller | null, id: string): Promise<TaskForCaller> {
  const one = found(await findTaskAndTime(options.database.db, id), id);
  const { team } = one.task;
  if (isOfTeam(caller!, team)) return { ...one, teamLead: isTeamLead(caller!, team) };
  const detail = `The task belongs to the team ${team}: only its members may work on it. An administrator adds you with PUT /v1/people/{id}.`;
  throw new Problem(403, 'not-in-team', detail);
}

/** The same, for its team lead or an administrator only. @throws Problem 404, or 403 for others */
export async function taskForTeamLead(options: ApiOptions, caller: Caller | null, id: string): Promise<TaskAndTime> {
  const one = await taskFor(options, caller, id);
  if (one.teamLead) return one;
  throw new Problem(
    403,
    'team-leads-only',
    `Only the team lead of ${one.task.team}, or an administrator, may do this.`,
  );
}

/**
 * The same, for who may arrange it now: before anything else of the request is looked at, others hear that they may not.
 * @throws Problem 404, or 403 for others
 */
export async function taskToArrange(
  options: ApiOptions,
  caller: Caller | null,
  id: string,
  action: 'assignTask' | 'prioritizeTask' | 'followUpTask',
): Promise<TaskForCaller> {
  const one = await taskFor(options, caller, id);
  const refused = await refusedByRules(options, action, one.task, { by: caller!.id, teamLead: one.teamLead });
  if (refused?.type === 'team-leads-only') throw refused;
  return one;
}

/** Why the rules do not allow this with the task as it is; undefined when they do. */
export async function refusedByRules(
  options: ApiOptions,
  action: TaskAction,
  row: TaskRow,
  said: { by: string; teamLead?: boolean },
): Promise<Problem | undefined> {
  if (!taskRules[action](row, said)) return undefined;
  const assigneeName = row.assignee === null ? undefined : await nameOf(options.database.db, row.assignee);
  const { type, message } = taskRules[action]({ ...row, assigneeName }, said)!;
  return refusal(type, message);
}

type Said<Action extends TaskAction> = Omit<TaskUpdates[Action], 'taskId' | 'expiresAt'>;

/**
 * Passes on what a person decided to the workflow that opened the task, which takes or refuses it at once. What has ended the
 * task already, said again by the same person, is answered as the first time.
 * @returns the task as it is then
 * @throws Problem with the workflow's reason; 503 when the workflow does not answer, whose detail says until when the message
 *   may still be carried out
 */
export async function sendTaskUpdate<Action extends TaskAction>(
  options: ApiOptions,
  { task: row, now }: TaskAndTime,
  action: Action,
  said: Said<Action>,
): Promise<TaskRow> {
  const { id } = row;
  const endedBefore = async (current: TaskRow): Promise<TaskRow> => {
    if (isRepeated(current, action, said)) return current;
    throw await ended(options, current);
  };
  if (!openTaskStates.includes(row.state)) return endedBefore(row);
  try {
    await sendOnce(options, { task: row, now }, action, said);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return endedBefore(await task(options, id));
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
      const why = refused(error.cause);
      if (error.cause.type === ('guard_broken' satisfies TaskRefusal)) throw why;
      const { claiming } = (error.cause.details?.[0] ?? {}) as TaskRefusalDetails;
      if (claiming !== undefined) throw await beingClaimed(options, claiming, said.by);
      const current = await asItsWorkflowKnowsIt(options, await task(options, id), error.cause);
      if (openTaskStates.includes(current.state)) {
        // The workflow knows people by their IDs only.
        const named = await refusedByRules(options, action, current, said);
        throw named?.type === why.type ? named : why;
      }
      return endedBefore(current);
    }
    throw error;
  }
  return task(options, id);
}

/**
 * Sends a person's message to the workflow of a task; the same within seconds is one.
 * @param answerBy until when the workflow has time for its answer, in ms
 * @throws Problem 503 when the workflow does not answer; else what Temporal's client throws
 */
export async function sendOnce<Action extends TaskAction>(
  options: ApiOptions,
  { task: row, now }: TaskAndTime,
  action: Action,
  said: Said<Action>,
  answerBy = temporalDeadline(),
): Promise<void> {
  const expiresAt = new Date(now.getTime() + expiresAfterMs).toISOString();
  const message = { taskId: row.id, ...said, expiresAt } as TaskUpdates[Action];
  try {
    await send(options, row, action, message, { id: updateId(row, action, said, now), answerBy });
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || outageOf(error)) throw notKnown(expiresAt);
    throw error;
  }
}

/** To whichever run its workflow has now. */
async function send<Name extends keyof TaskUpdates>(
  { temporal }: ApiOptions,
  { workflowId }: TaskRow,
  update: Name,
  message: TaskUpdates[Name],
  { id, answerBy }: { id?: string; answerBy: number },
): Promise<void> {
  const workflows = 'by' in message ? inNameOf(temporal, message.by) : temporal.workflow;
  const handle = workflows.getHandle(workflowId);
  await temporal.withDeadline(answerBy, () => handle.executeUpdate(update, { args: [message], updateId: id }));
}

/**
 * The same for what one person says again within seconds, such as by a second click or a client that tries again. The task's
 * version is in it, or a second claim after a release would be answered by the first; so is the time, since Temporal answers
 * the ID of a failed Update with the same failure forever, and a claim that CST did not allow in time may be allowed later.
 */
function updateId<Action extends TaskAction>(
  { id, version }: TaskRow,
  action: Action,
  said: Said<Action>,
  now: Date,
): string {
  const time = Math.floor(now.getTime() / repeatedWithinMs);
  // Who sent it is read in Temporal's Web UI.
  return `${action}/${said.by}/${bodyHash({ id, version, said, time }).slice(0, 16)}`;
}

function isRepeated(row: TaskRow, action: TaskAction, said: Partial<Said<'completeTask'> & Said<'closeNotCompleted'>>) {
  if (row.closedBy !== said.by) return false;
  // A team lead may have corrected them since.
  if (action === 'completeTask')
    return row.state === 'done' && isDeepStrictEqual(row.answersBefore ?? row.answers, said.answers);
  return action === 'closeNotCompleted' && row.state === 'not_completed' && row.reason === said.reason;
}

/** A refusal says how the workflow knows the task: where the row says otherwise, such as after a reset, it is written again. */
async function asItsWorkflowKnowsIt(options: ApiOptions, row: TaskRow, refusal: ApplicationFailure): Promise<TaskRow> {
  const known = (refusal.details?.[0] as TaskRefusalDetails | undefined)?.known;
  const missing = refusal.type === ('task_not_found' satisfies TaskRefusal);
  const differs = known ? known.state !== row.state || known.assignee !== row.assignee : missing;
  if (!differs || !openTaskStates.includes(row.state)) return row;
  await send(options, row, 'refreshTask', { taskId: row.id }, { answerBy: temporalDeadline() });
  return task(options, row.id);
}

/** Why a workflow has refused an Update. */
export function refused({ type, message, details }: ApplicationFailure): Problem {
  // An Update that comes when its workflow has just ended is not known to it any more.
  if (!(type! in refusals)) return new Problem(409, 'wrong-state', message);
  const { problems, code } = (details?.[0] ?? {}) as TaskRefusalDetails;
  if (code !== undefined && isProblemType(code)) return new Problem(409, code, message);
  return refusal(type as TaskRefusal, message, problems);
}

/**
 * A refusal by the rules of tasks, as the API answers it.
 * @param problems with the answers, each by its field
 */
export function refusal(type: TaskRefusal, message: string, problems?: { field: string; message: string }[]): Problem {
  const [status, problemType] = refusals[type];
  return new Problem(status, problemType, message, {
    errors: type === 'bad_follow_up' ? [{ path: '/on', message }] : problems?.map(faultOfAnswer),
    headers: status === 503 ? tryAgain : undefined,
  });
}

export function faultOfAnswer({ field, message }: NonNullable<TaskRefusalDetails['problems']>[number]): Fault {
  return { path: `/answers/${field}`, message };
}

function notKnown(expiresAt: string): Problem {
  const detail = `The process of this task has not answered, so it is not known whether this was carried out. It may still be carried out until ${expiresAt}, not later. Look at the task before you try again.`;
  return new Problem(503, 'unavailable', detail, { headers: tryAgain });
}

/** Whoever comes second is told who was first; a retry helps only if the first one may not have the task. */
async function beingClaimed(options: ApiOptions, claiming: string, by: string): Promise<Problem> {
  const headers = tryAgain;
  if (claiming === by) {
    const detail = 'You are claiming this task already; the check takes a few seconds. Look at the task then.';
    return new Problem(409, 'wrong-state', detail, { headers });
  }
  const detail = `${await nameOf(options.database.db, claiming)} is claiming this task right now. If that fails, it stays open: look again in a few seconds.`;
  return new Problem(409, 'claimed-by-another', detail, { headers });
}

async function ended(options: ApiOptions, row: TaskRow): Promise<Problem> {
  if (openTaskStates.includes(row.state)) {
    const detail = 'The process of this task was stopped, so that it cannot be done any more; the task will be closed.';
    return new Problem(409, 'wrong-state', detail);
  }
  const how =
    row.state === 'done' ? 'already done' : row.state === 'not_completed' ? 'closed without completing' : 'closed';
  const by = row.closedBy ? ` by ${await nameOf(options.database.db, row.closedBy)}` : '';
  const at = row.closedAt ? ` at ${row.closedAt.toISOString()}` : '';
  const reason = row.reason && row.state !== 'done' ? `: ${row.reason}` : '';
  return new Problem(409, 'wrong-state', `The task was ${how}${by}${at}${reason}.`);
}
