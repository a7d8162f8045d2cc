import { eq } from 'drizzle-orm';
import type { Db } from '../db/client.ts';
import { commandLine } from '../db/queries/administration.ts';
import { createKey, findKey, hashOf } from '../db/queries/keys.ts';
import { findPerson, type Person, savePerson } from '../db/queries/people.ts';
import { makeSignInLink, signInAddress } from '../db/queries/signInLinks.ts';
import { apiKeys } from '../db/schema/shared.ts';
import type { KeyScope } from '../domain/shared/keyScopes.ts';
import type { Keys } from './dataDir.ts';

/** Made-up people to sign in as, so that the console can be tried from both sides. */
const firstPeople = [
  { id: 'olivia', name: 'Olivia Ops', email: 'olivia@example.com', teams: ['ops'], leadOf: null },
  { id: 'lena', name: 'Lena Lead', email: 'lena@example.com', teams: ['ops'], leadOf: 'ops' },
  { id: 'fiona', name: 'Fiona Feeds', email: 'fiona@example.com', teams: ['feeds'], leadOf: null },
  { id: 'felix', name: 'Felix Feeds Lead', email: 'felix@example.com', teams: ['feeds'], leadOf: 'feeds' },
  { id: 'theo', name: 'Theo T2 Support', email: 'theo@example.com', teams: ['t2-support'], leadOf: 't2-support' },
] satisfies Omit<Person, 'active'>[];

/**
 * Enters the keys of `keys.json`: one for each of the first people, the offboarding system's, and the demo's; with the people, each
 * with its event in the audit record. Safe to repeat.
 */
export async function admitFirstKeys(db: Db, keys: Keys['apiKeys']): Promise<void> {
  for (const person of firstPeople) if (!(await findPerson(db, person.id))) await savePerson(db, person, commandLine);
  await admit('offboarding', ['cancellations:write', 'read']);
  await admit('demo', ['cancellations:write', 'feeds:write', 'contacts:read', 'read']);
  await admit('olivia', ['cancellations:write', 'tasks:write', 'read'], 'olivia');
  await admit('lena', ['admin'], 'lena');
  for (const person of ['fiona', 'felix'] as const)
    await admit(person, ['feeds:write', 'contacts:read', 'contacts:write', 'tasks:write', 'read'], person);
  await admit('theo', ['tasks:write', 'read'], 'theo');

  async function admit(name: keyof Keys['apiKeys'], scopes: KeyScope[], personId?: string): Promise<void> {
    // One that was revoked stays so.
    const isKnown = await db.$count(apiKeys, eq(apiKeys.hash, hashOf(keys[name])));
    if (!isKnown) await createKey(db, { name, scopes, personId }, { key: keys[name] });
  }
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
