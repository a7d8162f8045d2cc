import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cancellationRequests } from '../../db/schema/cancellations.ts';
import { idempotencyKeys } from '../../db/schema/shared.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type ProblemBody, viewsOf } from '../support/views.ts';

const { service, api } = await serviceForFile();
const { view, openTask, closed } = viewsOf(api);

describe('starting a cancellation', () => {
  it('answers 202 with ID and Location, and a repeated call gets the same answer', async () => {
    const key = randomUUID();
    const first = await api.start({ account: 'D-1003' }, key);
    expect(first).toMatchObject({
      status: 202,
      body: { account: 'D-1003', dealerName: 'Juniper Ford', state: 'open', integrations: ['crm/dealersocket'] },
    });
    expect(first.headers.location).toBe(`/v1/cancellations/${first.body.id}`);
    const again = await api.start({ account: 'D-1003' }, key);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const other = await api.start({ account: 'D-1004' }, key);
    expect(other).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
  });

  it('joins the cancellation in progress', async () => {
    const first = await api.start({ account: 'D-1002', integrations: ['crm/dealersocket'] });
    const second = await api.start({ account: 'D-1002' });
    expect(second.body.id).toBe(first.body.id);
    await openTask('D-1002', 'cdk-case');
    await openTask('D-1002', 'dealersocket-form');
    expect((await view(first.body.id)).tasks.filter((task) => task.kind === 'dealersocket-form')).toHaveLength(1);
  });

  it('treats 50 identical calls at once as one', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.start({ account: 'D-1701' }, key)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    const requests = await service.db.select().from(cancellationRequests);
    expect(requests.filter((request) => request.cancellationId === answers[0]!.body.id)).toHaveLength(1);
  });

  it('a rejected call names the problem and frees its Idempotency-Key', async () => {
    const cases: [Record<string, unknown>, number, string, string][] = [
      [{ account: 'D-9999' }, 422, 'unknown-account', '/account'],
      [
        { account: 'D-1801' },
        422,
        'unknown-vendor',
        'crm/dealersocket, crm/vinsolutions, crm/elead, crm/reynolds, dms/cdk, dms/dealervault, dms/reynolds',
      ],
      [{ account: 'D-1003', integrations: ['crm/leadpilot'] }, 400, 'invalid-request', 'is not a vendor we know'],
      [{ account: 'D-1003', integrations: ['dms/cdk'] }, 422, 'no-such-integration', '/integrations/0'],
      [{ account: 'D-1003', reason: 'vendor_change' }, 400, 'invalid-request', '/integration'],
      [{ account: 'no/slash' }, 400, 'invalid-request', '/account'],
      [{ account: 'D-1003', colour: 'red' }, 400, 'invalid-request', 'colour'],
      [{ account: 'P-100' }, 422, 'no-such-integration', 'has no integrations'],
    ];
    const key = randomUUID();
    for (const [body, status, type, words] of cases) {
      const answer = await api.start(body, key);
      expect([body, answer.status, (answer.body as unknown as ProblemBody).type]).toEqual([
        body,
        status,
        `/problems/${type}`,
      ]);
      expect(answer.text).toContain(words);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    expect((await service.db.select().from(idempotencyKeys)).filter((row) => row.key === key)).toEqual([]);
    const missing = await api.post<ProblemBody>('offboarding', '/v1/cancellations', {
      account: 'D-1003',
      reason: 'subscription_canceled',
    });
    expect(missing).toMatchObject({ status: 400, body: { detail: expect.stringContaining('idempotency-key') } });
  });

  it('a batch answers for each item, and a repeated batch gets the same answers', async () => {
    const items = [
      { account: 'D-1302', reason: 'subscription_canceled' },
      { account: 'D-9999', reason: 'subscription_canceled' },
      { account: 'D-1601', reason: 'vendor_change', integration: 'dms/reynolds' },
      { invalidResponse: true },
    ];
    const headers = { 'idempotency-key': randomUUID() };
    const post = () =>
      api.post<{ items: { status: number; started?: { id: string; dealerName: string }; problem?: ProblemBody }[] }>(
        'offboarding',
        '/v1/cancellations/batch',
        { items },
        headers,
      );
    const first = await post();
    expect(first.body.items.map((item) => item.status)).toEqual([202, 422, 202, 400]);
    expect(first.body.items[0]?.started).toMatchObject({ account: 'D-1302', dealerName: 'Summit Peak Audi' });
    expect(first.body.items[1]?.problem?.type).toBe('/problems/unknown-account');
    expect((await post()).body).toEqual(first.body);
    expect(await closed(first.body.items[0]!.started!.id)).toMatchObject({ integrations: [{ state: 'ended' }] });
    const tooMany = await api.post<ProblemBody>(
      'offboarding',
      '/v1/cancellations/batch',
      { items: Array(1_001).fill({}) },
      headers,
    );
    expect(tooMany).toMatchObject({ status: 400, body: { errors: [{ path: '/items' }] } });
  });
});

it('lists open and closed cancellations', async () => {
  const list = async (query: string) => {
    const { body } = await api.get<{ cancellations: { state: string }[] }>('reader', `/v1/cancellations?${query}`);
    return new Set(body.cancellations.map(({ state }) => state));
  };
  expect(await list('limit=100')).toEqual(new Set(['open', 'closed']));
  expect(await list('limit=100&open=true')).toEqual(new Set(['open']));
  expect(await list('limit=100&open=false')).toEqual(new Set(['closed']));
});

describe('the audit record', () => {
  it('an administrator reads the audit trail by cancellation, and by account over all its cancellations', async () => {
    const { body } = await api.start({ account: 'D-1301' });
    await closed(body.id);
    type Events = { events: { id: string; subject: string; account: string; action: string; vendor: string | null }[] };
    const eventsBy = async (query: string) =>
      (await api.get<Events>('admin', `/v1/events?process=cancellations&limit=100&${query}`)).body.events;
    const own = await eventsBy(`subject=${body.id}`);
    expect(own.map(({ action, vendor }) => [action, vendor])).toEqual(
      expect.arrayContaining([
        ['Cancellation requested', null],
        ['Reynolds & Reynolds direct: ended', 'dms/reynolds'],
      ]),
    );
    expect(new Set(own.map(({ subject, account }) => `${subject} ${account}`))).toEqual(new Set([`${body.id} D-1301`]));
    const { body: again } = await api.start({ account: 'D-1301' });
    await closed(again.id);
    const ofAccount = await eventsBy('account=D-1301');
    expect(ofAccount.map(({ subject }) => subject)).toEqual(expect.arrayContaining([body.id, again.id]));
    expect(ofAccount.map(({ id }) => id)).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
    expect((await api.get<Events>('admin', `/v1/events?subject=${body.id}`)).body.events).toEqual([]);
  });
});
