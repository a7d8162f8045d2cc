import { desc, or, sql } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { feedImports } from '../../schema/feeds.ts';
import type { DealerTable } from '../dealers.ts';
import { hasWords } from '../search.ts';
import type { FeedImportRow } from './runs.ts';

/** The dealers of feed imports. */
export const feedDealers: DealerTable = {
  from: feedImports,
  account: feedImports.account,
  name: feedImports.dealerName,
  at: feedImports.createdAt,
};

/**
 * Feed imports by their ID, their folder, or any part of their dealer's name or ID: those that have not ended first, then the
 * newest. Reads every row of the table, of which each dealer has few.
 */
export async function searchFeedImports(db: Db, text: string, limit: number): Promise<FeedImportRow[]> {
  const { id, account, dealerName, directory, state, createdAt } = feedImports;
  return db
    .select()
    .from(feedImports)
    .where(or(hasWords(text, [account, dealerName, directory]), sql`${id}::text = ${text.toLowerCase()}`))
    .orderBy(sql`${state} = 'ended'`, desc(createdAt))
    .limit(limit);
}
