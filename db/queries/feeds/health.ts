import { and, desc, eq, gt, inArray, lt, ne, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { dryTriggers } from '../../../domain/feeds/feeds.ts';
import type { Db } from '../../client.ts';
import { feedOnboardings } from '../../schema/feedOnboardings.ts';
import { feedImports, feedRejectedRows, feedRuns } from '../../schema/feeds.ts';
import { tasks } from '../../schema/shared.ts';
import { open } from '../tasks.ts';
import type { FeedImportRow } from './runs.ts';

/** Feeds as their health board shows them. */

/** The open tasks of an import in the query around it: its own, and those of its trial, which are its onboarding's. */
const openTasks = sql`(
  select ${tasks.id} from ${tasks}
  where ${tasks.process} = 'feeds' and ${tasks.subject} = ${feedImports.id}::text and ${open}
  union all
  select ${tasks.id} from ${feedOnboardings} join ${tasks} on ${tasks.subject} = ${feedOnboardings.id}::text
  where ${feedImports.state} = 'trial' and ${feedOnboardings.account} = ${feedImports.account}
    and ${feedOnboardings.dms} = ${feedImports.dms} and ${feedOnboardings.closedAt} is null
    and ${tasks.process} = 'feeds' and ${tasks}.${open}
    and ${feedOnboardings.steps} @> jsonb_build_array(
      jsonb_build_object('step', 'trial-' || ${feedImports.kind}, 'taskId', ${tasks.id}::text))
) as open_tasks`;
const needsPerson = sql<boolean>`exists (select from ${openTasks})`;

interface HealthPlace {
  needsPerson: boolean;
  createdAt: Date;
  id: string;
}

/** Feed imports that have not ended: those with an open task first, then the newest first. */
export async function feedsByNeed(
  db: Db,
  { account, after, limit }: { account?: string; after?: HealthPlace; limit: number },
): Promise<{ row: FeedImportRow; needsPerson: boolean }[]> {
  const feeds = db
    .select({ id: feedImports.id, needs: needsPerson.as('needs'), createdAt: feedImports.createdAt })
    .from(feedImports)
    .where(and(ne(feedImports.state, 'ended'), account === undefined ? undefined : eq(feedImports.account, account)))
    .as('feeds');
  const sameNeed = after && eq(feeds.needs, after.needsPerson);
  const behind =
    after &&
    or(
      after.needsPerson ? eq(feeds.needs, false) : undefined,
      and(sameNeed, lt(feeds.createdAt, after.createdAt)),
      and(sameNeed, eq(feeds.createdAt, after.createdAt), lt(feeds.id, after.id)),
    );
  return db
    .select({ row: feedImports, needsPerson: feeds.needs })
    .from(feeds)
    .innerJoin(feedImports, eq(feedImports.id, feeds.id))
    .where(behind)
    .orderBy(desc(feeds.needs), desc(feeds.createdAt), desc(feeds.id))
    .limit(limit);
}

interface FeedTaskRow {
  importId: string;
  id: string;
  kind: string;
  openedAt: Date;
}

/** The open tasks of these imports, the oldest first. */
export async function openTasksOf(db: Db, importIds: string[]): Promise<FeedTaskRow[]> {
  if (importIds.length === 0) return [];
  return db
    .select({ importId: feedImports.id, id: tasks.id, kind: sql<string>`${tasks.kind}`, openedAt: tasks.openedAt })
    .from(feedImports)
    .innerJoinLateral(openTasks, sql`true`)
    .innerJoin(tasks, eq(tasks.id, sql`open_tasks.id`))
    .where(inArray(feedImports.id, importIds))
    .orderBy(tasks.openedAt);
}

/** Rows are counted as far as this. */
export const mostRowsToCorrect = 10_000;

/** How many rejected rows of each of these imports are open. */
export async function rowsToCorrect(db: Db, importIds: string[]): Promise<Map<string, number>> {
  if (importIds.length === 0) return new Map();
  const its = db
    .select({ id: feedRejectedRows.id })
    .from(feedRejectedRows)
    .where(and(eq(feedRejectedRows.importId, sql`ids.id`), eq(feedRejectedRows.state, 'open')))
    .limit(mostRowsToCorrect);
  const rows = await db
    .select({ id: sql<string>`ids.id`, count: sql<number>`(select count(*)::int from (${its}) as its)` })
    .from(sql`unnest(${sql.param(importIds)}::uuid[]) as ids(id)`);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** Of all feeds together. */
export interface FeedMeasures {
  active: number;
  needing_person: number;
  quiet: number;
  rows_last_day: number;
  rejected_rows_last_day: number;
  longest_run_seconds_last_day: number;
}

export async function measureFeeds(db: Db): Promise<FeedMeasures> {
  const { state, deliveredAt, activeSince, silentAfterDays } = feedImports;
  const quietDays = sql`${silentAfterDays} * interval '1 day'`;
  const isQuiet = sql`${state} = 'active' and greatest(${deliveredAt}, ${activeSince}) < now() - ${quietDays}`;
  const [imports] = await db
    .select({
      active: sql<number>`(count(*) filter (where ${state} = 'active'))::int`,
      needing_person: sql<number>`(count(*) filter (where ${needsPerson}))::int`,
      quiet: sql<number>`(count(*) filter (where ${isQuiet}))::int`,
    })
    .from(feedImports)
    .where(ne(state, 'ended'));
  const { counts, startedAt, endedAt, trigger } = feedRuns;
  const sum = (what: SQL) => sql<number>`coalesce(sum(${what}), 0)::float8`;
  const rejected = sql`(${counts} ->> 'rejected')::int`;
  const [runs] = await db
    .select({
      rows_last_day: sum(sql`(${counts} ->> 'read')::int - ${rejected}`),
      rejected_rows_last_day: sum(rejected),
      longest_run_seconds_last_day: sql<number>`coalesce(max(extract(epoch from ${endedAt} - ${startedAt})), 0)::int`,
    })
    .from(feedRuns)
    .where(and(gt(endedAt, sql`now() - interval '1 day'`), notInArray(trigger, [...dryTriggers])));
  return { ...imports!, ...runs! };
}
