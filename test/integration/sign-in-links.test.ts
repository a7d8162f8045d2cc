import { eq, sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { consoleHeader } from '../../api/server/auth.ts';
import { createKey, hashOf, revokeKey } from '../../db/queries/keys.ts';
import { savePerson } from '../../db/queries/people.ts';
import { forgetSignInLinks, makeSignInLink, signInAddress } from '../../db/queries/signInLinks.ts';
import { events, signInLinks } from '../../db/schema/shared.ts';
import { apiOf } from '../support/api.ts';
import { refused, senderOf, unauthenticated, withKey } from '../support/requests.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });
const send = senderOf(api);
const signIn = (link: string, from?: string) => send('POST /v1/session', { body: { link }, from });

async function newLink(personId = 'olivia') {
  const { id } = await createKey(service.db, { name: personId, scopes: ['read'], personId });
  return { keyId: id, token: await makeSignInLink(service.db, id) };
}
const cookieOf = ({ headers }: Awaited<ReturnType<typeof signIn>>) => String(headers['set-cookie']).split(';')[0]!;

it('signs in as the owner of its key, with that key’s scopes, and ends with the key', async () => {
  const { keyId, token } = await newLink();
  const answer = await signIn(token);
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      id: 'olivia',
      personId: 'olivia',
      name: 'Olivia Ops',
      teams: ['ops'],
      leadOf: null,
      scopes: ['read'],
      sandbox: false,
      changes: expect.any(String),
    },
  ]);
  const headers = { cookie: cookieOf(answer), [consoleHeader]: 'active' };
  expect((await send('GET /v1/session', { headers })).body).toMatchObject({ id: 'olivia', scopes: ['read'] });
  await revokeKey(service.db, keyId);
  expect((await send('GET /v1/session', { headers })).status).toBe(401);
});

