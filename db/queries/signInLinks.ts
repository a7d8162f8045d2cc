import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { signInLinks } from '../schema/shared.ts';
import { type Acting, changesOf, commandLine, recordAdministration } from './administration.ts';
import { type Caller, findKeyById, hashOf } from './keys.ts';

/** A link works for this long, and once. */
export const linkHours = 12;

const isUnused = isNull(signInLinks.usedAt);
const isValid = sql`${signInLinks.expiresAt} > now()`;

/**
 * Makes a link's token, which signs in once as the owner of an API key. The key's earlier links stop working.
 * @returns the token, which is kept only as a hash
 */
export async function makeSignInLink(database: Db, keyId: string, acting: Acting = commandLine): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  return database.transaction(async (db) => {
    const ended = { expiresAt: sql`now()` };
    await db
      .update(signInLinks)
      .set(ended)
      .where(and(eq(signInLinks.keyId, keyId), isUnused, isValid));
    const expiresAt = sql`now() + make_interval(hours => ${sql.raw(String(linkHours))})`;
    await db.insert(signInLinks).values({ tokenHash: hashOf(token), keyId, expiresAt });
    const detail = changesOf(undefined, { validHours: linkHours });
    await recordAdministration(db, acting, { action: 'sign-in link created', subject: `api-key/${keyId}`, detail });
    return token;
  });
}

/** The link itself: what follows the # is not sent to servers, so that it is in no log. */
export function signInAddress(consoleUrl: string, token: string): string {
  return `${consoleUrl}/#sign-in=${token}`;
}

/** Why a link does not sign in; `invalid-key`: its API key was revoked or has expired, or its person has left. */
export type LinkProblem = 'unknown' | 'used' | 'expired' | 'invalid-key';

/** Whom a link would sign in, or why it does not. The link stays unused. */
export async function findSignInLink(db: Db, token: string): Promise<{ caller: Caller } | { problem: LinkProblem }> {
  const [link] = await db
    .select({ keyId: signInLinks.keyId, usedAt: signInLinks.usedAt, isValid: sql<boolean>`${isValid}` })
    .from(signInLinks)
    .where(eq(signInLinks.tokenHash, hashOf(token)));
  if (!link) return { problem: 'unknown' };
  if (link.usedAt) return { problem: 'used' };
  if (!link.isValid) return { problem: 'expired' };
  const caller = await findKeyById(db, link.keyId);
  return caller ? { caller } : { problem: 'invalid-key' };
}

/** Uses a link. @returns whether it was still valid and unused: of two calls at the same time, one is told so */
export async function takeSignInLink(db: Db, token: string): Promise<boolean> {
  const taken = await db
    .update(signInLinks)
    .set({ usedAt: sql`now()` })
    .where(and(eq(signInLinks.tokenHash, hashOf(token)), isUnused, isValid))
    .returning({ keyId: signInLinks.keyId });
  return taken.length > 0;
}

/** Deletes the rows of links that ended a month ago. */
export async function forgetSignInLinks(db: Db): Promise<void> {
  await db.delete(signInLinks).where(sql`${signInLinks.expiresAt} < now() - interval '30 days'`);
}
