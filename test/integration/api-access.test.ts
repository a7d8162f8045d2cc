import { createHash, randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleHeader, sessionCookie } from '../../api/auth.ts';
import { createKey, findKey, hashOf, type KeyScope, keyScopes, revokeKey } from '../../db/keys.ts';
import { apiKeys, sessions } from '../../db/schema.ts';
import { beginSession, forgetSessions } from '../../db/sessions.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { startService, type TestService } from '../support/service.ts';

/** What each operation needs, or one of which is enough; null is open to all. */
const needed: Record<string, KeyScope | KeyScope[] | null> = {
  'GET /healthz': null,
  'GET /readyz': null,
  'GET /problems/{type}': null,
  'POST /v1/session': null,
  'DELETE /v1/session': null,
  'GET /v1/session': 'read',
  'GET /v1/sessions': 'read',
  'DELETE /v1/sessions': 'read',
  'DELETE /v1/sessions/{id}': 'read',
  'GET /v1/people': 'read',
  'GET /v1/accounts': 'read',
  'GET /v1/accounts/{id}': 'read',
  'GET /v1/cancellations': 'read',
  'GET /v1/cancellations/{id}': ['read', 'cancellations:write'],
  'GET /v1/cancellations/{id}/report': 'read',
  'GET /v1/tasks': 'read',
  'GET /v1/tasks/{id}': ['read', 'tasks:write'],
  'POST /codec/decode': 'read',
  'POST /v1/cancellations': 'cancellations:write',
  'POST /v1/cancellations/batch': 'cancellations:write',
  'POST /v1/cancellations/{id}/withdraw': 'cancellations:write',
  'POST /v1/tasks/{id}/claim': 'tasks:write',
  'POST /v1/tasks/{id}/assign': 'tasks:write',
  'POST /v1/tasks/{id}/release': 'tasks:write',
  'POST /v1/tasks/{id}/complete': 'tasks:write',
  'POST /v1/tasks/{id}/cannot-do': 'tasks:write',
  'POST /v1/tasks/{id}/send-back': 'tasks:write',
  'POST /v1/tasks/{id}/end-as-not-done': 'tasks:write',
  'PUT /v1/people/{id}': 'admin',
  'PUT /v1/accounts/{id}': 'admin',
  'GET /v1/events': 'admin',
  'GET /v1/api-keys': 'admin',
  'POST /v1/api-keys': 'admin',
  'DELETE /v1/api-keys/{id}': 'admin',
};

let service: TestService;
let api: TestApi;
beforeAll(async () => {
  service = await startService({ withoutWorker: true });
  api = await apiOf(service);
});
afterAll(async () => {
  await api?.close();
  await service?.close();
});

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

let addresses = 0;
/** A request from an address of its own, unless one is named: wrong keys are counted per address. */
async function send(
  operation: string,
  {
    headers = {},
    body,
    from = `192.0.2.${addresses++ % 250}`,
    app = api.app,
  }: { headers?: Record<string, string>; body?: object; from?: string; app?: TestApi['app'] } = {},
) {
  const [method, path] = operation.split(' ') as [Method, string];
  const url = path.replace('{id}', randomUUID()).replace('{type}', 'not-found');
  const response = await app.inject({ method, url, headers, remoteAddress: from, ...(body && { payload: body }) });
  const json = response.headers['content-type']?.toString().includes('json') && response.body !== '';
  return { status: response.statusCode, body: json ? response.json() : {}, headers: response.headers, response };
}
const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
const refused = (answer: Awaited<ReturnType<typeof send>>) => ({
  status: answer.status,
  type: answer.body.type,
  media: String(answer.headers['content-type']).split(';')[0],
});
const unauthenticated = { status: 401, type: '/problems/unauthenticated', media: 'application/problem+json' };

