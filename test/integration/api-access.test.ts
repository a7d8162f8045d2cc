import { describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { type KeyScope, keyScopes } from '../../domain/shared/keyScopes.ts';
import { apiOf } from '../support/api.ts';
import { refused, senderOf, unauthenticated, withKey } from '../support/requests.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

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
  'GET /v1/overview': 'read',
  'GET /v1/dealers': 'read',
  'GET /v1/dealers/{account}': 'read',
  'GET /v1/dealers/{account}/events': 'read',
  'GET /v1/search': 'read',
  'GET /v1/schedules': 'read',
  'GET /v1/accounts/{id}': 'read',
  'GET /v1/cancellations': 'read',
  'GET /v1/changes': 'read',
  'GET /v1/cancellations/{id}': ['read', 'cancellations:write'],
  'GET /v1/cancellations/{id}/activity': 'read',
  'GET /v1/cancellations/{id}/report': 'read',
  'GET /v1/tasks': 'read',
  'GET /v1/tasks/{id}': ['read', 'tasks:write'],
  'POST /codec/decode': 'read',
  'POST /v1/cancellations': 'cancellations:write',
  'POST /v1/cancellations/data-after-end': 'data:report',
  'POST /v1/cancellations/batch': 'cancellations:write',
  'POST /v1/cancellations/{id}/withdraw': 'cancellations:write',
  'PUT /v1/cancellations/{id}/comments/{commentId}': ['tasks:write', 'cancellations:write'],
  'POST /v1/tasks/{id}/claim': 'tasks:write',
  'POST /v1/tasks/{id}/assign': 'tasks:write',
  'POST /v1/tasks/{id}/release': 'tasks:write',
  'POST /v1/tasks/{id}/complete': 'tasks:write',
  'POST /v1/tasks/{id}/escalate': 'tasks:write',
  'POST /v1/tasks/{id}/return-to-team': 'tasks:write',
  'POST /v1/tasks/{id}/priority': 'tasks:write',
  'POST /v1/tasks/{id}/follow-up': 'tasks:write',
  'POST /v1/tasks/{id}/close-not-completed': 'tasks:write',
  'POST /v1/tasks/{id}/correct': 'tasks:write',
  'PUT /v1/tasks/{id}/draft': 'tasks:write',
  'PUT /v1/tasks/{id}/comments/{commentId}': 'tasks:write',
  'GET /v1/feeds/imports': 'read',
  'GET /v1/feeds/imports/{id}': 'read',
  'POST /v1/feeds/imports': 'feeds:write',
  'PATCH /v1/feeds/imports/{id}': 'feeds:write',
  'POST /v1/feeds/imports/{id}/pause': 'feeds:write',
  'POST /v1/feeds/imports/{id}/resume': 'feeds:write',
  'POST /v1/feeds/imports/{id}/end': 'feeds:write',
  'DELETE /v1/feeds/imports/{id}/end': 'feeds:write',
  'POST /v1/feeds/imports/{id}/test': 'feeds:write',
  'POST /v1/feeds/imports/{id}/run': 'feeds:write',
  'POST /v1/feeds/imports/{id}/dry-run': 'feeds:write',
  'POST /v1/feeds/imports/{id}/backfill': 'feeds:write',
  'GET /v1/feeds/imports/{id}/runs': 'read',
  'GET /v1/feeds/runs/{id}': 'read',
  'GET /v1/feeds/health': 'read',
  'GET /v1/feeds/columns': ['read', 'feeds:write'],
  'GET /v1/feeds/imports/{id}/rejected-rows': 'read',
  'GET /v1/feeds/rejected-rows/{id}': 'read',
  'PUT /v1/feeds/rejected-rows/{id}/correction': 'feeds:write',
  'POST /v1/feeds/imports/{id}/rejected-rows/import': 'feeds:write',
  'GET /v1/activities': 'contacts:read',
  'GET /v1/activities.csv': 'contacts:read',
  'GET /v1/activities/{id}': 'contacts:read',
  'GET /v1/activities/{id}/match': 'contacts:read',
  'GET /v1/contacts/{id}': 'contacts:read',
  'GET /v1/contacts/{id}/timeline': 'contacts:read',
  'POST /v1/contacts/{id}/merge': 'contacts:write',
  'POST /v1/contacts/{id}/split': 'contacts:write',
  'GET /v1/segments': 'contacts:read',
  'GET /v1/segments/{id}': 'contacts:read',
  'POST /v1/segments': 'contacts:write',
  'PATCH /v1/segments/{id}': 'contacts:write',
  'DELETE /v1/segments/{id}': 'contacts:write',
  'GET /v1/lead-exports/{account}/exclusions': 'read',
  'POST /v1/feeds/onboardings': 'feeds:write',
  'GET /v1/feeds/onboardings': ['read', 'feeds:write'],
  'GET /v1/feeds/onboardings/{id}': ['read', 'feeds:write'],
  'POST /v1/feeds/onboardings/{id}/permission': 'feeds:write',
  'POST /v1/feeds/onboardings/{id}/first-file': 'feeds:write',
  'POST /v1/feeds/onboardings/{id}/withdraw': 'feeds:write',
  'PUT /v1/people/{id}': 'admin',
  'PUT /v1/accounts/{id}': 'admin',
  'GET /v1/events': 'admin',
  'GET /v1/api-keys': 'admin',
  'POST /v1/api-keys': 'admin',
  'DELETE /v1/api-keys/{id}': 'admin',
};
/** Has no end: test/integration/changes.test.ts listens to it. */
const stream = 'GET /v1/changes';
/** What a HEAD would do as a GET does: send everything. */
const withoutHead = [stream, 'GET /v1/activities.csv'];
const { service, api } = await serviceForFile({ withoutWorker: true });
const send = senderOf(api);

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
      if (operation.startsWith('GET') && !withoutHead.includes(operation))
        expect((await send(operation.replace('GET', 'HEAD'))).status).toBe(401);
    }
  });

  it('the open operations answer without a key', async () => {
    // No worker runs here, so that the service is not ready; whoever asks is told.
    expect((await send('GET /readyz')).body).toMatchObject({ status: 'not_ready' });
    for (const operation of ['GET /healthz', 'GET /openapi.json', 'GET /docs', 'GET /problems/not-found']) {
      expect([operation, (await send(operation)).status]).toEqual([operation, 200]);
    }
    expect((await send('DELETE /v1/session')).status).toBe(204);
  });

  it('a key that is not sent as a bearer token does not count', async () => {
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
  ])('%s is rate limited per address, and nothing else is', async (_name, from, request, status) => {
    const { operation, headers } = request();
    for (let tries = 0; tries < 120; tries += 1) expect((await send(operation, { from, headers })).status).toBe(status);
    expect(refused(await send(operation, { from, headers }))).toEqual(tooMany);
    expect((await send('GET /v1/tasks', { from, headers: withKey(api.keys.reader) })).status).toBe(200);
  });

  it('requests by a method that the path does not take are rate limited per address', async () => {
    const from = '198.51.100.5';
    const ask = () => send('DELETE /v1/tasks', { from, headers: withKey(api.keys.reader) });
    for (let tries = 0; tries < 120; tries += 1) expect((await ask()).status).toBe(405);
    expect(refused(await ask())).toEqual(tooMany);
    expect((await send('GET /v1/tasks', { from, headers: withKey(api.keys.reader) })).status).toBe(200);
  });

  it('the IPv6 addresses of one /64 network share one limit', async () => {
    const ask = async (from: string) => (await send('GET /v1/tasks', { from, headers: withKey('wrong') })).status;
    for (let tries = 0; tries < 30; tries += 1) expect(await ask(`2001:db8:0:1::${tries}`)).toBe(401);
    expect(await ask('2001:db8:0:1:ffff::1')).toBe(429);
    expect(await ask('2001:db8:0:2::1')).toBe(401);
    for (let tries = 0; tries < 30; tries += 1) expect(await ask('198.51.100.9')).toBe(401);
    expect(await ask('::ffff:198.51.100.9')).toBe(429);
  });

  it('X-Forwarded-For is believed from a configured reverse proxy and from nobody else', async () => {
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

describe('scopes', () => {
  it.each(keyScopes)('the scope %s allows its own operations and no others', async (scope) => {
    const { key } = await createKey(service.db, {
      name: `only ${scope}`,
      scopes: [scope],
      personId: 'olivia',
      requestsPerMinute: 1_000,
    });
    for (const [operation, needs] of Object.entries(needed)) {
      if (needs === null) continue;
      if (operation === stream && ['read', 'admin'].includes(scope)) continue;
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
