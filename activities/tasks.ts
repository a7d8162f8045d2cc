import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { and, eq, lt } from 'drizzle-orm';
import { events, tasks } from '../db/schema.ts';
import { nextDailyReminder, taskTimes } from '../domain/businessDays.ts';
import type { GroupAnswer } from '../domain/groupName.ts';
import type { NoticeTopic } from '../domain/noticeTexts.ts';
import { openTaskStates, type TaskAnswers, type TaskField, type TaskKind, type TaskState } from '../domain/tasks.ts';
import { taskContent } from '../domain/taskTexts.ts';
import type { IntegrationName, StepName } from '../domain/vendors.ts';
import type { Context } from './context.ts';
import { dealer, dealerIdAt } from './dealers.ts';
import { retryingRefusals } from './retry.ts';

/** What a workflow knows of a task; its texts are made here, so that no history holds them. */
export interface TaskFacts {
  kind: TaskKind;
  integration: IntegrationName;
  /** Absent for the runs that are for several dealers. */
  cancellationId?: string;
  account?: string;
  /** At the vendor, when the cancellation was asked for. */
  dealerId?: string;
  dealerIds?: string[];
  /** The answer to DealerSocket's group question. */
  group?: GroupAnswer;
  because?: string;
  /** The steps to set up again: certainly, or perhaps, done at the vendor. */
  done?: StepName[];
  unknown?: StepName[];
  /** Must pass the gate when it is begun. */
  gated?: boolean;
}

export interface TaskChange {
  taskId: string;
  version: number;
  at: string;
  by: string;
  what: string;
  state: TaskState;
  assignee?: string | null;
  answers?: TaskAnswers;
  because?: string;
}

const severalDealersTimeZone = 'America/Chicago';

export function taskActivities(context: Context) {
  const { db } = context.database;

  async function factsForTexts(facts: TaskFacts) {
    if (!facts.account)
      return { account: 'several', dealerName: 'several dealers', dealerId: '', timeZone: severalDealersTimeZone };
    const account = await dealer(context.dealers, facts.account);
    const salesAccount =
      facts.kind === 'dealersocket-form'
        ? await retryingRefusals(async () => context.salesforce?.account(account.id))
        : undefined;
    return {
      account: account.id,
      dealerName: account.name,
      dealerId: dealerIdAt(account, facts.integration, facts.dealerId),
      timeZone: account.timeZone,
      salesAccount,
    };
  }

  return {
    /** Writes the task with all that its person needs. @returns what must be given to finish it, and when to remind (ISO 8601) */
    async openTask({
      taskId,
      ...facts
    }: TaskFacts & { taskId: string }): Promise<{ fields: TaskField[]; remindAt: string }> {
      const { workflowId, runId } = activityInfo().workflowExecution!;
      const triedAt = new Date(activityInfo().currentAttemptScheduledTimestampMs);
      const { timeZone, ...known } = await factsForTexts(facts);
      const content = taskContent(facts.kind, {
        ...known,
        dealerIds: facts.dealerIds,
        group: facts.group,
        because: facts.because,
        done: facts.done,
        unknown: facts.unknown,
        integration: facts.integration,
      });
      const openedAt = await db.transaction(async (tx) => {
        await tx
          .insert(tasks)
          .values({
            id: taskId,
            workflowId,
            runId,
            cancellationId: facts.cancellationId,
            kind: facts.kind,
            account: facts.account,
            dealerName: facts.account ? known.dealerName : null,
            timeZone,
            integration: facts.integration,
            state: 'open',
            content,
            because: facts.because,
            gated: facts.gated ?? false,
            openedAt: triedAt,
            dueAt: taskTimes(triedAt, facts.kind, timeZone).dueAt,
            version: 1,
          })
          .onConflictDoNothing();
        await tx
          .insert(events)
          .values({
            id: `${taskId}/1`,
            taskId,
            cancellationId: facts.cancellationId,
            integration: facts.integration,
            at: triedAt,
            by: 'dealerops',
            what: `Task opened: ${content.title}`,
          })
          .onConflictDoNothing();
        // An earlier try may have written it.
        const [row] = await tx.select({ openedAt: tasks.openedAt }).from(tasks).where(eq(tasks.id, taskId));
        return row!.openedAt;
      });
      return { fields: content.fields, remindAt: taskTimes(openedAt, facts.kind, timeZone).remindAt.toISOString() };
    },

    /** Writes one change of a task; what is older than the row changes nothing. */
    async saveTask(change: TaskChange): Promise<void> {
      const at = new Date(change.at);
      const ended = !openTaskStates.includes(change.state);
      const [row] = await db.select().from(tasks).where(eq(tasks.id, change.taskId));
      // It was closed before it was written: there is nothing to change.
      if (!row) return;
      await db
        .update(tasks)
        .set({
          state: change.state,
          version: change.version,
          ...(change.assignee !== undefined && { assignee: change.assignee }),
          ...(change.answers && { answers: change.answers }),
          ...(change.because !== undefined && { because: change.because }),
          ...(change.state === 'claimed' && { claimedAt: at }),
          ...(change.state === 'open' && { claimedAt: null }),
          ...(ended && { closedAt: at, closedBy: change.by }),
        })
        .where(and(eq(tasks.id, change.taskId), lt(tasks.version, change.version)));
      await db
        .insert(events)
        .values({
          id: `${change.taskId}/${change.version}`,
          taskId: change.taskId,
          cancellationId: row.cancellationId,
          integration: row.integration,
          at,
          by: change.by,
          what: `Task ${change.what}: ${row.content.title}`,
          detail: change.because,
        })
        .onConflictDoNothing();
    },

    /**
     * What a task that is still open is to be reminded of now: before it is due, when it is due, a business day later to the
     * leads too, then daily.
     * @param at the workflow's time, ISO 8601
     * @returns when to remind next, ISO 8601
     */
    async reminder({ taskId, at }: { taskId: string; at: string }): Promise<{ topic: NoticeTopic; nextAt: string }> {
      const [task] = await db.select().from(tasks).where(eq(tasks.id, taskId));
      if (!task) throw ApplicationFailure.nonRetryable(`Task ${taskId} has no row`, 'TaskMissing');
      const now = new Date(at);
      const { escalateAt } = taskTimes(task.openedAt, task.kind, task.timeZone);
      const late = now >= task.dueAt;
      const escalated = now >= escalateAt;
      const nextAt = !late ? task.dueAt : escalated ? nextDailyReminder(now, task.timeZone) : escalateAt;
      const topic = task.state === 'with_lead' ? 'with-lead' : escalated ? 'escalated' : late ? 'late' : 'due-soon';
      return { topic, nextAt: nextAt.toISOString() };
    },
  };
}
