import { randomUUID } from 'node:crypto';
import { and, eq, gte } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { Cst } from '../../activities/connectors/cst.ts';
import { dealersOf } from '../../activities/shared/dealers.ts';
import { createKey, revokeKey } from '../../db/queries/keys.ts';
import { cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { idempotencyKeys } from '../../db/schema/shared.ts';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { type Answer, apiOf } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** The same call again, at once or after a crash, starts nothing twice and loses nothing. */

const { service, api } = await serviceForFile();

type Started = Answer<{ id: string }>;
const endsAtOnce = 'D-1302';
const state = async (id: string) =>
  (await service.db.select().from(cancellations).where(eq(cancellations.id, id)))[0]?.state;
const runsOf = async (account: string) => {
  const runs: string[] = [];
  const query = `WorkflowId = '${cancellationWorkflowId(account)}'`;
  for await (const run of service.client.workflow.list({ query })) runs.push(run.runId);
  return runs;
};
const requestIds = async () => (await service.db.select().from(cancellationRequests)).map((one) => one.requestId);
const keyRow = (key: string) => eq(idempotencyKeys.key, key);
/** The API's call fails, though the worker asks CST at the same time. */
async function whileCstFails<T>(call: () => Promise<T>): Promise<T> {
  service.sandbox.faults.cst.errors = Number.POSITIVE_INFINITY;
  try {
    return await call();
  } finally {
    service.sandbox.faults.cst.errors = 0;
  }
}
const longAgo = new Date(Date.now() - 3_600_000);

describe('a repeated call', () => {
  it('50 times at once starts one cancellation, even when its workflow ends before the last call is read', async () => {
    const before = await requestIds();
    for (let round = 0; round < 5; round += 1) {
      const key = randomUUID();
      const answers: Started[] = await Promise.all(
        Array.from({ length: 50 }, () => api.start({ account: endsAtOnce }, key)),
      );
      expect(new Set(answers.map((answer) => `${answer.status} ${answer.body.id}`)).size).toBe(1);
      expect(answers.filter((answer) => !answer.headers['idempotency-replayed'])).toHaveLength(1);
      await eventually(async () => (await state(answers[0]!.body.id)) === 'closed');
    }
    // Each round may join the run before it or begin one of its own; none may begin two.
    await eventually(async () => (await runsOf(endsAtOnce)).length > 0);
    expect((await runsOf(endsAtOnce)).length).toBeLessThanOrEqual(5);
    expect((await requestIds()).filter((id) => !before.includes(id))).toHaveLength(5);
  });

  it('after a crash before the start, starts the cancellation', async () => {
    const key = randomUUID();
    const first = await api.start({ account: 'D-1003' }, key);
    const [row] = await service.db.select().from(idempotencyKeys).where(keyRow(key));
    const crashed = randomUUID();
    const requestId = randomUUID();
    await service.db
      .insert(idempotencyKeys)
      .values({ ...row!, key: crashed, requestId, response: null, createdAt: longAgo });
    const again = await api.start({ account: 'D-1003' }, crashed);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect((await service.db.select().from(cancellationRequests)).map((one) => one.requestId)).toContain(requestId);
  });

  it('after a crash before the answer was stored, returns the started cancellation, even when it has ended', async () => {
    const key = randomUUID();
    const first = await api.start({ account: 'D-1301' }, key);
    await eventually(async () => (await state(first.body.id)) === 'closed');
    await service.db.update(idempotencyKeys).set({ response: null, createdAt: longAgo }).where(keyRow(key));
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.start({ account: 'D-1301' }, key)));
    expect(answers.map((answer) => [answer.status, answer.body])).toEqual(Array(10).fill([202, first.body]));
    expect(await runsOf('D-1301')).toHaveLength(1);
  });

  it('that is rejected after a crash keeps the request, which may have been started', async () => {
    const key = randomUUID();
    const before = await requestIds();
    const first = await api.start({ account: 'D-1004' }, key);
    const taken = { response: null, createdAt: longAgo };
    const [crashed] = await service.db.update(idempotencyKeys).set(taken).where(keyRow(key)).returning();
    const dealer = service.sandbox.state.accounts.get('D-1004')!;
    service.sandbox.state.accounts.delete('D-1004');
    expect(await api.start({ account: 'D-1004' }, key)).toMatchObject({ status: 422 });
    service.sandbox.state.accounts.set('D-1004', dealer);
    expect(await api.start({ account: 'D-1004' }, key)).toMatchObject({ status: 202, body: first.body });
    expect((await requestIds()).filter((id) => !before.includes(id))).toEqual([crashed!.requestId]);
  });

  it('while the first one is in progress, is told to retry later', async () => {
    const key = randomUUID();
    await api.start({ account: 'D-1003' }, key);
    await service.db.update(idempotencyKeys).set({ response: null, createdAt: new Date() }).where(keyRow(key));
    const answer = await api.start({ account: 'D-1003' }, key);
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
  });

  it('with its fields in another order is the same call, and with another body is rejected', async () => {
    const key = randomUUID();
    const post = (body: object) =>
      api.post<{ type: string }>('offboarding', '/v1/cancellations', body, { 'idempotency-key': key });
    const first = await post({
      account: 'D-1004',
      reason: 'subscription_canceled',
      integrations: ['crm/dealersocket'],
    });
    expect(
      await post({ reason: 'subscription_canceled', integrations: ['crm/dealersocket'], account: 'D-1004' }),
    ).toMatchObject({ status: 202, text: first.text });
    expect(await post({ account: 'D-1004', reason: 'subscription_canceled' })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('with a new API key of the same system is the same call, and Elead gets one email', async () => {
    const [key, account] = [randomUUID(), 'D-1201'];
    const post = async (apiKey: string, idempotencyKey: string) => {
      const response = await api.app.inject({
        method: 'POST',
        url: '/v1/cancellations',
        headers: { authorization: `Bearer ${apiKey}`, 'idempotency-key': idempotencyKey },
        payload: { account, reason: 'vendor_change', integration: 'crm/elead' },
      });
      return { status: response.statusCode, body: response.json() };
    };
    const system = { name: 'rotating system', scopes: ['cancellations:write' as const, 'read' as const] };
    const old = await createKey(service.db, system);
    const first = await post(old.key, key);
    expect(first.status).toBe(202);
    await eventually(async () => (await state(first.body.id)) === 'closed');
    await revokeKey(service.db, old.id);
    const rotated = await createKey(service.db, system);
    expect(await post(old.key, key)).toMatchObject({ status: 401 });
    for (const same of [key, `"${key}"`]) expect(await post(rotated.key, same)).toEqual(first);
    expect(await runsOf(account)).toHaveLength(1);
    expect(service.sandbox.smtp.messages.filter(({ to }) => to.includes('elead'))).toHaveLength(1);
  });

  it('by the same person with another of their keys is the same call, by another person it is not', async () => {
    const key = randomUUID();
    const scopes = ['cancellations:write' as const];
    const make = async (personId: string) =>
      (await createKey(service.db, { name: randomUUID(), scopes, personId })).key;
    const keys = [await make('olivia'), await make('olivia'), await make('oscar')];
    const answers = [];
    for (const apiKey of keys) {
      answers.push(
        await api.app.inject({
          method: 'POST',
          url: '/v1/cancellations',
          headers: { authorization: `Bearer ${apiKey}`, 'idempotency-key': key },
          payload: { account: 'D-1003', reason: 'subscription_canceled' },
        }),
      );
    }
    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['idempotency-replayed']])).toEqual([
      [202, undefined],
      [202, 'true'],
      [202, undefined],
    ]);
  });

  it.each([
    ['abc-1', '"abc-1"'],
    ['say-"hi"\\', '"say-\\"hi\\"\\\\"'],
  ])('with the Idempotency-Key %s bare or quoted (RFC 8941) is the same call', async (bare, quoted) => {
    const first = await api.start({ account: 'D-1003' }, bare);
    expect([first.status, first.headers['idempotency-replayed']]).toEqual([202, undefined]);
    const again = await api.start({ account: 'D-1003' }, quoted);
    expect(again).toMatchObject({ status: 202, text: first.text, headers: { 'idempotency-replayed': 'true' } });
  });

  it.each(['"', '""', '"a', '"a"b"', '"a\\b"', '"a b"', '"a", "b"', `"${'a'.repeat(201)}"`])(
    'with the malformed Idempotency-Key %s is rejected',
    async (key) => {
      const answer = await api.start({ account: 'D-1003' }, key);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'header idempotency-key' }] } });
    },
  );

  it("with another caller's Idempotency-Key is a different call", async () => {
    const key = randomUUID();
    const first = await api.start({ account: 'D-1003' }, key);
    const second = await api.post(
      'admin',
      '/v1/cancellations',
      { account: 'D-1003', reason: 'subscription_canceled' },
      { 'idempotency-key': key },
    );
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(second.body).toEqual(first.body);
  });
});

