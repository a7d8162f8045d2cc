import { activityInfo } from '@temporalio/activity';
import { and, eq, lt, ne } from 'drizzle-orm';
import { recordEvent } from '../../db/queries/events.ts';
import { events, tasks } from '../../db/schema/shared.ts';
import { addBusinessDays, localDate } from '../../domain/shared/businessDays.ts';
import type { TaskNotice } from '../../domain/shared/notices.ts';
import type { Process } from '../../domain/shared/processes.ts';
import { remindersAt } from '../../domain/shared/reminders.ts';
import {
  openTaskStates,
  type TaskAnswers,
  type TaskContent,
  type TaskFacts,
  type TaskField,
  type TaskPriority,
  type TaskState,
  type Team,
} from '../../domain/shared/tasks.ts';
import type { Context } from './context.ts';
import { notBefore, temporalTime } from './notBefore.ts';
import { startNotice } from './startNotice.ts';

/** What the people see of a task; made by its process in an activity, so that no history holds it. */
export interface TaskDescription {
  content: TaskContent;
  team: Team;
  dueBusinessDays: number;
  /** Instead of business days: a demonstration's. */
  dueSeconds?: number;
  /** The catalog's name of the check before it is claimed. */
  guard?: string;
  dealerName?: string;
  /** IANA name; its reminders come in the morning there. */
  timeZone: string;
}

/** By process: each describes its own kinds of task. */
export type DescribeTask = Partial<Record<Process, (facts: TaskFacts) => Promise<TaskDescription>>>;

/** A task as its workflow knows it, and what has just happened to it. */
export interface TaskChange {
  taskId: string;
  /** The workflow's time in ms. */
  version: number;
  /** ISO 8601 */
  at: string;
  by: string;
  action: string;
  /** ISO 8601: the event names this date, as it is in the task's time zone. */
  date?: string;
  detail?: string;
  state: TaskState;
  assignee?: string | null;
  answers?: TaskAnswers;
  /** Stays as it is when absent. */
  reason?: string | null;
  priority?: TaskPriority;
  /** ISO 8601 */
  followUpAt?: string | null;
  /** Said with the follow-up date; none when absent. */
  followUpNote?: string;
  notices?: TaskNotice[];
}

/** What a workflow must know of a task that was written. */
export interface OpenedTask {
  /** What must be given to finish it. */
  fields: TaskField[];
  /** ISO 8601 */
  openedAt: string;
  /** ISO 8601 */
  dueAt: string;
  /** Whether the row was there, from a run before a reset: somebody may have begun it then. */
  begun: boolean;
}

function dueTime(openedAt: Date, { dueSeconds, dueBusinessDays, timeZone }: TaskDescription): Date {
  if (dueSeconds !== undefined) return new Date(openedAt.getTime() + dueSeconds * 1_000);
  return addBusinessDays(openedAt, dueBusinessDays, timeZone);
}

const times = { openedAt: tasks.openedAt, dueAt: tasks.dueAt };

