import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { and, eq, lt, ne } from 'drizzle-orm';
import { events, tasks } from '../../db/schema/schema.ts';
import type { Gate } from '../../domain/cancellations/gate.ts';
import type { GroupAnswer } from '../../domain/cancellations/groupQuestion.ts';
import { taskContent } from '../../domain/cancellations/taskTexts.ts';
import type { DealerName } from '../../domain/shared/accounts.ts';
import { nextDailyReminder, taskTimes } from '../../domain/shared/businessDays.ts';
import type { TaskNotice } from '../../domain/shared/notices.ts';
import {
  openTaskStates,
  type TaskAnswers,
  type TaskField,
  type TaskKind,
  type TaskState,
} from '../../domain/shared/tasks.ts';
import type { IntegrationName, StepName } from '../../domain/shared/vendors.ts';
import { salesAccountOf } from '../connectors/salesforce.ts';
import type { Context } from './context.ts';
import { dealer, dealerIdAt } from './dealers.ts';
import { startNotice } from './notices.ts';

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
  /** Of `vin-event-stream`: some of them were on a list that a person had claimed before it was closed. */
  mayBeRun?: boolean;
  /** The answer to DealerSocket's group question. */
  group?: GroupAnswer;
  reason?: string;
  /** The steps to reinstate: certainly, or perhaps, done at the vendor. */
  done?: StepName[];
  unknown?: StepName[];
  /** Must pass the gate when it is begun. */
  gated?: boolean;
  /** Of `gate-status`: whose status is not understood, and which. */
  gate?: Pick<Gate, 'account' | 'status'>;
}

/** A task as its workflow knows it, and what has just happened to it. */
export interface TaskChange {
  taskId: string;
  /** The workflow's time in ms. */
  version: number;
  /** ISO 8601 */
  at: string;
  by: string;
  action: string;
  detail?: string;
  state: TaskState;
  assignee?: string | null;
  answers?: TaskAnswers;
  reason?: string;
  notices?: TaskNotice[];
}

/** What a workflow must know of a task that was written. */
export interface OpenedTask {
  /** What must be given to finish it. */
  fields: TaskField[];
  /** ISO 8601 */
  openedAt: string;
  remindAt: string;
  /** Whether the row was there, from a run before a reset: somebody may have begun it then. */
  begun: boolean;
}

const severalDealersTimeZone = 'America/Chicago';

