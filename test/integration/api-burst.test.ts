import { afterAll, expect, it } from 'vitest';
import { dealersOf } from '../../activities/shared/dealers.ts';
import { apiOf } from '../support/api.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody } from '../support/views.ts';

/** What one API key sends at once leaves the others their answers. */

const { service } = await serviceForFile({ withoutWorker: true });
let answers = () => {};
const untilCstAnswers = new Promise<void>((resolve) => {
  answers = resolve;
});
const cst = dealersOf(service.outside);
const api = await apiOf(service, {
  accounts: { ...cst, find: (id) => untilCstAnswers.then(() => cst.find(id)) },
});
afterAll(() => api.close());

const plan = { account: 'D-1104', reason: 'subscription_canceled', dryRun: true };
const startHeaders = { 'idempotency-key': 'burst' };

it('of 200 requests at once that ask CST, one API key has 8 in progress; the others are told to wait', async () => {
  const statuses: number[] = [];
  const tooMany = { status: 429, headers: { 'retry-after': '1' }, body: { type: '/problems/too-many-requests' } };
  const burst = Array.from({ length: 200 }, async (_, n) => {
    const answer = await api.post<ProblemBody>('offboarding', '/v1/cancellations', plan, {
      'idempotency-key': `b${n}`,
    });
    statuses.push(answer.status);
    if (answer.status !== 200) expect(answer).toMatchObject(tooMany);
  });
  await expect.poll(() => statuses.length).toBe(192);

  for (const path of ['/v1/search?q=silver', '/v1/dealers?search=silver', '/v1/dealers/D-1104'])
    expect([path, await api.get<ProblemBody>('offboarding', path)]).toMatchObject([path, tooMany]);
  const batch = { items: [{ ...plan }] };
  expect(await api.post('offboarding', '/v1/cancellations/batch', batch, startHeaders)).toMatchObject(tooMany);
  expect(await api.get('offboarding', '/v1/cancellations')).toMatchObject({ status: 200 });
  expect(await api.get('reader', '/v1/search?q=silver lake')).toMatchObject({ status: 200 });

  // A start is never turned away: a customer who leaves must not be forgotten.
  const started = api.post('offboarding', '/v1/cancellations', { ...plan, dryRun: false }, startHeaders);
  answers();
  await Promise.all(burst);
  expect(await started).toMatchObject({ status: 202 });
  expect(statuses.filter((status) => status === 200)).toHaveLength(8);
  expect(await api.get('offboarding', '/v1/search?q=silver')).toMatchObject({ status: 200 });
});