export function taskActivities(context: Pick<Context, 'database' | 'temporal'>, describe: DescribeTask) {
  const { db } = context.database;

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
      const { process, kind, subject, account, accounts = null, integration } = facts;
      const described = await describe[process]!(facts);
      const { content, timeZone } = described;
      const eventId = `${taskId}/${version}`;
      const fresh = {
        ...{ workflowId, process, kind, subject, account, accounts, integration, timeZone, content },
        team: described.team,
        dealerName: described.dealerName ?? null,
        guard: described.guard ?? null,
        state: 'open' as const,
        assignee: null,
        priority: 'normal' as const,
        followUpAt: null,
        followUpNote: null,
        answers: null,
        answersBefore: null,
        corrections: null,
        reason: facts.reason ?? null,
        openedAt: triedAt,
        dueAt: dueTime(triedAt, described),
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
        const begun = earlier !== undefined;
        const written = await tx
          .insert(tasks)
          .values({ id: taskId, ...fresh, begun })
          .onConflictDoUpdate({ target: tasks.id, set: { ...fresh, begun }, setWhere: lt(tasks.version, version) })
          .returning(times);
        await recordEvent(tx, {
          ...{ id: eventId, process, subject, taskId, account, vendor: integration },
          ...{ at: triedAt, by: 'dealerops' },
          action: `${begun ? 'Task opened again' : 'Task opened'}: ${content.title}`,
        });
        // An earlier try may have written it.
        const [row] = written.length > 0 ? written : await tx.select(times).from(tasks).where(eq(tasks.id, taskId));
        const { openedAt, dueAt } = row!;
        return {
          fields: content.fields,
          openedAt: openedAt.toISOString(),
          dueAt: dueAt.toISOString(),
          begun,
        };
      });
    },

    /**
     * Writes one change of a task with its event, both or neither, then hands over what people must hear of it. A change that
     * arrives after a later one did happen: it leaves the row as it is and its event is kept, with its own time. Its notices
     * are handed over too, since each is mailed only if it is still true then.
     */
    async saveTask(change: TaskChange): Promise<void> {
      const at = new Date(change.at);
      const ended = !openTaskStates.includes(change.state);
      const isWritten = await db.transaction(async (tx) => {
        const [row] = await tx.select().from(tasks).where(eq(tasks.id, change.taskId)).for('update');
        // It was closed before it was written, or its row is gone: its next reminder writes it again.
        if (!row) return false;
        await tx
          .update(tasks)
          .set({
            state: change.state,
            version: change.version,
            ...(change.assignee !== undefined && { assignee: change.assignee }),
            ...(change.answers && { answers: change.answers }),
            ...(ended && { draftAnswers: null, draftBy: null, draftAt: null }),
            ...(change.reason !== undefined && { reason: change.reason }),
            ...(change.priority && { priority: change.priority }),
            ...(change.followUpAt !== undefined && {
              followUpAt: change.followUpAt === null ? null : new Date(change.followUpAt),
              followUpNote: change.followUpNote ?? null,
            }),
            ...(change.state === 'claimed' && { claimedAt: row.claimedAt ?? at, begun: true }),
            ...(change.state === 'open' && { claimedAt: null }),
            ...(ended
              ? { closedAt: row.closedAt ?? at, closedBy: row.closedBy ?? change.by }
              : { closedAt: null, closedBy: null }),
          })
          .where(and(eq(tasks.id, change.taskId), lt(tasks.version, change.version)));
        const { process, subject, account, integration, timeZone } = row;
        const date = change.date ? ` to ${localDate(new Date(change.date), timeZone)}` : '';
        await recordEvent(tx, {
          ...{ id: `${change.taskId}/${change.version}`, process, subject, taskId: change.taskId },
          ...{ account, vendor: integration, at, by: change.by },
          action: `Task ${change.action}${date}: ${row.content.title}`,
          detail: change.detail,
        });
        return true;
      });
      if (!isWritten) return;
      for (const notice of change.notices ?? []) {
        const key = `task/${change.taskId}/${change.version}/${notice.topic}`;
        await startNotice(context.temporal, { about: 'task', key, taskId: change.taskId, ...notice });
      }
    },

    /**
     * Reminds of a task for as long as its workflow waits for it, without an event in the history: each try sends what is due,
     * and is tried again when the next reminder is. A reminder is one for each stage and local date, however often it is tried.
     * @param task as its workflow knows it; followUpAt in ISO 8601
     * @returns when the task's row must be written again, such as after a database was restored or the workflow was reset: it
     *   says something else, was closed meanwhile, or is gone (then its version is null)
     */
    async remind({
      taskId,
      version,
      priority,
      followUpAt,
    }: {
      taskId: string;
      version: number;
      priority: TaskPriority;
      followUpAt: string | null;
    }): Promise<{ version: number | null }> {
      const [task] = await db.select().from(tasks).where(eq(tasks.id, taskId));
      if (!task) return { version: null };
      const shownFollowUpAt = task.followUpAt?.toISOString() ?? null;
      const isOld = !openTaskStates.includes(task.state) || task.version < version;
      if (isOld || task.priority !== priority || shownFollowUpAt !== followUpAt) return { version: task.version };
      const now = temporalTime();
      const { due, next } = remindersAt(now, task);
      if (due) {
        const { state, timeZone } = task;
        const key = `reminder/${taskId}/${due.stage}/${localDate(due.at, timeZone)}`;
        const topic = state === 'escalated' ? 'still-escalated' : due.stage;
        await startNotice(context.temporal, { about: 'task', key, taskId, topic, followUpAt });
      }
      throw notBefore(next, 'The next reminder is due');
    },
  };
}