export function taskActivities(context: Context) {
  const { db } = context.database;

  /** Of dealers to compare; one whose record cannot be used is still shown by its ID. */
  function namesOf(ids: string[]): Promise<DealerName[]> {
    return Promise.all(
      ids.map(async (id) => {
        const found = await context.dealers.find(id).catch((error) => {
          if (error instanceof ApplicationFailure && error.type === 'AccountUnusable') return null;
          throw error;
        });
        return { id, name: found?.name ?? 'name not known' };
      }),
    );
  }

  async function factsForTexts(facts: TaskFacts) {
    if (!facts.account)
      return { account: 'several', dealerName: 'several dealers', dealerId: '', timeZone: severalDealersTimeZone };
    const account = await dealer(context.dealers, facts.account);
    const parent = facts.gate && (await dealer(context.dealers, facts.gate.account));
    const sales = facts.kind === 'dealersocket-form' ? await salesAccountOf(context.connectors, account.id) : {};
    return {
      account: account.id,
      dealerName: account.name,
      dealerId: dealerIdAt(account, facts.integration, facts.dealerId),
      timeZone: account.timeZone,
      candidates: await namesOf(facts.group?.candidates ?? []),
      salesAccount: sales.salesAccount,
      salesforceReason: sales.reason,
      gate: parent && { ...facts.gate!, name: parent.name, inactiveStatuses: context.inactiveStatuses },
    };
  }

  return {
    /**
     * Writes the task with all that its person needs. A row that a run before a reset has left is opened again, since its
     * workflow knows nothing of what became of it.
     * @param version the workflow's time in ms; a row that is not older stays as it is
     * @param openedAt when it was opened first (ISO 8601), where its row was lost
     */
    async openTask({
      taskId,
      version,
      openedAt: openedBefore,
      ...facts
    }: TaskFacts & { taskId: string; version: number; openedAt?: string }): Promise<OpenedTask> {
      const { workflowId } = activityInfo().workflowExecution!;
      const triedAt = openedBefore
        ? new Date(openedBefore)
        : new Date(activityInfo().currentAttemptScheduledTimestampMs);
      const { timeZone, ...known } = await factsForTexts(facts);
      const content = taskContent(facts.kind, {
        ...known,
        dealerIds: facts.dealerIds,
        mayBeRun: facts.mayBeRun,
        group: facts.group,
        reason: facts.reason,
        done: facts.done,
        unknown: facts.unknown,
        integration: facts.integration,
      });
      const eventId = `${taskId}/${version}`;
      const fresh = {
        workflowId,
        cancellationId: facts.cancellationId,
        kind: facts.kind,
        account: facts.account,
        dealerName: facts.account ? known.dealerName : null,
        timeZone,
        integration: facts.integration,
        state: 'open' as const,
        assignee: null,
        content,
        answers: null,
        reason: facts.reason ?? null,
        gated: facts.gated ?? false,
        openedAt: triedAt,
        dueAt: taskTimes(triedAt, facts.kind, timeZone).dueAt,
        claimedAt: null,
        closedAt: null,
        closedBy: null,
        version,
      };
      return db.transaction(async (tx) => {
        const [earlier] = await tx
          .select({ id: events.id })
          .from(events)
          .where(and(eq(events.taskId, taskId), ne(events.id, eventId)))
          .limit(1);
        const written = await tx
          .insert(tasks)
          .values({ id: taskId, ...fresh })
          .onConflictDoUpdate({ target: tasks.id, set: fresh, setWhere: lt(tasks.version, version) })
          .returning({ openedAt: tasks.openedAt });
        await tx
          .insert(events)
          .values({
            id: eventId,
            taskId,
            cancellationId: facts.cancellationId,
            integration: facts.integration,
            at: triedAt,
            by: 'dealerops',
            action: `${earlier ? 'Task opened again' : 'Task opened'}: ${content.title}`,
          })
          .onConflictDoNothing();
        // An earlier try may have written it.
        const [row] =
          written.length > 0
            ? written
            : await tx.select({ openedAt: tasks.openedAt }).from(tasks).where(eq(tasks.id, taskId));
        const { openedAt } = row!;
        return {
          fields: content.fields,
          openedAt: openedAt.toISOString(),
          remindAt: taskTimes(openedAt, facts.kind, timeZone).remindAt.toISOString(),
          begun: earlier !== undefined,
        };
      });
    },

    /** Writes one change of a task, then hands over what people must hear of it; what is older than the row changes nothing. */
    async saveTask(change: TaskChange): Promise<void> {
      const at = new Date(change.at);
      const ended = !openTaskStates.includes(change.state);
      const [row] = await db.select().from(tasks).where(eq(tasks.id, change.taskId));
      // It was closed before it was written, or its row is gone: its next reminder writes it anew.
      if (!row) return;
      await db
        .update(tasks)
        .set({
          state: change.state,
          version: change.version,
          ...(change.assignee !== undefined && { assignee: change.assignee }),
          ...(change.answers && { answers: change.answers }),
          ...(change.reason !== undefined && { reason: change.reason }),
          ...(change.state === 'claimed' && { claimedAt: row.claimedAt ?? at }),
          ...(change.state === 'open' && { claimedAt: null }),
          ...(ended
            ? { closedAt: row.closedAt ?? at, closedBy: row.closedBy ?? change.by }
            : { closedAt: null, closedBy: null }),
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
          action: `Task ${change.action}: ${row.content.title}`,
          detail: change.detail,
        })
        .onConflictDoNothing();
      for (const notice of change.notices ?? []) {
        const key = `task/${change.taskId}/${change.version}/${notice.topic}`;
        await startNotice(context.temporal, { about: 'task', key, taskId: change.taskId, ...notice });
      }
    },

    /**
     * Reminds of a task that is still open: before it is due, when it is due, a business day later the leads too, then daily.
     * @param at the workflow's time, ISO 8601
     * @returns when to remind next, ISO 8601; null when the task has no row
     */
    async remind({ taskId, at, key }: { taskId: string; at: string; key: string }): Promise<{ at: string } | null> {
      const [task] = await db.select().from(tasks).where(eq(tasks.id, taskId));
      if (!task) return null;
      const now = new Date(at);
      const { escalateAt } = taskTimes(task.openedAt, task.kind, task.timeZone);
      const late = now >= task.dueAt;
      const escalated = now >= escalateAt;
      const topic = task.state === 'escalated' ? 'still-escalated' : escalated ? 'overdue' : late ? 'late' : 'due-soon';
      await startNotice(context.temporal, { about: 'task', key, taskId, topic });
      const next = !late ? task.dueAt : escalated ? nextDailyReminder(now, task.timeZone) : escalateAt;
      return { at: next.toISOString() };
    },
  };
}
