import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** Waits until nobody else has this name, and keeps it until the transaction ends. */
export async function lockName(tx: Db, name: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}
