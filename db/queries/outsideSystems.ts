import { eq, lt, sql } from 'drizzle-orm';
import type { SystemCode } from '../../domain/shared/actors.ts';
import type { Db } from '../client.ts';
import { failingSystems } from '../schema/shared.ts';

/** Outside systems whose last call has failed, as the calls of all processes of the service say. */

export interface FailingSystem {
  system: SystemCode;
  /** Its first call that failed without one that has worked since. */
  since: Date;
  lastFailedAt: Date;
  /** What the last call failed with; for people who are signed in. */
  reason: string;
}

/** Longer than the pauses between retries: a failure that is older says nothing about the system's state now. */
const lastingMinutes = 65;

export async function recordFailure(db: Db, system: SystemCode, reason: string): Promise<void> {
  // One that has not been called for so long has not failed since then.
  await db.delete(failingSystems).where(lt(failingSystems.lastFailedAt, longAgo));
  const latest = { lastFailedAt: sql`now()`, reason };
  await db
    .insert(failingSystems)
    .values({ system, ...latest })
    .onConflictDoUpdate({ target: failingSystems.system, set: latest });
}

export async function recordAnswer(db: Db, system: SystemCode): Promise<void> {
  await db.delete(failingSystems).where(eq(failingSystems.system, system));
}

/** Those that fail now, the longest first. */
export async function listFailingSystems(db: Db): Promise<FailingSystem[]> {
  return db
    .select()
    .from(failingSystems)
    .where(sql`${failingSystems.lastFailedAt} >= ${longAgo}`)
    .orderBy(failingSystems.since, failingSystems.system);
}

const longAgo = sql`now() - make_interval(mins => ${sql.raw(String(lastingMinutes))})`;
