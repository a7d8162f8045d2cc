import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordAdministration } from '../../db/queries/administration.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { createKey } from '../../db/queries/keys.ts';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { accounts, tasks } from '../../db/schema/shared.ts';
import { sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerViewsOf } from '../support/dealerViews.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { ProblemBody } from '../support/views.ts';

const numbered = Array.from({ length: 7 }, (_, n) => ({
  ...sandboxDealers[0]!,
  ...{ id: `N-${n}`, name: `Numbered Motors ${n}`, integrations: [] },
}));
const { service, api } = await serviceForFile({ withoutWorker: true, dealers: [...sandboxDealers, ...numbered] });
/** One that has not asked CST yet: what CST has answered is kept. */
const newApi = async () => {
  fresh = await apiOf(service);
  apis.push(fresh);
};
const apis: TestApi[] = [];
let fresh = api;
beforeEach(newApi);
afterAll(async () => {
  for (const one of apis) await one.close();
});
const { page, list, dealer } = dealerViewsOf({ ...api, get: (...of) => fresh.get(...of) });

const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 12, minute));
const cancel = async (account: string, dealerName: string, state: 'open' | 'closed', minute: number) => {
  const id = randomUUID();
  const times = { startedAt: at(minute), closedAt: state === 'closed' ? at(minute + 1) : null };
  const row = { id, account, dealerName, state, timeZone: 'America/New_York', requestedBy: 'key:offboarding' };
  await service.db.insert(cancellations).values({ ...row, ...times, reason: 'subscription_canceled' });
  await service.db.insert(cancellationIntegrations).values({
    ...{ cancellationId: id, integration: 'crm/elead', workflowId: 'w', runId: 'r', steps: [], version: 1 },
    state: state === 'open' ? 'waiting' : 'ended',
  });
  return id;
};
const openTask = async (account: string, dealerName: string | null, title: string) =>
  service.db.insert(tasks).values({
    ...{ id: randomUUID(), workflowId: 'w', process: 'cancellations', subject: 'none', kind: 'k', team: 'ops' },
    ...{ account, dealerName, state: 'open', version: 1, openedAt: at(1), dueAt: at(50) },
    content: { title, instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
  });

/** Until CST has answered what nobody waits for any more, at most a second later: that would meet the next test's faults. */
const lateAnswers = async () => {
  service.sandbox.faults.cst.slowMs = 1_500;
  await service.outside.connectors.cst!.account('D-1001');
};

let [open, ended] = ['', ''];
beforeAll(async () => {
  ended = await cancel('D-1201', 'Silver Lake Buick', 'closed', 1);
  open = await cancel('D-1201', 'Silver Lake Buick', 'open', 5);
  await cancel('G-1', 'Gone Motors of Silverton', 'closed', 2);
  await openTask('D-1201', 'Silver Lake Buick', 'Mail Elead');
  await openTask('T-1', 'Task Only Trucks', 'Look at the feed');
  await service.db.insert(accounts).values({
    ...{ id: 'OLD-1', name: 'Registry Leftover', effectiveStatus: 'Active', timeZone: 'UTC', integrations: [] },
  });
  const event = (account: string, minute: number) => ({
    ...{ id: randomUUID(), process: 'cancellations' as const, subject: 's', account, by: 'dealerops', action: 'a' },
    at: at(minute),
  });
  await recordEvents(service.db, [event('G-1', 2), event('D-1201', 1), event('D-1201', 6), event('T-1', 3)]);
});

it('a list shows of each dealer the cancellation in progress, or else the latest', async () => {
  const found = new Map((await list({})).map(({ account, cancellations: its }) => [account, its]));
  expect(found.get('D-1201')).toMatchObject({ id: open, waitingFor: [] });
  expect(found.get('G-1')).toMatchObject({ id: expect.not.stringMatching(open) });
  expect(found.get('T-1')).toBeNull();
});

describe("a dealer's page", () => {
  it('has its name, ID, time zone, integrations with the vendors’ IDs, open tasks and cancellations', async () => {
    const { status, body } = await dealer('D-1201');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ account: 'D-1201', name: 'Silver Lake Buick', timeZone: 'America/New_York', effectiveStatus: 'Cancelled' },
      lookup: { source: 'cst', state: 'found', reason: null, faults: [] },
      parent: null,
      integrations: [{ integration: 'crm/elead', vendorName: 'Elead', dealerId: '555301', hasProcedure: true }],
      openTasks: [{ title: 'Mail Elead', state: 'open', team: 'ops' }],
      moreOpenTasks: false,
      cancellations: {
        cancellations: [
          { id: open, state: 'open', integrations: [{ integration: 'crm/elead', state: 'waiting' }] },
          { id: ended, state: 'closed', integrations: [{ state: 'ended' }] },
        ],
        more: false,
        gate: { account: 'D-1201', status: 'Cancelled', answer: 'open' },
      },
    });
    expect(Math.abs(Date.parse(body.lookup.readAt) - Date.now())).toBeLessThan(60_000);
    expect(body.cancellations.gate.readAt).toBe(body.lookup.readAt);
  });

  it('has the parent’s Effective Status and what the gate says of it', async () => {
    expect((await dealer('D-1401')).body).toMatchObject({
      parent: {
        ...{ account: 'P-200', name: 'Cedar Ridge Motors Group', effectiveStatus: 'Active' },
        lookup: { state: 'found' },
      },
      cancellations: {
        gate: {
          ...{ account: 'P-200', status: 'Active', answer: 'active' },
          reason: 'DMS feeds are not ended: the Effective Status of P-200 is Active.',
        },
      },
    });
    service.sandbox.state.oddFields.set('P-200', { effectiveStatus: 'Cancelled?' });
    await newApi();
    expect((await dealer('D-1401')).body.cancellations.gate).toMatchObject({
      ...{ status: '"Cancelled?"', answer: 'not-understood' },
      reason: expect.stringContaining('before a person has looked'),
    });
  });

  it('finds a dealer whose ID is typed in small letters', async () => {
    service.sandbox.state.accounts.set('d-1201', service.sandbox.state.accounts.get('D-1201')!);
    expect((await dealer('d-1201')).body).toMatchObject({
      account: 'D-1201',
      cancellations: { cancellations: [{ id: open }, { id: ended }] },
    });
  });

  it('shows a dealer that CST does not have, by what is known here', async () => {
    expect(await dealer('G-1')).toMatchObject({
      status: 200,
      body: {
        ...{ name: 'Gone Motors of Silverton', timeZone: null, effectiveStatus: null, integrations: [], parent: null },
        lookup: { state: 'not_found', reason: null },
        cancellations: {
          cancellations: [{ account: 'G-1' }],
          gate: { answer: 'unknown', reason: 'DMS feeds are not ended: The dealer’s account is not known.' },
        },
      },
    });
  });

  it('answers 404 only when neither CST nor any of our tables knows it', async () => {
    expect(await dealer('X-404')).toMatchObject({
      status: 404,
      body: {
        type: '/problems/unknown-account',
        title: 'No dealer has this ID',
        detail:
          'No dealer has the ID X-404 in CST. Check the ID, or search for the dealer by name; a new dealer is entered in CST first.',
      },
    });
    expect((await dealer('OLD-1')).status).toBe(404);
    expect((await dealer('not an ID')).status).toBe(400);
  });

  it.each([
    ['does not answer', { errors: 1 }, 'CST does not answer now.'],
    ['answers something that is not JSON', { invalidResponse: 1 }, 'CST does not answer now.'],
    ['is too slow', { slowMs: 7_000 }, 'CST does not answer now.'],
  ])(
    'when CST %s, shows what is known here and what is missing, and never that there is no such dealer',
    async (_why, faults, reason) => {
      for (const [account, name, list] of [
        ['D-1201', 'Silver Lake Buick', [{ id: open }, { id: ended }]],
        ['N-1', null, []],
      ] as const) {
        Object.assign(service.sandbox.faults.cst, faults);
        expect(await dealer(account)).toMatchObject({
          status: 200,
          body: {
            ...{ account, name, timeZone: null, integrations: [], parent: null },
            lookup: { source: 'cst', state: 'unavailable', reason },
            cancellations: { cancellations: list, gate: { answer: 'unknown', status: null } },
          },
        });
      }
      if ('slowMs' in faults) await lateAnswers();
    },
    90_000,
  );

  it('when CST fails at the parent, shows the dealer, and the gate does not open', async () => {
    service.sandbox.state.oddFields.set('P-300', { name: null });
    const { body } = await dealer('D-1403');
    expect(body).toMatchObject({
      name: 'Harborline Boston Whaler',
      parent: {
        ...{ account: 'P-300', name: null },
        lookup: { state: 'unusable', faults: [{ field: 'name', message: 'is null' }] },
      },
      cancellations: {
        gate: {
          ...{ account: 'P-300', answer: 'unknown' },
          reason: 'DMS feeds are not ended: The parent sales account P-300 has a record that cannot be used.',
        },
      },
    });
    service.sandbox.state.accounts.delete('P-300');
    await newApi();
    expect((await dealer('D-1403')).body).toMatchObject({
      parent: { account: 'P-300', lookup: { state: 'not_found' } },
      cancellations: { gate: { answer: 'unknown' } },
    });
  });

  it('shows a record that cannot be understood with its faults', async () => {
    service.sandbox.state.oddFields.set('D-1201', { parentSalesAccountId: '' });
    expect((await dealer('D-1201')).body).toMatchObject({
      ...{ name: 'Silver Lake Buick', parent: null },
      lookup: { state: 'unusable', faults: [{ field: 'parentSalesAccountId', message: 'is empty' }] },
      cancellations: { gate: { answer: 'unknown' }, cancellations: [{ id: open }, { id: ended }] },
    });
    await newApi();
    service.sandbox.state.oddFields.set('D-1201', { integrations: [{ kind: 'crm', vendor: 'elead', dealerId: 7 }] });
    expect((await dealer('D-1201')).body).toMatchObject({
      ...{ name: 'Silver Lake Buick', integrations: [] },
      lookup: { state: 'found', faults: [{ field: 'integrations[0].dealerId' }] },
      cancellations: { gate: { answer: 'open' } },
    });
  });
});

