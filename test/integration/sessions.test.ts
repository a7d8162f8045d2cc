import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { consoleHeader, ownerHeader, sessionCookie } from '../../api/server/auth.ts';
import { createKey, findKey, hashOf, revokeKey } from '../../db/queries/keys.ts';
import { beginSession, forgetSessions } from '../../db/queries/sessions.ts';
import { sessions } from '../../db/schema/shared.ts';
import { refused, senderOf, unauthenticated, withKey } from '../support/requests.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });
const send = senderOf(api);

describe('a session', () => {
  const person = { name: 'A Person', email: 'person@example.com', teams: ['ops'] };
  const signIn = async (key: string, app = api.app) => {
    const { headers, status, body } = await send('POST /v1/session', { body: { key }, app });
    const [set] = [headers['set-cookie']].flat() as [string];
    return { status, body, set, cookie: set?.split(';')[0] as string };
  };

  it('is a cookie that scripts and other sites cannot use', async () => {
    const { status, body, set } = await signIn(api.keys.olivia);
    expect([status, body]).toEqual([
      200,
      {
        id: 'olivia',
        personId: 'olivia',
        name: 'Olivia Ops',
        teams: ['ops'],
        leadOf: null,
        scopes: ['tasks:write', 'read'],
        sandbox: false,
        changes: expect.any(String),
      },
    ]);
    expect(set).toMatch(/^__Host-dealerops_session=[\w-]{43};/);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=43200'])
      expect(set).toContain(attribute);
    expect(set).not.toContain('Domain');
    const kept = JSON.stringify(await service.db.select().from(sessions));
    expect(kept).not.toContain(set.split(/[=;]/)[1]);
    expect(kept).not.toContain(api.keys.olivia);
  });

  it("reads with the cookie alone; changes need the console's headers", async () => {
    const { cookie } = await signIn(api.keys.admin);
    const id = 'from-the-session';
    const put = (more: Record<string, string>) =>
      send(`PUT /v1/people/${id}`, { headers: { cookie, ...more }, body: person });
    const peopleIds = async () =>
      (await send('GET /v1/people', { headers: { cookie } })).body.people.map((one: { id: string }) => one.id);

    for (const [sent, missing] of [
      [{ origin: 'https://other.example.com' }, consoleHeader],
      [{ [ownerHeader]: 'key%3Aadmin' }, consoleHeader],
      [{ [consoleHeader]: '1' }, ownerHeader],
    ] as [Record<string, string>, string][]) {
      const forged = await put(sent);
      expect([forged.status, forged.body.detail]).toEqual([403, expect.stringContaining(missing)]);
    }
    expect(await peopleIds()).not.toContain(id);
    expect((await put({ [consoleHeader]: '1', [ownerHeader]: 'key%3Aadmin' })).status).toBe(200);
    expect(await peopleIds()).toContain(id);
  });

  it('has its key’s scopes only', async () => {
    const { cookie } = await signIn(api.keys.reader);
    const answer = await send('PUT /v1/people/any', {
      headers: { cookie, [consoleHeader]: '1', [ownerHeader]: 'key%3Areader' },
      body: person,
    });
    expect([answer.status, answer.body.detail]).toEqual([403, expect.stringContaining('the scope admin')]);
  });

  const read = async (cookie: string, more: Record<string, string> = {}) =>
    (await send('GET /v1/tasks', { headers: { cookie, ...more } })).status;
  const rowOf = async (cookie: string) => {
    const [row] = await service.db
      .select()
      .from(sessions)
      .where(eq(sessions.tokenHash, hashOf(cookie.split('=')[1]!)));
    return row;
  };
  const aged = async (cookie: string, times: { createdAt?: string; lastUsedAt?: string }) => {
    const ago = (text: string) => sql`now() - ${text}::interval`;
    const { id } = (await rowOf(cookie))!;
    const set = Object.fromEntries(Object.entries(times).map(([name, text]) => [name, ago(text)]));
    await service.db.update(sessions).set(set).where(eq(sessions.id, id));
  };

  it('needs a valid key to begin and a real cookie to continue', async () => {
    expect(await signIn('dok_wrong')).toMatchObject({ status: 401, set: undefined });
    const { cookie } = await signIn(api.keys.reader);
    expect(await read(cookie)).toBe(200);
    expect(await read(cookie.slice(0, -3))).toBe(401);
    const { id, tokenHash } = (await rowOf(cookie))!;
    for (const value of [id, tokenHash, '', 'x'.repeat(4_000)])
      expect(await read(`${sessionCookie}=${value}`)).toBe(401);
  });

  it('ends with its key', async () => {
    const { id, key } = await createKey(service.db, { name: 'leaver', scopes: ['read'] });
    const { cookie } = await signIn(key);
    await revokeKey(service.db, id);
    expect(refused(await send('GET /v1/tasks', { headers: { cookie } }))).toEqual(unauthenticated);
    expect(await rowOf(cookie)).toBeUndefined();
  });

  it('ends by signing out, also for a copied cookie', async () => {
    const { cookie } = await signIn(api.keys.olivia);
    const other = await signIn(api.keys.olivia);
    const out = await send('DELETE /v1/session', { headers: { cookie, [consoleHeader]: 'active' } });
    expect(out.status).toBe(204);
    expect(String(out.headers['set-cookie'])).toMatch(
      /^__Host-dealerops_session=;(?=.*(Max-Age=0|Expires=Thu, 01 Jan 1970))(?=.*Path=\/)(?=.*Secure)/,
    );
    expect(refused(await send('GET /v1/session', { headers: { cookie } }))).toEqual(unauthenticated);
    expect(await read(other.cookie)).toBe(200);
  });

  it('ends when its person signs in again in the same browser', async () => {
    const { cookie } = await signIn(api.keys.olivia);
    const again = await send('POST /v1/session', { headers: { cookie }, body: { key: api.keys.olivia } });
    expect(again.status).toBe(200);
    expect(await read(cookie)).toBe(401);
  });

  it("is not replaced by another person's in the same browser, unless the sign-in names its owner", async () => {
    const { cookie } = await signIn(api.keys.lena);
    const as = (replaces?: string) =>
      send('POST /v1/session', { headers: { cookie }, body: { key: api.keys.olivia, ...(replaces && { replaces }) } });
    for (const replaces of [undefined, 'oscar', 'olivia']) {
      const asked = await as(replaces);
      expect([asked.status, asked.body.type, asked.headers['set-cookie']]).toEqual([
        409,
        '/problems/signed-in-as-another',
        undefined,
      ]);
      expect(asked.body.detail).toContain('Lena Lead is signed in in this browser');
      expect(asked.body.detail).toContain('signs in Olivia Ops');
    }
    expect(await read(cookie)).toBe(200);
    const replaced = await as('lena');
    expect([replaced.status, replaced.body.id]).toEqual([200, 'olivia']);
    expect(await read(cookie)).toBe(401);
  });

  it('does nothing that a page of another person sends: no change, no reading, no signing out, and it is no use', async () => {
    const { cookie } = await signIn(api.keys.olivia);
    await aged(cookie, { lastUsedAt: '10 minutes' });
    const before = (await rowOf(cookie))!.lastUsedAt;
    const headers = { cookie, [consoleHeader]: 'active', [ownerHeader]: 'lena' };
    for (const operation of [
      'POST /v1/tasks/{id}/claim',
      'GET /v1/tasks',
      'GET /v1/changes',
      'DELETE /v1/session',
      'DELETE /v1/sessions',
    ]) {
      const answer = await send(operation, { headers });
      expect([operation, answer.status, answer.body.type]).toEqual([operation, 412, '/problems/session-replaced']);
      expect(answer.body.detail).toBe(
        'Olivia Ops has signed in in this browser since this page was loaded. Nothing was done. Reload the page to continue as Olivia Ops.',
      );
    }
    expect((await rowOf(cookie))!.lastUsedAt).toEqual(before);
    expect(await read(cookie, { [ownerHeader]: 'olivia' })).toBe(200);
  });

  it('of an API key whose name is not plain ASCII is named percent-encoded', async () => {
    const { key } = await createKey(service.db, { name: 'Zürich', scopes: ['read'] });
    const { cookie, body } = await signIn(key);
    expect(body.name).toBe('Zürich system (API key)');
    expect(await read(cookie, { [ownerHeader]: encodeURIComponent(body.id) })).toBe(200);
    expect(await read(cookie, { [ownerHeader]: 'key%3AZurich' })).toBe(412);
  });

  it('ends after 12 hours, even when it is in use', async () => {
    const { cookie } = await signIn(api.keys.olivia);
    await aged(cookie, { createdAt: '11 hours 59 minutes' });
    expect(await read(cookie)).toBe(200);
    await aged(cookie, { createdAt: '12 hours 1 second' });
    expect(await read(cookie)).toBe(401);
  });

  it("ends after 30 minutes without a person's activity; automatic refreshes do not count", async () => {
    const { cookie } = await signIn(api.keys.olivia);
    const lastUsed = async () => (await rowOf(cookie))!.lastUsedAt.getTime();
    const first = await lastUsed();
    expect(await read(cookie)).toBe(200);
    expect(await lastUsed()).toBe(first);

    await aged(cookie, { lastUsedAt: '29 minutes' });
    const long = await lastUsed();
    expect(await read(cookie, { [consoleHeader]: 'idle' })).toBe(200);
    expect(await lastUsed()).toBe(long);
    expect(await read(cookie, { [consoleHeader]: 'active' })).toBe(200);
    expect(await lastUsed()).toBeGreaterThan(long + 28 * 60_000);

    await aged(cookie, { lastUsedAt: '30 minutes 1 second' });
    expect(await read(cookie, { [consoleHeader]: 'active' })).toBe(401);
    await forgetSessions(service.db);
    expect(await rowOf(cookie)).toBeUndefined();
  });

  it('is visible to its owner and administrators only, who can end it', async () => {
    const header = { [consoleHeader]: 'active', [ownerHeader]: 'olivia' };
    const [one, two] = [await signIn(api.keys.olivia), await signIn(api.keys.olivia)];
    const list = (headers: Record<string, string>, owner = '') =>
      send(`GET /v1/sessions${owner && `?owner=${owner}`}`, { headers });
    const { body } = await list({ cookie: one.cookie });
    const id = (await rowOf(two.cookie))!.id;
    const current = body.sessions.filter((session: { current: boolean }) => session.current);
    expect(current.map((session: { id: string }) => session.id)).toEqual([(await rowOf(one.cookie))!.id]);
    expect(body.sessions).toContainEqual({
      id,
      owner: 'olivia',
      keyName: 'olivia',
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
      address: expect.stringMatching(/^192\.0\.2\./),
      browser: 'lightMyRequest',
      current: false,
    });
    const lena = withKey(api.keys.lena);
    expect((await list(lena)).body.sessions).not.toContainEqual(expect.objectContaining({ id }));
    expect((await list(lena, 'olivia')).status).toBe(403);
    expect((await send(`DELETE /v1/sessions/${id}`, { headers: lena })).status).toBe(404);
    expect((await send('DELETE /v1/sessions?owner=olivia', { headers: lena })).status).toBe(403);
    expect((await send(`DELETE /v1/sessions/${id}`, { headers: { cookie: one.cookie } })).status).toBe(403);
    expect(await read(two.cookie)).toBe(200);

    expect((await send(`DELETE /v1/sessions/${id}`, { headers: { cookie: one.cookie, ...header } })).status).toBe(204);
    expect([await read(two.cookie), await read(one.cookie)]).toEqual([401, 200]);
    const admin = withKey(api.keys.admin);
    expect((await list(admin, 'olivia')).body.sessions).toHaveLength(body.sessions.length - 1);
    expect((await send('DELETE /v1/sessions?owner=olivia', { headers: admin })).status).toBe(204);
    expect(await read(one.cookie)).toBe(401);
  });

  it("ends the owner's oldest session beyond 20", async () => {
    const { key } = await createKey(service.db, { name: 'many', scopes: ['read'] });
    const caller = (await findKey(service.db, key))!;
    const from = { address: '192.0.2.1', browser: '' };
    const tokens: string[] = [];
    for (let n = 0; n < 21; n += 1) tokens.push(await beginSession(service.db, caller, from));
    const reads = await Promise.all(tokens.map((token) => read(`${sessionCookie}=${token}`)));
    expect(reads).toEqual([401, ...Array(20).fill(200)]);
  });
});
