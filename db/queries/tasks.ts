import { and, arrayContains, asc, eq, gt, inArray, lt, or, sql } from 'drizzle-orm';
import { openTaskStates, type TaskState, type Team } from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Db } from '../client.ts';
import { tasks } from '../schema/shared.ts';

export type TaskRow = typeof tasks.$inferSelect;

export interface TaskFilter {
  /** The open ones when absent. */
  states?: TaskState[];
  assignee?: string;
  team?: Team;
  integration?: IntegrationName;
  account?: string;
  overdue?: boolean;
  after?: { dueAt: Date; id: string };
  limit: number;
}

/** By due date, the most urgent first. */
export async function listTasks(db: Db, filter: TaskFilter): Promise<TaskRow[]> {
  const { states, assignee, team, integration, account, overdue, after } = filter;
  // Written out, and not as parameters, so that the planner sees that the partial index of open tasks fits.
  const open = sql.raw(`state in (${openTaskStates.map((state) => `'${state}'`).join(', ')})`);
  return db
    .select()
    .from(tasks)
    .where(
      and(
        states ? inArray(tasks.state, states) : open,
        assignee === undefined ? undefined : eq(tasks.assignee, assignee),
        team && eq(tasks.team, team),
        integration && eq(tasks.integration, integration),
        account === undefined ? undefined : or(eq(tasks.account, account), arrayContains(tasks.accounts, [account])),
        overdue ? and(lt(tasks.dueAt, sql`now()`), open) : undefined,
        after && or(gt(tasks.dueAt, after.dueAt), and(eq(tasks.dueAt, after.dueAt), gt(tasks.id, after.id))),
      ),
    )
    .orderBy(asc(tasks.dueAt), asc(tasks.id))
    .limit(filter.limit);
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
