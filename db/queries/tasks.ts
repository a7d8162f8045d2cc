import { and, arrayContains, asc, eq, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { openTaskStates, type TaskPriority, type TaskState, type Team } from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Db } from '../client.ts';
import { tasks } from '../schema/shared.ts';

export type TaskRow = typeof tasks.$inferSelect;

/** Each given part narrows the list. */
export interface TaskFilter {
  states?: readonly TaskState[];
  assignee?: string;
  /** Only nobody's. */
  unassigned?: boolean;
  /** Of one of these teams. */
  teams?: readonly Team[];
  integration?: IntegrationName;
  account?: string;
  /** Only those that are open after their due date. */
  overdue?: boolean;
  /** Whether their follow-up date is still to come. */
  forLater?: boolean;
}

// Written out, and not as parameters, so that the planner sees that the partial index of open tasks fits.
const open = sql.raw(`state in (${openTaskStates.map((state) => `'${state}'`).join(', ')})`);

/**
 * The most urgent first: by priority, then due date.
 * @param filters all of them apply; the open tasks when none names a state
 */
export async function listTasks(
  db: Db,
  filters: readonly TaskFilter[],
  { after, limit }: { after?: { priority: TaskPriority; dueAt: Date; id: string }; limit: number },
): Promise<TaskRow[]> {
  const { priority, dueAt, id } = tasks;
  return db
    .select()
    .from(tasks)
    .where(
      and(
        filters.some(({ states }) => states) ? undefined : open,
        ...filters.map(conditionOf),
        after &&
          sql`(${priority}, ${dueAt}, ${id}) > (${after.priority}::task_priority, ${after.dueAt.toISOString()}::timestamptz, ${after.id}::uuid)`,
      ),
    )
    .orderBy(asc(priority), asc(dueAt), asc(id))
    .limit(limit);
}

function conditionOf(filter: TaskFilter): SQL | undefined {
  const { states, assignee, unassigned, teams, integration, account, overdue, forLater } = filter;
  return and(
    states && inArray(tasks.state, [...states]),
    assignee === undefined ? undefined : eq(tasks.assignee, assignee),
    unassigned ? isNull(tasks.assignee) : undefined,
    teams && inArray(tasks.team, [...teams]),
    integration && eq(tasks.integration, integration),
    account === undefined ? undefined : or(eq(tasks.account, account), arrayContains(tasks.accounts, [account])),
    overdue ? and(lt(tasks.dueAt, sql`now()`), open) : undefined,
    forLater === undefined ? undefined : sql`coalesce(${tasks.followUpAt} > now(), false) = ${forLater}`,
  );
}

export async function findTask(db: Db, id: string): Promise<TaskRow | undefined> {
  const [row] = await db.select().from(tasks).where(eq(tasks.id, id));
  return row;
}

/** A task, with PostgreSQL's time. */
export async function findTaskAndTime(db: Db, id: string): Promise<{ task: TaskRow; now: Date } | undefined> {
  const now = sql<Date>`now()`.mapWith(tasks.openedAt);
  const [found] = await db.select({ task: tasks, now }).from(tasks).where(eq(tasks.id, id));
  return found;
}
