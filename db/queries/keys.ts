import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { actorName } from '../../domain/shared/actors.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import type { Team } from '../../domain/shared/tasks.ts';
import { type Db, preparedOnce } from '../client.ts';
import { apiKeys, people, sessions } from '../schema/shared.ts';
import { type Acting, changesOf, commandLine, recordAdministration } from './administration.ts';

/** Who makes a request, by its API key. */
export interface Caller {
  keyId: string;
  personId: string | null;
  /** For people: a person's name, or what a system is called. */
  name: string;
  /** Of a person; a system is in no team. */
  teams: Team[];
  leadOf: Team | null;
  scopes: KeyScope[];
  requestsPerMinute: number;
  /** What is recorded: the person's ID, or `key:<name>` of a system. */
  id: string;
  /** By which session of the console; null with an API key. */
  sessionId: string | null;
}

/** What is kept of an API key. */
export const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

/** An API key with what is known of its person. */
export const keyWithPerson = {
  key: apiKeys,
  expired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
  personName: people.name,
  teams: people.teams,
  leadOf: people.leadOf,
  active: people.active,
};

const keyByHash = preparedOnce((db) =>
  db
    .select(keyWithPerson)
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(eq(apiKeys.hash, sql.placeholder('hash')))
    .prepare('key_by_hash'),
);

/** The caller of a valid key; null when it is not known, has expired or was revoked, or when its person has left. */
export async function findKey(db: Db, key: string): Promise<Caller | null> {
  const [row] = await keyByHash(db).execute({ hash: hashOf(key) });
  return row ? callerOf(row) : null;
}

/** The caller of a key by its ID; null as with `findKey`. */
export async function findKeyById(db: Db, id: string): Promise<Caller | null> {
  const [row] = await keysWithPerson(db, [id]);
  return row ? callerOf(row) : null;
}

export async function keysWithPerson(db: Db, ids: string[]): Promise<KeyWithPerson[]> {
  return db
    .select(keyWithPerson)
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .where(inArray(apiKeys.id, ids));
}

/** @returns null when the key has expired or was revoked, or when its person has left */
export function callerOf(of: KeyWithPerson, sessionId: string | null = null): Caller | null {
  const { key, expired, active } = of;
  if (key.revokedAt || expired || active === false) return null;
  const { personId, scopes, requestsPerMinute } = key;
  const id = personId ?? `key:${key.name}`;
  const name = of.personName ?? actorName(id);
  const [teams, leadOf] = [of.teams ?? [], of.leadOf];
  return { keyId: key.id, personId, name, teams, leadOf, scopes, requestsPerMinute, id, sessionId };
}

interface KeyWithPerson {
  key: typeof apiKeys.$inferSelect;
  expired: boolean;
  personName: string | null;
  teams: Team[] | null;
  leadOf: Team | null;
  active: boolean | null;
}

export interface NewKey {
  name: string;
  scopes: KeyScope[];
  personId?: string | null;
  expiresAt?: Date | null;
  requestsPerMinute?: number;
}

/**
 * Makes an API key, with the event in the audit record; the key itself is returned this once and kept only as a hash.
 * @throws when the person is not known
 */
export async function createKey(
  database: Db,
  wanted: NewKey,
  {
    acting = commandLine,
    key = `dok_${randomBytes(32).toString('base64url')}`,
  }: { acting?: Acting; key?: string } = {},
): Promise<{ id: string; key: string }> {
  return database.transaction(async (db) => {
    const [row] = await db
      .insert(apiKeys)
      .values({ ...wanted, hash: hashOf(key) })
      .returning();
    const { id, name, scopes, personId, requestsPerMinute, expiresAt } = row!;
    const detail = changesOf(undefined, { name, scopes, personId, requestsPerMinute, expiresAt });
    await recordAdministration(db, acting, { action: 'API key created', subject: `api-key/${id}`, detail });
    return { id, key };
  });
}

/** Without the keys themselves, oldest first, from the one after `after` on; all when no limit is given. */
export async function listKeys(
  db: Db,
  { after, limit }: { after?: { createdAt: Date; id: string }; limit?: number } = {},
) {
  // Cursors hold milliseconds.
  const createdAt = sql`date_trunc('milliseconds', ${apiKeys.createdAt})`;
  const query = db
    .select()
    .from(apiKeys)
    .where(
      after && sql`(${createdAt}, ${apiKeys.id}) > (${after.createdAt.toISOString()}::timestamptz, ${after.id}::uuid)`,
    )
    .orderBy(asc(createdAt), asc(apiKeys.id))
    .$dynamic();
  const rows = await (limit === undefined ? query : query.limit(limit));
  return rows.map(({ hash: _hash, ...row }) => row);
}

/** Revokes a key and ends its sessions. @returns whether there was such a key that was not revoked yet */
export async function revokeKey(database: Db, id: string, acting: Acting = commandLine): Promise<boolean> {
  return database.transaction(async (db) => {
    const [revoked] = await db
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .returning({ name: apiKeys.name, personId: apiKeys.personId });
    if (!revoked) return false;
    await db.delete(sessions).where(eq(sessions.keyId, id));
    const detail = changesOf(undefined, revoked);
    await recordAdministration(db, acting, { action: 'API key revoked', subject: `api-key/${id}`, detail });
    return true;
  });
}
