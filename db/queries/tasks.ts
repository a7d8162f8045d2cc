import { and, eq, getTableColumns, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { SortOrder, TaskSort } from '../../domain/shared/taskLists.ts';
import { openTaskStates, type TaskState, type Team } from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Db } from '../client.ts';
import { tasks } from '../schema/shared.ts';
import { recordEvents } from './events.ts';
import { hasWords } from './search.ts';
import { concernsDealer, dealersOfTask } from './taskDealers.ts';
import { behind, inOrder, keysOf, placeOf, type TaskPlace } from './taskOrder.ts';

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
  /** Part of a dealer's name or ID; upper and lower case alike. */
  search?: string;
  /** Only those that are open after their due date. */
  overdue?: boolean;
  /** Whether their follow-up date is still to come. */
  forLater?: boolean;
}

/** Written out, and not as parameters, so that the planner sees that the partial index of open tasks fits. */
export const open = sql.raw(`state in (${openTaskStates.map((state) => `'${state}'`).join(', ')})`);

/** Part of a list, from the first task or from one behind `after`, which is the `place` of a task in the same order. */
export interface TaskPart {
  sort?: TaskSort;
  order?: SortOrder;
  after?: TaskPlace;
  limit: number;
}

/**
 * Tasks in an order; without one the most urgent first: by priority, then due date.
 * @param filters all of them apply; the open tasks when none names a state
 */
export async function listTasks(
  db: Db,
  filters: readonly TaskFilter[],
  { sort = 'priority', order = 'asc', after, limit }: TaskPart,
): Promise<(TaskRow & { place: TaskPlace })[]> {
  const keys = keysOf(sort, order);
  return db
    .select({ ...getTableColumns(tasks), place: placeOf(keys) })
    .from(tasks)
    .where(
      and(
        filters.some(({ states }) => states) ? undefined : open,
        ...filters.map(conditionOf),
        after && behind(keys, after),
      ),
    )
    .orderBy(...inOrder(keys))
    .limit(limit);
}

/** How many open tasks each of these lists has, by its name, read at once. */
export async function countTasks<List extends string>(
  db: Db,
  lists: Readonly<Record<List, TaskFilter>>,
): Promise<Record<List, number>> {
  const names = Object.keys(lists) as List[];
  const counts = names.map((name) => [name, sql<number>`count(*) filter (where ${conditionOf(lists[name])})::int`]);
  const [row] = await db.select(Object.fromEntries(counts)).from(tasks).where(open);
  return row as Record<List, number>;
}

function conditionOf(filter: TaskFilter): SQL | undefined {
  const { states, assignee, unassigned, teams, integration, account, search, overdue, forLater } = filter;
  return and(
    states && inArray(tasks.state, [...states]),
    assignee === undefined ? undefined : eq(tasks.assignee, assignee),
    unassigned ? isNull(tasks.assignee) : undefined,
    teams && inArray(tasks.team, [...teams]),
    integration && eq(tasks.integration, integration),
    account === undefined ? undefined : concernsDealer(account),
    search === undefined ? undefined : hasWords(search, [tasks.dealerName, dealersOfTask]),
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

/**
 * Closes open tasks that nobody is to do any more, each with its event in the audit trail. Call it in a transaction. Their
 * versions stay as they are: a workflow that still waits for one, such as after a reset, opens its row again.
 * @param which of the open tasks
 * @param at PostgreSQL's time when absent
 * @returns those that were closed now
 */
export async function closeTasks(
  tx: Db,
  which: SQL | undefined,
  { reason, at }: { reason: string; at?: Date },
): Promise<TaskRow[]> {
  const closed = await tx
    .update(tasks)
    .set({ state: 'closed', reason, closedAt: at ?? sql`now()`, closedBy: 'dealerops' })
    .where(and(open, which))
    .returning();
  await recordEvents(
    tx,
    closed.map(({ id, version, process, subject, account, integration, content }) => ({
      ...{ id: `${id}/${version}/closed`, process, subject, taskId: id, account, vendor: integration },
      ...{ at, by: 'dealerops', detail: reason },
      action: `Task closed: ${content.title}`,
    })),
  );
  return closed;
}

/** Also how these tasks are known later. */
const lostReason = 'its process has ended, was stopped in Temporal, or failed';

/** Closes a task that no workflow waits for, unless it has changed since it was read. @returns whether it was closed now */
export async function closeLostTask(db: Db, { id, state, version }: TaskRow): Promise<boolean> {
  const unchanged = and(eq(tasks.id, id), eq(tasks.state, state), eq(tasks.version, version));
  const closed = await db.transaction((tx) => closeTasks(tx, unchanged, { reason: lostReason }));
  return closed.length > 0;
}

/** Tasks that `closeLostTask` has closed within the last day. */
export async function lostTasksOfLastDay(db: Db): Promise<Pick<TaskRow, 'id' | 'version'>[]> {
  const lately = sql`${tasks.closedAt} > now() - interval '1 day'`;
  return db
    .select({ id: tasks.id, version: tasks.version })
    .from(tasks)
    .where(and(eq(tasks.state, 'closed'), eq(tasks.reason, lostReason), lately));
}