it('works once, also when two use it at the same time', async () => {
  const { token } = await newLink();
  const answers = await Promise.all([signIn(token), signIn(token), signIn(token)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  const again = await signIn(token);
  expect(refused(again)).toEqual(unauthenticated);
  expect(again.body.detail).toMatch(/^This sign-in link was already used; each works once\. Sign in with your API key/);
});

const usedAt = async (token: string) => {
  const [row] = await service.db
    .select()
    .from(signInLinks)
    .where(eq(signInLinks.tokenHash, hashOf(token)));
  return row!.usedAt;
};

it('is not used up by a sign-in that is refused', async () => {
  const { keyId, token } = await newLink();
  const headers = { cookie: cookieOf(await send('POST /v1/session', { body: { key: api.keys.lena } })) };
  const asked = await send('POST /v1/session', { headers, body: { link: token } });
  expect([asked.status, asked.body.type]).toEqual([409, '/problems/signed-in-as-another']);
  expect(asked.body.detail).toContain('the link still works');
  expect(await usedAt(token)).toBeNull();

  // As many sign-ins with this key as a minute allows.
  let last = 0;
  for (let count = 0; count < 20; count += 1)
    last = (await send('POST /v1/session', { headers, body: { link: token } })).status;
  expect(last).toBe(429);
  expect(await usedAt(token)).toBeNull();
  const elsewhere = await apiOf(service);
  const signedIn = await send('POST /v1/session', { body: { link: token }, app: elsewhere.app });
  expect([signedIn.status, await usedAt(token)]).toEqual([200, expect.any(Date)]);
  await elsewhere.close();

  const revoked = await newLink();
  await revokeKey(service.db, revoked.keyId);
  expect((await signIn(revoked.token)).body.detail).toContain('has expired or was revoked');
  expect(await usedAt(revoked.token)).toBeNull();
  await revokeKey(service.db, keyId);
});

it('is used and its session begun together, or neither', async () => {
  const { token } = await newLink();
  // PostgreSQL takes no session from this browser.
  await service.db.execute(sql`alter table sessions add constraint no_such_browser check (browser <> 'refused')`);
  const headers = { 'user-agent': 'refused' };
  expect((await send('POST /v1/session', { headers, body: { link: token } })).status).toBe(500);
  expect(await usedAt(token)).toBeNull();
  await service.db.execute(sql`alter table sessions drop constraint no_such_browser`);
  expect((await signIn(token)).status).toBe(200);
});

it('says why it does not work and what to do', async () => {
  const { token } = await newLink();
  const ago = (text: string) => ({ expiresAt: sql`now() - ${text}::interval` });
  const isThis = eq(signInLinks.tokenHash, hashOf(token));
  await service.db.update(signInLinks).set(ago('1 second')).where(isThis);
  const [expired, unknown] = [await signIn(token), await signIn(token.slice(1))];
  expect([refused(expired), refused(unknown)]).toEqual([unauthenticated, unauthenticated]);
  expect(expired.body.detail).toMatch(/^This sign-in link has expired: .*npm start prints one at each start/);
  expect(unknown.body.detail).toMatch(/^This sign-in link is not known: copy it again/);

  const { keyId, token: ofRevoked } = await newLink();
  await revokeKey(service.db, keyId);
  expect((await signIn(ofRevoked)).body.detail).toContain('has expired or was revoked, or its person has left');
  const leaver = { id: 'leaver', name: 'A Leaver', email: 'leaver@example.com', teams: ['ops' as const], leadOf: null };
  await savePerson(service.db, leaver, { by: 'admin', keyId: null });
  const { token: ofLeaver } = await newLink('leaver');
  await savePerson(service.db, { ...leaver, active: false }, { by: 'admin', keyId: null });
  expect((await signIn(ofLeaver)).status).toBe(401);

  await forgetSignInLinks(service.db);
  expect(await service.db.select().from(signInLinks).where(isThis)).toHaveLength(1);
  await service.db.update(signInLinks).set(ago('31 days')).where(isThis);
  await forgetSignInLinks(service.db);
  expect(await service.db.select().from(signInLinks).where(isThis)).toHaveLength(0);
});

it('stops working when a newer one is made for the same key', async () => {
  const { keyId, token } = await newLink();
  const newer = await makeSignInLink(service.db, keyId);
  expect((await signIn(token)).body.detail).toContain('until a newer one is made');
  expect((await signIn(newer)).status).toBe(200);
});

it('is kept as a hash only, and the audit trail records who made it', async () => {
  const { keyId, token } = await newLink();
  expect(token).toMatch(/^[\w-]{43}$/);
  const kept = JSON.stringify([await service.db.select().from(signInLinks), await service.db.select().from(events)]);
  expect(kept).not.toContain(token);
  const recorded = await service.db
    .select()
    .from(events)
    .where(eq(events.subject, `api-key/${keyId}`));
  expect(recorded).toContainEqual(expect.objectContaining({ action: 'sign-in link created', by: 'command line' }));
});

it('is in the part of the address that browsers do not send', () => {
  const address = new URL(signInAddress('https://dealerops.example.com', 'token'));
  expect([address.pathname, address.search, address.hash]).toEqual(['/', '', '#sign-in=token']);
});

it('wrong links count as wrong keys of their address; a valid link of that address still works', async () => {
  // Its own counters.
  const other = await apiOf(service);
  const from = '198.51.100.7';
  const sendOther = (body: object) => send('POST /v1/session', { body, from, app: other.app });
  for (let tries = 0; tries < 30; tries += 1)
    expect((await sendOther(tries % 2 ? { key: `wrong-${tries}` } : { link: `wrong-${tries}` })).status).toBe(401);
  const limited = await sendOther({ link: 'wrong' });
  expect([limited.status, Number(limited.headers['retry-after']) > 0]).toEqual([429, true]);
  expect((await sendOther({ link: (await newLink()).token })).status).toBe(200);
  await other.close();
});

it.each([{}, { key: 'a', link: 'b' }])(
  'a sign-in with %j is rejected: it needs either a key or a link',
  async (body) => {
    const answer = await send('POST /v1/session', { body });
    expect([answer.status, answer.body.errors]).toEqual([
      400,
      [{ path: '/', message: 'must have either key or link' }],
    ]);
  },
);

it('is not made by API: only by npm start and its command', async () => {
  const { body } = await send('GET /openapi.json', { headers: withKey(api.keys.admin) });
  expect(Object.keys(body.paths).filter((path) => path.includes('link'))).toEqual([]);
});
