import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { events } from '../schema/schema.ts';

/** The audit record of administration: API keys, people, accounts and other people's sessions. */

/** Who changes something: `by` as in `Caller.id`, and the API key; null of a command line. */
export interface Acting {
  by: string;
  keyId: string | null;
}

export const commandLine: Acting = { by: 'command line', keyId: null };

const longestDetail = 2_000;

/** Call it in the transaction of the change itself: there is no change without its event, and no event without its change. */
export async function recordAdministration(
  db: Db,
  { by, keyId }: Acting,
  event: { action: string; subject: string; detail?: string },
): Promise<void> {
  const detail = event.detail?.slice(0, longestDetail);
  await db.insert(events).values({
    // By the microsecond, which orders what one millisecond holds.
    id: sql`'administration/' || to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS/') || gen_random_uuid()`,
    process: 'administration',
    by,
    keyId,
    ...event,
    detail,
  });
}

/** What has changed, such as `leadOf: null → "ops"`; empty when nothing has. */
export function changesOf(before: object | undefined, after: object): string {
  const old = (before ?? {}) as Record<string, unknown>;
  return Object.entries(after)
    .map(([name, value]) => [name, JSON.stringify(old[name]), JSON.stringify(value)])
    .filter(([, from, to]) => from !== to)
    .map(([name, from, to]) => (from === undefined ? `${name}: ${to}` : `${name}: ${from} → ${to}`))
    .join('; ');
}

export interface AdministrationFilter {
  subject?: string;
  by?: string;
  before?: { at: Date; id: string };
  limit: number;
}

/** The newest first. */
export async function listAdministration(db: Db, { subject, by, before, limit }: AdministrationFilter) {
  return db
    .select()
    .from(events)
    .where(
      and(
        eq(events.process, 'administration'),
        subject === undefined ? undefined : eq(events.subject, subject),
        by === undefined ? undefined : eq(events.by, by),
        before && or(lt(events.at, before.at), and(eq(events.at, before.at), lt(events.id, before.id))),
      ),
    )
    .orderBy(desc(events.at), desc(events.id))
    .limit(limit);
}
