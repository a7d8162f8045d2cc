import { desc, or, sql } from 'drizzle-orm';
import { integrationNames } from '../../../domain/shared/vendors.ts';
import type { Db } from '../../client.ts';
import { cancellationRequests, cancellations } from '../../schema/cancellations.ts';
import type { DealerTable } from '../dealers.ts';
import { hasWords } from '../search.ts';
import { type CancellationRow, type IntegrationRow, withIntegrations } from './cancellations.ts';

const { dealerIds, cancellationId } = cancellationRequests;

/** The dealers of cancellations, with their IDs at the vendors when they were requested. */
export const cancellationDealers: DealerTable = {
  from: cancellations,
  account: cancellations.account,
  name: cancellations.dealerName,
  at: cancellations.startedAt,
  vendorIds(id) {
    // By each vendor, so that the index of the IDs is used.
    const has = integrationNames.map((name) => sql`${dealerIds} @> ${JSON.stringify({ [name]: id })}::jsonb`);
    return sql`select ${cancellations.account} as account, each.key as integration
      from ${cancellationRequests} join ${cancellations} on ${cancellations.id} = ${cancellationId}, jsonb_each_text(${dealerIds}) as each
      where (${or(...has)}) and each.value = ${id}`;
  },
};

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
