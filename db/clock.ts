import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** PostgreSQL's time: one clock for all processes, whose own may be minutes off. */
export async function timeOf(db: Db): Promise<Date> {
  const { rows } = await db.execute<{ ms: string }>(sql`select extract(epoch from now()) * 1000 as ms`);
  return new Date(Number(rows[0]!.ms));
}