describe('without a key', () => {
  it('the description lists exactly the operations whose scopes are tested here', async () => {
    const { body } = await send('GET /openapi.json');
    const described: Record<string, string | string[] | null> = {};
    for (const [path, operations] of Object.entries<Record<string, { security: Record<string, string[]>[] }>>(
      body.paths,
    )) {
      for (const [method, { security }] of Object.entries(operations)) {
        const scopes = security.flatMap(({ key }) => key ?? []);
        described[`${method.toUpperCase()} ${path}`] = scopes.length > 1 ? scopes : (scopes[0] ?? null);
      }
    }
    expect(described).toEqual(needed);
  });

  it('every operation that is not open answers 401', async () => {
    for (const operation of Object.keys(needed).filter((one) => needed[one] !== null)) {
      const answer = await send(operation);
      expect([operation, refused(answer)]).toEqual([operation, unauthenticated]);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="dealerops"');
      expect(answer.headers['cache-control']).toBe('no-store');
      if (operation.startsWith('GET')) expect((await send(operation.replace('GET', 'HEAD'))).status).toBe(401);
    }
  });

  it('what is open is open', async () => {
    // No worker runs here, so that the service is not ready; whoever asks is told.
    expect((await send('GET /readyz')).body).toMatchObject({ status: 'not_ready' });
    for (const operation of ['GET /healthz', 'GET /openapi.json', 'GET /docs', 'GET /problems/not-found']) {
      expect([operation, (await send(operation)).status]).toEqual([operation, 200]);
    }
    expect((await send('DELETE /v1/session')).status).toBe(204);
  });

  it('a key in another form than a bearer token is none', async () => {
    const { reader } = api.keys;
    for (const authorization of [reader, `Basic ${reader}`, `Bearer ${reader} x`, 'Bearer ', `Bearer ${reader}x`]) {
      expect([authorization, (await send('GET /v1/tasks', { headers: { authorization } })).status]).toEqual([
        authorization,
        401,
      ]);
    }
    expect((await send(`GET /v1/tasks?key=${reader}`)).status).toBe(401);
    expect((await send('GET /v1/tasks', { headers: withKey(reader) })).status).toBe(200);
  });

  const tooMany = { status: 429, type: '/problems/too-many-requests', media: 'application/problem+json' };

  it('an address that sends 30 wrong keys in a minute must wait; its valid keys, sessions and sign-ins need not', async () => {
    const from = '198.51.100.1';
    const signIn = (key: string) => send('POST /v1/session', { from, body: { key } });
    const cookie = String((await signIn(api.keys.olivia)).headers['set-cookie']).split(';')[0]!;
    for (let tries = 0; tries < 30; tries += 1) {
      const answer = await (tries % 2
        ? send('GET /v1/tasks', { from, headers: withKey(`wrong-${tries}`) })
        : signIn(`wrong-${tries}`));
      expect(refused(answer)).toEqual(unauthenticated);
    }
    for (const answer of [
      await send('GET /v1/tasks', { from, headers: withKey('wrong') }),
      await send('DELETE /v1/api-keys/{id}', { from, headers: withKey('wrong') }),
      await signIn('wrong'),
    ]) {
      expect(refused(answer)).toEqual(tooMany);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await send('GET /v1/tasks', { from, headers: withKey(api.keys.reader) })).status).toBe(200);
    expect((await send('GET /v1/tasks', { from, headers: { cookie } })).status).toBe(200);
    expect((await signIn(api.keys.reader)).status).toBe(200);
    expect((await send('GET /v1/tasks', { headers: withKey('wrong') })).status).toBe(401);
  });

  it.each<[string, string, () => { operation: string; headers?: Record<string, string> }, number]>([
    ['401 without a key', '198.51.100.3', () => ({ operation: 'GET /v1/tasks' }), 401],
    [
      '403 for a missing scope',
      '198.51.100.4',
      () => ({ operation: 'GET /v1/api-keys', headers: withKey(api.keys.reader) }),
      403,
    ],
  ])('%s is limited per address, and only that', async (_name, from, request, status) => {
    const { operation, headers } = request();
    for (let tries = 0; tries < 120; tries += 1) expect((await send(operation, { from, headers })).status).toBe(status);
    expect(refused(await send(operation, { from, headers }))).toEqual(tooMany);
    expect((await send('GET /v1/tasks', { from, headers: withKey(api.keys.reader) })).status).toBe(200);
  });

  it('the IPv6 addresses of one /64 network are one', async () => {
    const ask = async (from: string) => (await send('GET /v1/tasks', { from, headers: withKey('wrong') })).status;
    for (let tries = 0; tries < 30; tries += 1) expect(await ask(`2001:db8:0:1::${tries}`)).toBe(401);
    expect(await ask('2001:db8:0:1:ffff::1')).toBe(429);
    expect(await ask('2001:db8:0:2::1')).toBe(401);
    for (let tries = 0; tries < 30; tries += 1) expect(await ask('198.51.100.9')).toBe(401);
    expect(await ask('::ffff:198.51.100.9')).toBe(429);
  });

  it('behind a reverse proxy that is named, addresses are told apart; another’s word on them is not taken', async () => {
    const proxy = '10.0.0.1';
    const behind = await apiOf(service, { trustProxy: ['10.0.0.0/30'] });
    const ask = async (from: string, client: string, key: string) => {
      const headers = { ...withKey(key), 'x-forwarded-for': client };
      return (await send('GET /v1/tasks', { app: behind.app, from, headers })).status;
    };
    for (let tries = 0; tries < 30; tries += 1) await ask(proxy, `203.0.113.${100 + tries}, 203.0.113.1`, 'wrong');
    expect(await ask(proxy, '203.0.113.1', 'wrong')).toBe(429);
    expect(await ask(proxy, '203.0.113.2', 'wrong')).toBe(401);
    for (let tries = 0; tries < 30; tries += 1) await ask('10.0.0.9', `203.0.113.${tries}`, 'wrong');
    expect(await ask('10.0.0.9', '203.0.113.99', 'wrong')).toBe(429);
    await behind.close();
  });
});

