import { afterAll, beforeEach, expect, it } from 'vitest';
import { dealersOf } from '../../activities/shared/dealers.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerViewsOf } from '../support/dealerViews.ts';
import { eventually } from '../support/eventually.ts';
import { startService } from '../support/service.ts';

const service = await startService({ withoutWorker: true });
const apis: TestApi[] = [];
afterAll(async () => {
  for (const one of apis) await one.close();
  await service.close();
});

/** What CST is asked, with what would end each call. */
let asked: { of: string; signal?: AbortSignal }[] = [];
let api: TestApi;
let views: ReturnType<typeof dealerViewsOf>;
beforeEach(async () => {
  service.sandbox.reset();
  const cst = dealersOf(service.outside);
  asked = [];
  api = await apiOf(service, {
    accounts: {
      find(of, signal) {
        asked.push({ of, signal });
        return cst.find(of, signal);
      },
      named(of, cursor, limit, signal) {
        asked.push({ of, signal });
        return cst.named!(of, cursor, limit, signal);
      },
    },
  });
  apis.push(api);
  views = dealerViewsOf(api);
  // On a loaded machine the API refuses requests until its start is over.
  await eventually(async () => (await api.get('reader', '/v1/people')).status === 200);
});
const askedOf = () => asked.map(({ of }) => of);

it('many who open a dealer’s page at once ask CST once, and are told when it was read', async () => {
  const pages = await Promise.all(Array.from({ length: 4 }, () => views.dealer('D-1401')));
  expect(askedOf()).toEqual(['D-1401', 'P-200']);
  const [first, later] = [pages[0]!, await views.dealer('D-1401')];
  expect(askedOf()).toEqual(['D-1401', 'P-200']);
  expect(later.body.lookup).toEqual(first.body.lookup);
  expect(later.body.parent).toEqual(first.body.parent);
  const { etag } = later.headers;
  const again = await api.call('reader', 'GET', '/v1/dealers/D-1401', { headers: { 'if-none-match': String(etag) } });
  expect(again.status).toBe(304);
});

it('many who search for the same name at once ask CST once', async () => {
  const found = await Promise.all(Array.from({ length: 4 }, () => views.page({ search: 'brightwater honda' })));
  for (const { dealers } of found) expect(dealers).toMatchObject([{ account: 'D-1001' }]);
  await views.page({ search: 'brightwater honda' });
  expect(askedOf()).toEqual(['brightwater honda']);
});

it('a failure is shown to all who ask within seconds, without asking CST again', async () => {
  service.sandbox.faults.cst.errors = 1;
  const { body: first } = await views.dealer('D-1001');
  expect(first.lookup.state).toBe('unavailable');
  expect((await views.dealer('D-1001')).body.lookup).toEqual(first.lookup);
  expect(askedOf()).toEqual(['D-1001']);
});

it('a call that CST does not answer in time is ended', async () => {
  service.sandbox.faults.cst.slowMs = 60_000;
  expect((await views.dealer('D-1001')).body.lookup.state).toBe('unavailable');
  expect(asked).toHaveLength(1);
  await expect.poll(() => asked[0]!.signal?.aborted).toBe(true);
});

it('a request to cancel asks CST itself, whatever a page has read before', async () => {
  await views.dealer('D-1401');
  service.sandbox.state.oddFields.set('P-200', { effectiveStatus: 'Cancelled' });
  asked = [];
  const { body } = await api.start({ account: 'D-1401', dryRun: true });
  expect(askedOf()).toEqual(['D-1401', 'P-200']);
  expect(body).toMatchObject({ integrations: [{ parentSalesAccount: { id: 'P-200', status: 'Cancelled' } }] });
});
