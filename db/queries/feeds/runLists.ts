import { and, asc, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { feedFiles, feedRuns } from '../../schema/feeds.ts';

/** Runs of feed imports, as people look at them. */

export type FeedRunRow = typeof feedRuns.$inferSelect;
export type FeedFileRow = typeof feedFiles.$inferSelect;

/** Of each of these imports the latest run. */
export function latestRuns(db: Db, importIds: string[]): Promise<Map<string, FeedRunRow>> {
  return latestOf(db, importIds);
}

/** Of each of these imports the latest run that has tried its first file. */
export function latestTrials(db: Db, importIds: string[]): Promise<Map<string, FeedRunRow>> {
  return latestOf(db, importIds, eq(feedRuns.trigger, 'trial'));
}

/** Of each of these imports the latest run that has imported rows into the activities, and not far fewer than usual. */
export function latestSuccesses(db: Db, importIds: string[]): Promise<Map<string, FeedRunRow>> {
  const { outcome, trigger, isSmall } = feedRuns;
  const isSuccess = and(
    eq(outcome, 'imported'),
    eq(isSmall, false),
    inArray(trigger, ['schedule', 'manual', 'backfill']),
  );
  return latestOf(db, importIds, isSuccess);
}

async function latestOf(db: Db, importIds: string[], is?: SQL): Promise<Map<string, FeedRunRow>> {
  if (importIds.length === 0) return new Map();
  const latest = db
    .select()
    .from(feedRuns)
    .where(and(eq(feedRuns.importId, sql`ids.id`), is))
    .orderBy(desc(feedRuns.startedAt), desc(feedRuns.id))
    .limit(1)
    .as('latest');
  const rows = await db
    .select()
    .from(sql`unnest(${sql.param(importIds)}::uuid[]) as ids(id)`)
    .innerJoinLateral(latest, sql`true`);
  return new Map(rows.map((row) => [row.latest.importId, row.latest]));
}

/** The newest first. */
export async function listFeedRuns(
  db: Db,
  importId: string,
  { before, limit }: { before?: { startedAt: Date; id: string }; limit: number },
): Promise<FeedRunRow[]> {
  const { startedAt, id } = feedRuns;
  const isBefore =
    before && or(lt(startedAt, before.startedAt), and(eq(startedAt, before.startedAt), lt(id, before.id)));
  return db
    .select()
    .from(feedRuns)
    .where(and(eq(feedRuns.importId, importId), isBefore))
    .orderBy(desc(startedAt), desc(id))
    .limit(limit);
}

export async function findFeedRun(db: Db, id: string): Promise<FeedRunRow | undefined> {
  const [row] = await db.select().from(feedRuns).where(eq(feedRuns.id, id));
  return row;
}

/** In the order in which they were looked at. */
export async function filesOfRun(db: Db, runId: string, limit: number): Promise<FeedFileRow[]> {
  return db
    .select()
    .from(feedFiles)
    .where(eq(feedFiles.runId, runId))
    .orderBy(asc(feedFiles.at), asc(feedFiles.id))
    .limit(limit);
}