describe("a dealer's activity trail", () => {
  it('has the events of all processes and of its account in the registry, the newest first, in pages', async () => {
    const event = (process: 'cancellations' | 'feeds', minute: number, account: string) => ({
      ...{ id: randomUUID(), process, subject: 's', account, by: 'olivia', keyId: null },
      ...{ action: `${process} ${minute}`, at: at(minute) },
    });
    await recordEvents(service.db, [
      ...[10, 11, 12].map((minute) => event('cancellations', minute, 'E-1')),
      ...[11, 14].map((minute) => event('feeds', minute, 'E-1')),
      event('feeds', 13, 'E-10'),
    ]);
    const acting = { by: 'admin', keyId: null };
    await recordAdministration(service.db, acting, { action: 'account changed', subject: 'account/E-1', detail: 'x' });
    await recordAdministration(service.db, acting, { action: 'account changed', subject: 'account/E-10' });
    const actions: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await api.get<{ events: { action: string }[]; nextCursor: string | null }>(
        'reader',
        `/v1/dealers/E-1/events?${query}`,
      );
      actions.push(...body.events.map(({ action }) => action));
      cursor = body.nextCursor;
    }
    expect(actions[0]).toBe('account changed');
    expect(actions.slice(1)).toEqual([
      'feeds 14',
      'cancellations 12',
      'feeds 11',
      'cancellations 11',
      'cancellations 10',
    ]);
  });
});

