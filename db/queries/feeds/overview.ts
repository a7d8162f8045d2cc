import { and, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm';
import { dryTriggers, type FeedImportState, feedImportStates } from '../../../domain/feeds/feeds.ts';
import type { Db } from '../../client.ts';
import { feedImports, feedRuns } from '../../schema/feeds.ts';

export async function countImports(db: Db): Promise<Record<FeedImportState, number>> {
  const { state } = feedImports;
  const rows = await db.select({ state, count: sql<number>`count(*)::int` }).from(feedImports).groupBy(state);
  const counted = new Map(rows.map((row) => [row.state, row.count]));
  return Object.fromEntries(feedImportStates.map((one) => [one, counted.get(one) ?? 0])) as Record<
    FeedImportState,
    number
  >;
}

export async function countRunsInProgress(db: Db): Promise<number> {
  return db.$count(feedRuns, isNull(feedRuns.endedAt));
}

/** Active imports whose latest run that imports has not ended well. */
export async function countNotWorking(db: Db): Promise<number> {
  const latest = db
    .select({ outcome: feedRuns.outcome })
    .from(feedRuns)
    .where(
      and(
        eq(feedRuns.importId, feedImports.id),
        sql`${feedRuns.endedAt} is not null`,
        notInArray(feedRuns.trigger, [...dryTriggers]),
      ),
    )
    .orderBy(sql`${feedRuns.startedAt} desc`, feedRuns.id)
    .limit(1)
    .as('latest');
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(feedImports)
    .innerJoinLateral(latest, inArray(latest.outcome, ['failed', 'needs_person']))
    .where(eq(feedImports.state, 'active'));
  return row!.count;
}

export interface DealerFeeds {
  account: string;
  trial: number;
  active: number;
  paused: number;
  ended: number;
}

/** How many imports in each state these dealers have; those without any are left out. */
export async function importsOfDealers(db: Db, accounts: string[]): Promise<DealerFeeds[]> {
  if (accounts.length === 0) return [];
  const { account, state } = feedImports;
  const inState = (one: FeedImportState) => sql<number>`(count(*) filter (where ${state} = ${one}))::int`;
  return db
    .select({
      ...{ account, trial: inState('trial'), active: inState('active') },
      ...{ paused: inState('paused'), ended: inState('ended') },
    })
    .from(feedImports)
    .where(inArray(account, accounts))
    .groupBy(account);
}