it('Idempotency-Keys are deleted after 30 days; a failed call is recognized until then', async () => {
  const [failed, old, young] = [randomUUID(), randomUUID(), randomUUID()];
  expect(await whileCstFails(() => api.start({ account: 'D-1003' }, failed))).toMatchObject({ status: 503 });
  const requestOf = async (key: string) =>
    (await service.db.select().from(idempotencyKeys).where(keyRow(key)))[0]?.requestId;
  const request = await requestOf(failed);
  for (const key of [old, young]) await api.start({ account: 'D-1003' }, key);
  const daysAgo = (days: number) => ({ createdAt: new Date(Date.now() - days * 86_400_000) });
  await service.db.update(idempotencyKeys).set(daysAgo(31)).where(keyRow(old));
  await service.db.update(idempotencyKeys).set(daysAgo(29)).where(keyRow(young));

  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const hourly = await apiOf(service);
  await hourly.app.ready();
  vi.advanceTimersByTime(3_600_000);
  vi.useRealTimers();
  await eventually(async () => (await requestOf(old)) === undefined);
  expect(await requestOf(young)).toBeDefined();
  expect(await requestOf(failed)).toBe(request);
  expect(await api.start({ account: 'D-1003' }, failed)).toMatchObject({ status: 202 });
  expect((await service.db.select().from(cancellationRequests)).map((one) => one.requestId)).toContain(request);
  await hourly.close();
});

