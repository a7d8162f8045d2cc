import type pg from 'pg';
import type { ActivityType, FeedDms } from '../../../domain/feeds/feeds.ts';

/** Whose activities an import writes. */
export interface FeedScope {
  importId: string;
  account: string;
  dms: FeedDms;
  type: ActivityType;
}

/** What is asked of PostgreSQL in a transaction. */
export type Queries = Pick<pg.ClientBase, 'query'>;

/**
 * Two files of the same activities follow one another as wholes, or one would leave out what the other one changes. To be taken
 * before the dealer's lock.
 */
export async function lockActivities(client: Queries, { account, dms, type }: FeedScope): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `feeds/activities/${account}/${dms}/${type}`,
  ]);
}

/** Whoever finds or makes contacts of a dealer, merges or splits them, does so alone until its transaction ends. */
export async function lockContacts(client: Queries, account: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [contactsLock(account)]);
}

/** The name of that lock. */
export const contactsLock = (account: string) => `feeds/contacts/${account}`;
