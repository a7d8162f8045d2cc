import type { Db } from '../db/client.ts';
import { findKey, hashOf } from '../db/queries/keys.ts';
import { makeSignInLink, signInAddress } from '../db/queries/signInLinks.ts';
import { apiKeys, people } from '../db/schema/shared.ts';
import type { KeyScope } from '../domain/shared/keyScopes.ts';
import type { Keys } from './dataDir.ts';

/** Made-up people to sign in as, so that the console can be tried from both sides. */
const firstPeople = [
  { id: 'olivia', name: 'Olivia Ops', email: 'olivia@example.com', teams: ['ops'] },
  { id: 'lena', name: 'Lena Lead', email: 'lena@example.com', teams: ['ops'], leadOf: 'ops' },
] satisfies (typeof people.$inferInsert)[];

/** Enters the keys of `keys.json`: one for each of the first people, the offboarding system's, and the demo's. Safe to repeat. */
export async function admitFirstKeys(db: Db, keys: Keys['apiKeys']): Promise<void> {
  await db
    .insert(people)
    .values([...firstPeople])
    .onConflictDoNothing();
  const row = (name: keyof Keys['apiKeys'], scopes: KeyScope[], personId?: string) => ({
    name,
    personId,
    scopes,
    hash: hashOf(keys[name]),
  });
  await db
    .insert(apiKeys)
    .values([
      row('offboarding', ['cancellations:write', 'read']),
      row('demo', ['cancellations:write', 'read']),
      row('olivia', ['cancellations:write', 'tasks:write', 'read'], 'olivia'),
      row('lena', ['admin'], 'lena'),
    ])
    .onConflictDoNothing();
}

/** A link for each of the first people that signs in once; none for whom the key does not work any more. */
export async function firstLinks(
  db: Db,
  { olivia, lena }: Keys['apiKeys'],
  consoleUrl: string,
): Promise<{ olivia?: string; lena?: string }> {
  const linkOf = async (key: string) => {
    const caller = await findKey(db, key);
    return caller ? signInAddress(consoleUrl, await makeSignInLink(db, caller.keyId)) : undefined;
  };
  return { olivia: await linkOf(olivia), lena: await linkOf(lena) };
}