describe('when a dependency is unavailable', () => {
  it('CST: 503, and the same Idempotency-Key works as soon as CST is back', async () => {
    const key = randomUUID();
    expect(await whileCstFails(() => api.start({ account: 'D-1003' }, key))).toMatchObject({
      status: 503,
      body: { type: '/problems/unavailable', detail: expect.stringContaining('CST') },
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    expect(await api.start({ account: 'D-1003' }, key)).toMatchObject({ status: 202 });
  });

  it('CST rejects our token: 503 that says so, not an internal error', async () => {
    const cst = new Cst({ url: service.sandbox.cst.url, token: 'an old token' });
    const accounts = dealersOf({ connectors: { cst }, database: service.database });
    const refused = await apiOf(service, { accounts });
    expect(await refused.start({ account: 'D-1003' })).toMatchObject({
      status: 503,
      body: { type: '/problems/unavailable', detail: expect.stringMatching(/CST.* refuses this service.*CST_TOKEN/) },
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    await refused.close();
  });

  it('for one item of a batch: that item is 503, and the log has the cause', async () => {
    const logged = vi.spyOn(api.app.log, 'error');
    const items = [{ account: 'D-1003', reason: 'subscription_canceled' }];
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await whileCstFails(() => api.post('offboarding', '/v1/cancellations/batch', { items }, headers));
    expect(answer).toMatchObject({ status: 200, body: { items: [{ status: 503 }] } });
    expect(logged).toHaveBeenCalledWith(
      { err: expect.objectContaining({ type: 'CstUnavailable' }), index: 0 },
      expect.stringContaining('batch'),
    );
    logged.mockRestore();
  });
});

describe('a batch', () => {
  it('reports errors by item position, accepts an account twice, and starts 200 cancellations in one call', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const items = [
      ...Array.from({ length: 200 }, () => ({
        account: 'D-1302',
        reason: 'vendor_change',
        integration: 'crm/reynolds',
      })),
      { account: 'D-1302', reason: 'vendor_change', integration: 'crm/elead' },
    ];
    const post = () =>
      api.post<{ items: { index: number; status: number; problem?: { errors: { path: string }[] } }[] }>(
        'offboarding',
        '/v1/cancellations/batch',
        { items },
        headers,
      );
    const first = await post();
    expect(first.body.items.map((item) => item.index)).toEqual(items.map((_, index) => index));
    expect(first.body.items.slice(0, 200).every((item) => item.status === 202)).toBe(true);
    expect(first.body.items[200]).toMatchObject({ status: 422, problem: { errors: [{ path: '/integration' }] } });
    expect((await post()).body).toEqual(first.body);
    const kept = await service.db
      .select()
      .from(idempotencyKeys)
      .where(and(eq(idempotencyKeys.key, headers['idempotency-key']), gte(idempotencyKeys.item, 0)));
    expect(kept).toHaveLength(200);
  });

  it('has item keys that no other call can use', async () => {
    const key = randomUUID();
    const single = await api.start({ account: 'D-1301' }, `${key}#0#D-1003`);
    expect(single.status).toBe(202);
    const items = [{ account: 'D-1003', reason: 'subscription_canceled' }];
    const answer = await api.post('offboarding', '/v1/cancellations/batch', { items }, { 'idempotency-key': key });
    expect(answer.body).toMatchObject({ items: [{ status: 202, started: { account: 'D-1003' } }] });
  });

  it('is rejected as a whole when its Idempotency-Key was used for other items or for a single call', async () => {
    const items = ['D-1003', 'D-1004'].map((account) => ({ account, reason: 'subscription_canceled' }));
    const key = randomUUID();
    const post = (body: object[], as = key) =>
      api.post<{ type: string; detail: string }>(
        'offboarding',
        '/v1/cancellations/batch',
        { items: body },
        { 'idempotency-key': as },
      );
    const reused = { status: 422, body: { type: '/problems/idempotency-key-reused' } };
    // What a dry run is asked is asked again in earnest, with the same key.
    expect(await post(items.map((item) => ({ ...item, dryRun: true })))).toMatchObject({ status: 200 });
    const [first, second] = await Promise.all([post(items), post(items)]);
    expect(first).toMatchObject({ status: 200, body: { items: [{ status: 202 }, { status: 202 }] } });
    expect(second.body).toEqual(first.body);
    expect(await post(items.slice(0, 1))).toMatchObject(reused);
    expect(await post([...items].reverse())).toMatchObject(reused);
    expect(await api.start({ account: 'D-1003' }, key)).toMatchObject(reused);
    expect((await post(items)).body).toEqual(first.body);
    const single = randomUUID();
    await api.start({ account: 'D-1003' }, single);
    expect(await post(items, single)).toMatchObject(reused);
  });
});