it('a browser may ask as often as it likes whether the Web UI may call the codec', async () => {
  const headers = {
    origin: 'http://127.0.0.1:8233',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  for (let asked = 0; asked < 150; asked += 1) {
    const answer = await api.app.inject({ method: 'OPTIONS', url: '/codec/decode', headers });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': headers.origin,
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '7200',
    });
  }
});

describe('scopes', () => {
  it.each(keyScopes)('%s may do its own operations and no others', async (scope) => {
    const { key } = await createKey(service.db, {
      name: `only ${scope}`,
      scopes: [scope],
      personId: 'olivia',
      requestsPerMinute: 1_000,
    });
    for (const [operation, needs] of Object.entries(needed)) {
      if (needs === null) continue;
      // An empty body is refused as such, after the scope was looked at: nothing is done.
      const { status, body } = await send(operation, { headers: withKey(key) });
      const scopes = [needs].flat();
      if (scopes.includes(scope) || scope === 'admin') {
        expect([operation, status, body.type]).not.toEqual([operation, 403, '/problems/forbidden']);
        expect([operation, status]).not.toEqual([operation, 401]);
        expect([operation, status]).not.toEqual([operation, 500]);
      } else {
        expect([operation, status, body.type]).toEqual([operation, 403, '/problems/forbidden']);
        expect(body.detail).toBe(`This needs an API key with the scope ${scopes.join(' or ')}; yours has ${scope}.`);
      }
    }
  });
});