describe('the list of dealers', () => {
  const found = async (search: string, limit = 50) => (await list({ search, limit })).map(({ account }) => account);

  it('without a search has those with the latest activity first, in pages', async () => {
    const accountsOf = (dealers: { account: string }[]) => dealers.map(({ account }) => account);
    const whole = await list({});
    expect(accountsOf(whole).filter((one) => ['G-1', 'D-1201', 'T-1'].includes(one))).toEqual(['D-1201', 'T-1', 'G-1']);
    for (const limit of [1, 2]) expect(accountsOf(await list({ limit }))).toEqual(accountsOf(whole));
    expect(whole.find(({ account }) => account === 'D-1201')).toEqual({
      ...{ account: 'D-1201', name: 'Silver Lake Buick', lastActivityAt: at(6).toISOString(), openTasks: 1 },
      feeds: null,
      matched: null,
      cancellations: expect.objectContaining({ id: open, waitingFor: [] }),
    });
  });

  it('finds by any part of the name or ID what is known here, and by CST’s the beginning of the name or the whole ID', async () => {
    expect(await found('sILver')).toEqual(['D-1201', 'G-1']);
    expect(await found('lake silv')).toEqual(['D-1201']);
    expect(await found('only tr')).toEqual(['T-1']);
    expect(await found('1201')).toEqual(['D-1201']);
    expect(await found('brightwater h')).toEqual(['D-1001']);
    expect(await found('d-1001')).toEqual(['D-1001']);
    expect(await found('leftover')).toEqual([]);
    expect((await list({ search: 'd-1001' }))[0]!.name).toBe('Brightwater Honda of Lakeport');
  });

  it('takes % and _ and \\ for what they are', async () => {
    await cancel('U-1', '100% Motors_Ltd \\ Sons', 'closed', 3);
    for (const search of ['%', '_', '\\', '0%', 's_l', '\\ s'])
      expect([search, await found(search)]).toEqual([search, ['U-1']]);
    expect(await found("'; drop table tasks")).toEqual([]);
  });

  it('has each dealer once over all pages, also where CST has those of our own tables too', async () => {
    await cancel('N-3', 'Numbered Motors 3', 'closed', 4);
    const all = ['N-3', ...[0, 1, 2, 4, 5, 6].map((n) => `N-${n}`)];
    for (const limit of [1, 2, 3, 7, 100]) expect([limit, await found('numbered', limit)]).toEqual([limit, all]);
    for (const limit of [1, 2]) expect(await found('n-3', limit)).toEqual(['N-3']);
  });

  it('says what is missing while CST does not answer', async () => {
    service.sandbox.faults.cst.errors = 1;
    expect(await page({ search: 'silver' })).toMatchObject({
      dealers: [{ account: 'D-1201' }, { account: 'G-1' }],
      nextCursor: null,
      incomplete: 'CST does not answer now. Dealers that only CST knows may be missing here.',
    });
    await newApi();
    expect(await page({ search: 'silver' })).toMatchObject({ incomplete: null });
    service.sandbox.faults.cst.slowMs = 4_000;
    expect(await page({ search: 'silver lake' })).toMatchObject({
      dealers: [{ account: 'D-1201' }],
      incomplete: expect.stringContaining('CST does not answer now'),
    });
    await lateAnswers();
  });

  it('rejects a search that is too long, and a cursor of another list', async () => {
    for (const query of [
      `search=${'x'.repeat(101)}`,
      'limit=101',
      `search=a&cursor=${(await page({ limit: 1 })).nextCursor}`,
    ])
      expect([query, (await api.get<ProblemBody>('reader', `/v1/dealers?${query}`)).status]).toEqual([query, 400]);
  });

  it('needs the scope read, as a dealer’s page and trail do', async () => {
    const { key } = await createKey(service.db, { name: 'writer', scopes: ['cancellations:write', 'tasks:write'] });
    const headers = { authorization: `Bearer ${key}` };
    for (const path of ['', '/D-1201', '/D-1201/events'])
      expect((await api.call(null, 'GET', `/v1/dealers${path}`, { headers })).status).toBe(403);
  });
});
