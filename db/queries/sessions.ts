import { randomBytes } from 'node:crypto';
import { and, desc, eq, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import { type Db, preparedOnce } from '../client.ts';
import { apiKeys, people, sessions } from '../schema/shared.ts';
import { type Acting, changesOf, recordAdministration } from './administration.ts';
import { type Caller, callerOf, hashOf, keysWithPerson, keyWithPerson } from './keys.ts';

/** A session ends after this time at the latest, and earlier when nobody has used it for as long as the second. */
export const sessionHours = 12;
export const idleMinutes = 30;
/** Of one owner; a further one ends the oldest. */
const mostSessions = 20;

const isAlive = sql`${sessions.createdAt} > now() - make_interval(hours => ${sql.raw(String(sessionHours))})
  and ${sessions.lastUsedAt} > now() - make_interval(mins => ${sql.raw(String(idleMinutes))})`;
const notUsedForAMinute = sql<boolean>`${sessions.lastUsedAt} < now() - interval '1 minute'`;

/**
 * Signs a caller in.
 * @param from where it begins, for its owner to recognize it: the address, and the browser as it names itself
 * @returns the cookie's value, which is kept only as a hash
 */
export async function beginSession(
  db: Db,
  { keyId, id: owner }: Caller,
  from: { address: string; browser: string },
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const [begun] = await db
    .insert(sessions)
    .values({ tokenHash: hashOf(token), keyId, owner, ...from })
    .returning({ id: sessions.id });
  const newest = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.owner, owner), isAlive))
    .orderBy(desc(sql`${sessions.id} = ${begun!.id}`), desc(sessions.createdAt))
    .limit(mostSessions);
  await db.delete(sessions).where(and(eq(sessions.owner, owner), notInArray(sessions.id, newest)));
  return token;
}

const sessionByToken = preparedOnce((db) =>
  db
    .select({ id: sessions.id, notUsedForAMinute, ...keyWithPerson })
    .from(sessions)
    .innerJoin(apiKeys, eq(apiKeys.id, sessions.keyId))
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(and(eq(sessions.tokenHash, sql.placeholder('tokenHash')), isAlive))
    .prepare('session_by_token'),
);

/**
 * A valid session, by its cookie's value; null when it has ended, never existed, or its key or person is no longer valid. Finding
 * it is no use of it: see `recordUse`.
 */
export async function findSession(
  db: Db,
  token: string,
): Promise<{ caller: Caller; notUsedForAMinute: boolean } | null> {
  const [row] = await sessionByToken(db).execute({ tokenHash: hashOf(token) });
  const caller = row ? callerOf(row, row.id) : null;
  return caller && { caller, notUsedForAMinute: row!.notUsedForAMinute };
}

/** Records that a person uses a session now, by the minute. */
export async function recordUse(db: Db, sessionId: string): Promise<void> {
  await db
    .update(sessions)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(sessions.id, sessionId), notUsedForAMinute));
}

/** @returns those whose API key, and session if they have one, is still valid; this is no use of a session */
export async function stillValid<Some extends Pick<Caller, 'keyId' | 'sessionId'>>(
  db: Db,
  callers: readonly Some[],
): Promise<Some[]> {
  const keyIds = callers.map(({ keyId }) => keyId);
  const sessionIds = callers.flatMap(({ sessionId }) => sessionId ?? []);
  const keys = await keysWithPerson(db, keyIds);
  const alive = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(inArray(sessions.id, sessionIds), isAlive));
  const valid = new Set([...keys.flatMap((row) => callerOf(row)?.keyId ?? []), ...alive.map(({ id }) => id)]);
  return callers.filter(({ keyId, sessionId }) => valid.has(keyId) && (sessionId === null || valid.has(sessionId)));
}

/** The sessions of an owner that go on, the newest first; at most 20. */
export async function listSessions(
  db: Db,
  { owner, before, limit }: { owner: string; before?: { at: Date; id: string }; limit: number },
) {
  return db
    .select({
      id: sessions.id,
      owner: sessions.owner,
      keyName: apiKeys.name,
      createdAt: sessions.createdAt,
      lastUsedAt: sessions.lastUsedAt,
      address: sessions.address,
      browser: sessions.browser,
    })
    .from(sessions)
    .innerJoin(apiKeys, eq(apiKeys.id, sessions.keyId))
    .where(
      and(
        eq(sessions.owner, owner),
        isAlive,
        before && sql`(${sessions.createdAt}, ${sessions.id}) < (${before.at.toISOString()}, ${before.id})`,
      ),
    )
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(limit);
}

/** Ends sessions, by any of what is known of them. @returns which have ended */
export async function endSessions(db: Db, by: SomeSessions): Promise<{ id: string; owner: string }[]> {
  const conditions: SQL[] = [];
  if (by.token !== undefined) conditions.push(eq(sessions.tokenHash, hashOf(by.token)));
  if (by.id !== undefined) conditions.push(eq(sessions.id, by.id));
  if (by.owner !== undefined) conditions.push(eq(sessions.owner, by.owner));
  if (conditions.length === 0) throw new Error('Which sessions are to end must be named');
  return db
    .delete(sessions)
    .where(and(...conditions))
    .returning({ id: sessions.id, owner: sessions.owner });
}

interface SomeSessions {
  token?: string;
  id?: string;
  owner?: string;
}

/** Ends sessions for a caller; those of others are administration, with an event each in the audit record. @returns how many */
export async function endSessionsFor(database: Db, by: SomeSessions, acting: Acting): Promise<number> {
  return database.transaction(async (db) => {
    const ended = await endSessions(db, by);
    for (const { id, owner } of ended.filter((one) => one.owner !== acting.by)) {
      const detail = changesOf(undefined, { owner });
      await recordAdministration(db, acting, { action: 'session ended', subject: `session/${id}`, detail });
    }
    return ended.length;
  });
}

/** Deletes the rows of sessions that time has ended. */
export async function forgetSessions(db: Db): Promise<void> {
  await db.delete(sessions).where(sql`not (${isAlive})`);
}