describe('API keys', () => {
  const admin = () => withKey(api.keys.admin);
  const make = async (wanted: object) =>
    (await send('POST /v1/api-keys', { headers: admin(), body: { name: 'made', scopes: ['read'], ...wanted } })).body;

  it('are shown once, kept as a hash, and end when they are revoked', async () => {
    const made = await make({ name: 'short-lived' });
    expect(made.key).toMatch(/^dok_[\w-]{43}$/);
    expect((await send('GET /v1/tasks', { headers: withKey(made.key) })).status).toBe(200);
    const listed = await send('GET /v1/api-keys', { headers: admin() });
    expect(listed.body.keys.find((one: { id: string }) => one.id === made.id)).toEqual({
      id: made.id,
      name: 'short-lived',
      personId: null,
      scopes: ['read'],
      requestsPerMinute: expect.any(Number),
      createdAt: expect.stringMatching(/^\d{4}-/),
      expiresAt: null,
      revokedAt: null,
    });
    const hash = createHash('sha256').update(made.key).digest('hex');
    for (const secret of [made.key, hash]) expect(listed.response.body).not.toContain(secret);
    const [row] = await service.db.select().from(apiKeys).where(eq(apiKeys.id, made.id));
    expect(row?.hash).toBe(hash);
    expect(JSON.stringify(row)).not.toContain(made.key);

    const revoke = () => send(`DELETE /v1/api-keys/${made.id}`, { headers: admin() });
    expect((await revoke()).status).toBe(204);
    expect(refused(await send('GET /v1/tasks', { headers: withKey(made.key) }))).toEqual(unauthenticated);
    expect((await revoke()).status).toBe(404);
  });

  it('end when they expire', async () => {
    const made = await make({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect((await send('GET /v1/tasks', { headers: withKey(made.key) })).status).toBe(200);
    await service.db
      .update(apiKeys)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(eq(apiKeys.id, made.id));
    expect(refused(await send('GET /v1/tasks', { headers: withKey(made.key) }))).toEqual(unauthenticated);
    expect((await send('POST /v1/session', { body: { key: made.key } })).status).toBe(401);
  });

  it('are refused when they could never work', async () => {
    expect(await make({ expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      status: 422,
      errors: [{ path: '/expiresAt' }],
    });
    expect(await make({ personId: 'nobody' })).toMatchObject({ status: 422, type: '/problems/unknown-person' });
    expect(await make({ scopes: ['everything'] })).toMatchObject({ status: 400, errors: [{ path: '/scopes/0' }] });
    expect(await make({ scopes: [] })).toMatchObject({ status: 400, errors: [{ path: '/scopes' }] });
  });

  it('have each their own limit of requests a minute', async () => {
    const { key } = await make({ requestsPerMinute: 5 });
    const from = '198.51.100.2';
    const ask = (with_: string) => send('GET /v1/tasks', { headers: withKey(with_), from });
    for (let asked = 0; asked < 5; asked += 1) expect((await ask(key)).status).toBe(200);
    const answer = await ask(key);
    expect(refused(answer)).toEqual({
      status: 429,
      type: '/problems/too-many-requests',
      media: 'application/problem+json',
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await ask(api.keys.reader)).status).toBe(200);
  });
});

describe('a session', () => {
  const person = { name: 'A Person', email: 'person@example.com', role: 'ops' };
  const signIn = async (key: string, app = api.app) => {
    const { headers, status, body } = await send('POST /v1/session', { body: { key }, app });
    const [set] = [headers['set-cookie']].flat() as [string];
    return { status, body, set, cookie: set?.split(';')[0] as string };
  };

  it('is a cookie that scripts and other sites cannot use', async () => {
    const { status, body, set } = await signIn(api.keys.olivia);
    expect([status, body]).toEqual([
      200,
      { id: 'olivia', personId: 'olivia', role: 'ops', scopes: ['tasks:write', 'read'] },
    ]);
    expect(set).toMatch(/^__Host-dealerops_session=[\w-]{43};/);
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=43200'])
      expect(set).toContain(attribute);
    expect(set).not.toContain('Domain');
    const kept = JSON.stringify(await service.db.select().from(sessions));
    expect(kept).not.toContain(set.split(/[=;]/)[1]);
    expect(kept).not.toContain(api.keys.olivia);
  });

  it('reads with the cookie alone; what changes something needs the console’s header', async () => {
    const { cookie } = await signIn(api.keys.admin);
    const id = 'from-the-session';
    const put = (more: Record<string, string>) =>
      send(`PUT /v1/people/${id}`, { headers: { cookie, ...more }, body: person });
    const peopleIds = async () =>
      (await send('GET /v1/people', { headers: { cookie } })).body.people.map((one: { id: string }) => one.id);

    const forged = await put({ origin: 'https://other.example.com' });
    expect([forged.status, forged.body.detail]).toEqual([403, expect.stringContaining(consoleHeader)]);
    expect(await peopleIds()).not.toContain(id);
    expect((await put({ [consoleHeader]: '1' })).status).toBe(200);
    expect(await peopleIds()).toContain(id);
  });

  it('has its key’s scopes only', async () => {
    const { cookie } = await signIn(api.keys.reader);
    const answer = await send('PUT /v1/people/any', { headers: { cookie, [consoleHeader]: '1' }, body: person });
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

  it('does not begin with a wrong key, nor go on with a made-up cookie', async () => {
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

  it('ends by signing out, also for who has copied its cookie', async () => {
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

  it('ends when another begins in the same browser', async () => {
    const { cookie } = await signIn(api.keys.olivia);
    const again = await send('POST /v1/session', { headers: { cookie }, body: { key: api.keys.lena } });
    expect(again.status).toBe(200);
    expect(await read(cookie)).toBe(401);
  });

  it('ends after 12 hours, however much it is used', async () => {
    const { cookie } = await signIn(api.keys.olivia);
    await aged(cookie, { createdAt: '11 hours 59 minutes' });
    expect(await read(cookie)).toBe(200);
    await aged(cookie, { createdAt: '12 hours 1 second' });
    expect(await read(cookie)).toBe(401);
  });

  it('ends 30 minutes after a person used it; a page that only keeps itself up to date does not use it', async () => {
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

  it('is seen and ended by its owner and by administrators, and by nobody else', async () => {
    const header = { [consoleHeader]: 'active' };
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

  it('is one of at most 20 of its owner', async () => {
    const { key } = await createKey(service.db, { name: 'many', scopes: ['read'] });
    const caller = (await findKey(service.db, key))!;
    const from = { address: '192.0.2.1', browser: '' };
    const tokens: string[] = [];
    for (let n = 0; n < 21; n += 1) tokens.push(await beginSession(service.db, caller, from));
    const reads = await Promise.all(tokens.map((token) => read(`${sessionCookie}=${token}`)));
    expect(reads).toEqual([401, ...Array(20).fill(200)]);
  });
});

describe('a person who has left', () => {
  it('has keys and sessions that stop working, and is given no task and no key', async () => {
    const admin = withKey(api.keys.admin);
    const put = (active: boolean) =>
      send('PUT /v1/people/leaver', {
        headers: admin,
        body: { name: 'A Leaver', email: 'leaver@example.com', role: 'ops', active },
      });
    expect(await put(true)).toMatchObject({ status: 200, body: { active: true } });
    const { key } = await createKey(service.db, { name: 'leaver', scopes: ['read'], personId: 'leaver' });
    const read = async (headers: Record<string, string>) => (await send('GET /v1/tasks', { headers })).status;
    const session = await send('POST /v1/session', { body: { key } });
    const cookie = String(session.headers['set-cookie']).split(';')[0]!;
    expect([await read(withKey(key)), await read({ cookie })]).toEqual([200, 200]);

    expect(await put(false)).toMatchObject({ status: 200, body: { active: false } });
    expect([await read(withKey(key)), await read({ cookie })]).toEqual([401, 401]);
    expect((await send('POST /v1/session', { body: { key } })).status).toBe(401);
    expect(await send('POST /v1/tasks/{id}/assign', { headers: admin, body: { to: 'leaver' } })).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-person', errors: [{ path: '/to', message: 'is not active any more' }] },
    });
    const newKey = { name: 'again', scopes: ['read'], personId: 'leaver' };
    expect(await send('POST /v1/api-keys', { headers: admin, body: newKey })).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-person', errors: [{ path: '/personId' }] },
    });
    const { body } = await send('GET /v1/people', { headers: admin });
    expect(body.people).toContainEqual(expect.objectContaining({ id: 'leaver', active: false }));
  });
});
