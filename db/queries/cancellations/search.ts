import { desc, or, sql } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { cancellations } from '../../schema/cancellations.ts';
import { hasWords } from '../search.ts';
import { type CancellationRow, type IntegrationRow, withIntegrations } from './cancellations.ts';

/**
 * Cancellations by their ID or any part of their dealer's name or ID: those in progress first, then the newest. Reads every row
 * of the table, of which each dealer has few.
 */
export async function searchCancellations(
  db: Db,
  text: string,
  limit: number,
): Promise<(CancellationRow & { integrations: IntegrationRow[] })[]> {
  const { id, account, dealerName, state, startedAt } = cancellations;
  const rows = await db
    .select()
    .from(cancellations)
    .where(or(hasWords(text, [account, dealerName]), sql`${id}::text = ${text.toLowerCase()}`))
    .orderBy(sql`${state} = 'open' desc`, desc(startedAt))
    .limit(limit);
  return withIntegrations(db, rows);
}
