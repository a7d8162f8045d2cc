import { and, asc, eq, gt, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { DeliveredDay } from '../../../domain/feeds/health.ts';
import type { Db } from '../../client.ts';
import { feedImports, feedRuns } from '../../schema/feeds.ts';
import type { FeedImportRow } from './runs.ts';

/** What feeds have delivered, by their dealers' local dates. Dry runs and backfills tell nothing of it. */

export interface FeedDay extends DeliveredDay {
  importId: string;
  rejected: number;
  runs: number;
  /** Of all runs together. */
  seconds: number;
}

const localDate = sql<string>`coalesce(${feedRuns.date}, (${feedRuns.startedAt} at time zone ${feedImports.timeZone})::date)::text`;
const count = (name: 'read' | 'rejected') => sql`(${feedRuns.counts} ->> '${sql.raw(name)}')::int`;
const sum = (of: SQL) => sql<number>`coalesce(sum(${of}), 0)::int`;

/** Runs that have ended of these imports within the last days. */
export async function feedDays(db: Db, importIds: string[], days: number): Promise<FeedDay[]> {
  if (importIds.length === 0) return [];
  return db
    .select({
      importId: feedRuns.importId,
      date: localDate.as('local_date'),
      rows: sum(sql`${count('read')} - ${count('rejected')}`),
      rejected: sum(count('rejected')),
      runs: sql<number>`count(*)::int`,
      seconds: sum(sql`extract(epoch from ${feedRuns.endedAt} - ${feedRuns.startedAt})`),
    })
    .from(feedRuns)
    .innerJoin(feedImports, eq(feedImports.id, feedRuns.importId))
    .where(
      and(
        inArray(feedRuns.importId, importIds),
        inArray(feedRuns.trigger, ['schedule', 'manual']),
        isNotNull(feedRuns.endedAt),
        gt(feedRuns.startedAt, sql`now() - ${days + 1} * interval '1 day'`),
      ),
    )
    .groupBy(feedRuns.importId, sql`local_date`)
    .orderBy(sql`local_date`);
}

/** Rows were imported. */
export async function recordDelivery(db: Db, importId: string, at: Date): Promise<void> {
  await db
    .update(feedImports)
    .set({ deliveredAt: sql`greatest(${feedImports.deliveredAt}, ${sql.param(at, feedImports.deliveredAt)})` })
    .where(eq(feedImports.id, importId));
}

/** A run after which its date has far fewer rows than usual. */
export async function recordSmallDelivery(db: Db, runId: string): Promise<void> {
  await db.update(feedRuns).set({ isSmall: true }).where(eq(feedRuns.id, runId));
}

/** Some of the active imports that have delivered nothing for about as many days as they say, without what was told since. */
export async function someMaybeSilent(
  db: Db,
  { after, limit }: { after?: string; limit: number },
): Promise<FeedImportRow[]> {
  const { id, state, deliveredAt, activeSince, silenceToldOn, silentAfterDays } = feedImports;
  // A day less, since it is the local dates that count.
  const isQuiet = sql`greatest(${deliveredAt}, ${activeSince}, ${silenceToldOn}::timestamptz)
    < now() - (${silentAfterDays} - 1) * interval '1 day'`;
  return db
    .select()
    .from(feedImports)
    .where(and(eq(state, 'active'), isQuiet, after === undefined ? undefined : gt(id, after)))
    .orderBy(asc(id))
    .limit(limit);
}

export async function recordSilenceTold(db: Db, importId: string, date: string): Promise<void> {
  await db.update(feedImports).set({ silenceToldOn: date }).where(eq(feedImports.id, importId));
}
