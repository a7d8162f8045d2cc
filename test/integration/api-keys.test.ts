import { createHash, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { apiKeys, tasks } from '../../db/schema/shared.ts';
import { refused, senderOf, unauthenticated, withKey } from '../support/requests.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });
const send = senderOf(api);

async function openTask(): Promise<string> {
  const id = randomUUID();
  await service.db.insert(tasks).values({
    ...{
      id,
      workflowId: 'w',
      process: 'cancellations',
      subject: 'none',
      kind: 'elead-mail',
      team: 'ops',
      state: 'open',
    },
    ...{ openedAt: new Date(), dueAt: new Date(), version: 1 },
    content: { title: 'Look', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
  });
  return id;
}

describe('API keys', () => {
  const admin = () => withKey(api.keys.admin);
  const make = async (wanted: object) =>
    (await send('POST /v1/api-keys', { headers: admin(), body: { name: 'made', scopes: ['read'], ...wanted } })).body;

  it('are shown once, stored as a hash, and stop working when revoked', async () => {
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

  it('stop working when they expire', async () => {
    const made = await make({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect((await send('GET /v1/tasks', { headers: withKey(made.key) })).status).toBe(200);
    await service.db
      .update(apiKeys)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(eq(apiKeys.id, made.id));
    expect(refused(await send('GET /v1/tasks', { headers: withKey(made.key) }))).toEqual(unauthenticated);
    expect((await send('POST /v1/session', { body: { key: made.key } })).status).toBe(401);
  });

  it('that could never work are rejected', async () => {
    expect(await make({ expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      status: 422,
      errors: [{ path: '/expiresAt' }],
    });
    expect(await make({ personId: 'nobody' })).toMatchObject({ status: 422, type: '/problems/unknown-person' });
    expect(await make({ scopes: ['everything'] })).toMatchObject({ status: 400, errors: [{ path: '/scopes/0' }] });
    expect(await make({ scopes: [] })).toMatchObject({ status: 400, errors: [{ path: '/scopes' }] });
  });

  it('each have their own requests-per-minute limit', async () => {
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

describe('a person who is not active', () => {
  it('loses keys and sessions, and gets no new task or key', async () => {
    const admin = withKey(api.keys.admin);
    const put = (active: boolean) =>
      send('PUT /v1/people/leaver', {
        headers: admin,
        body: { name: 'A Leaver', email: 'leaver@example.com', teams: ['ops'], active },
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
    const task = await openTask();
    expect(await send(`POST /v1/tasks/${task}/assign`, { headers: admin, body: { to: 'leaver' } })).toMatchObject({
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
