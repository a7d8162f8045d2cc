import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { recordEvents } from './events.ts';

/** The audit trail of administration: API keys, people, accounts and other people's sessions. */

/** Who changes something: `by` as in `Caller.id`, and the API key; null of a command line. */
export interface Acting {
  by: string;
  keyId: string | null;
}

export const commandLine: Acting = { by: 'command line', keyId: null };

interface Change {
  action: string;
  /** Such as `account/D-1001`. */
  subject: string;
  detail?: string;
}

/** Call it in the transaction of the changes themselves. */
export async function recordAdministration(db: Db, acting: Acting, ...changes: Change[]): Promise<void> {
  // By the microsecond, which orders what one millisecond holds.
  const id = sql`'administration/' || to_char(clock_timestamp(), 'YYYYMMDDHH24MISSUS/') || gen_random_uuid()`;
  await recordEvents(
    db,
    changes.map((change) => ({ id, process: 'administration', ...acting, ...change })),
  );
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
