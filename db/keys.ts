import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { type Db, preparedOnce } from './client.ts';
import { apiKeys, people } from './schema.ts';

export const keyScopes = ['cancellations:write', 'tasks:write', 'read', 'admin'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Who asks, as an API key tells. */
export interface Caller {
  keyId: string;
  personId: string | null;
  role: 'ops' | 'lead' | null;
  scopes: KeyScope[];
  requestsPerMinute: number;
  /** What is recorded: the person's ID, or `key:<name>` of a system. */
  id: string;
}

/** What is kept of an API key. */
export const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

const keysWithPeople = (db: Db) =>
  db
    .select({
      key: apiKeys,
      expired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
      role: people.role,
      active: people.active,
    })
    .from(apiKeys)
    .leftJoin(people, eq(people.id, apiKeys.personId))
    .$dynamic();
const keyByHash = preparedOnce((db) =>
  keysWithPeople(db)
    .where(eq(apiKeys.hash, sql.placeholder('hash')))
    .prepare('key_by_hash'),
);
const keyById = preparedOnce((db) =>
  keysWithPeople(db)
    .where(eq(apiKeys.id, sql.placeholder('id')))
    .prepare('key_by_id'),
);

/** The caller of a valid key, by the key itself or its ID; null when unknown, expired or revoked, or when its person has left. */
export async function findKey(db: Db, by: { key: string } | { keyId: string | undefined }): Promise<Caller | null> {
  const [row] = await ('key' in by
    ? keyByHash(db).execute({ hash: hashOf(by.key) })
    : keyById(db).execute({ id: by.keyId ?? '' }));
  if (!row || row.key.revokedAt || row.expired) return null;
  if (row.active === false) return null;
  const { id, name, personId, scopes, requestsPerMinute } = row.key;
  return {
    keyId: id,
    personId,
    role: row.role,
    scopes,
    requestsPerMinute,
    id: personId ?? `key:${name}`,
  };
}

export interface NewKey {
  name: string;
  scopes: KeyScope[];
  personId?: string | null;
  expiresAt?: Date | null;
  requestsPerMinute?: number;
}

/** Makes an API key; the key itself is returned this once and kept only as a hash. @throws when the person is not known */
export async function createKey(
  db: Db,
  wanted: NewKey,
  key = `dok_${randomBytes(32).toString('base64url')}`,
): Promise<{ id: string; key: string }> {
  const [row] = await db
    .insert(apiKeys)
    .values({ ...wanted, hash: hashOf(key) })
    .returning({ id: apiKeys.id });
  return { id: row!.id, key };
}

/** All keys without the keys themselves, oldest first. */
export async function listKeys(db: Db) {
  const rows = await db.select().from(apiKeys).orderBy(asc(apiKeys.createdAt));
  return rows.map(({ hash: _hash, ...row }) => row);
}

/** @returns whether there was such a key that was not revoked yet */
export async function revokeKey(db: Db, id: string): Promise<boolean> {
  const revoked = await db
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ id: apiKeys.id });
  return revoked.length > 0;
}
