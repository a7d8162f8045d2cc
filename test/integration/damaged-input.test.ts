import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dealersOf } from '../../activities/shared/dealers.ts';
import { accounts } from '../../db/schema/shared.ts';
import type { Account, AccountIntegration } from '../../domain/shared/accounts.ts';
import { type Answer, apiOf } from '../support/api.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** What a person pastes into the API's fields, and what other systems send. */

const { service, api } = await serviceForFile({ withoutWorker: true });

describe('names', () => {
  const person = { email: 'person@example.com', teams: ['ops'] };
  const doors: [string, (name: string) => Promise<{ status: number; body: Record<string, unknown> }>][] = [
    ['people', (name) => api.call('admin', 'PUT', '/v1/people/pat', { body: { ...person, name } })],
    [
      'accounts',
      (name) =>
        api.call('admin', 'PUT', '/v1/accounts/D-9000', {
          body: { name, effectiveStatus: 'Active', parentSalesAccountId: null },
        }),
    ],
    ['keys', (name) => api.call('admin', 'POST', '/v1/api-keys', { body: { name, scopes: ['read'] } })],
  ];

  it.each(doors)('of %s are stored without invisible characters', async (_of, put) => {
    for (const name of ['Pat\u0007', 'Pat\u001B[31m', '\u202E\u200B', '\uE000', '---'])
      expect([name, await put(name)]).toMatchObject([
        name,
        { status: 400, body: { type: '/problems/invalid-request', errors: [{ path: '/name' }] } },
      ]);
    const { status } = await put(' Pat\u200B \u202EKia\u2028 Ford\n');
    expect([200, 201]).toContain(status);
  });

  it('are stored as cleaned', async () => {
    const { people } = (await api.get<{ people: { id: string; name: string }[] }>('reader', '/v1/people')).body;
    expect(people.find(({ id }) => id === 'pat')?.name).toBe('Pat Kia Ford');
    expect((await api.get('reader', '/v1/accounts/D-9000')).body).toMatchObject({ name: 'Pat Kia Ford' });
    const { keys } = (await api.get<{ keys: { name: string }[] }>('admin', '/v1/api-keys')).body;
    expect(keys.map(({ name }) => name)).toContain('Pat Kia Ford');
  });
});

interface Case {
  value: string;
  do: 'reject' | 'clean' | 'keep';
  to?: string;
  where?: string;
}
const { cases } = JSON.parse(readFileSync('../shared/cases/identifiers.json', 'utf8')) as { cases: Case[] };
const vendorOf = ({ where }: Case) => (where === 'VinSolutions dealer ID' ? 'vinsolutions' : 'elead');
const account = { name: 'Alpha Ford', effectiveStatus: 'Cancelled', parentSalesAccountId: null };

describe('identifiers as spreadsheets damage them', () => {
  const put = (id: string, more: object) =>
    api.call<Account & { errors?: { path: string; message: string }[] }>(
      'admin',
      'PUT',
      `/v1/accounts/${encodeURIComponent(id)}`,
      { body: { ...account, ...more } },
    );
  const integrationsOf = (one: Case, dealerId = one.value) => [{ kind: 'crm', vendor: vendorOf(one), dealerId }];

  it.each(cases)('$value by PUT /v1/accounts: $do', async (one) => {
    const answer = await put('D-9001', { integrations: integrationsOf(one) });
    if (one.do === 'reject') {
      const errors = [
        { path: '/integrations/0/dealerId', message: expect.stringContaining(JSON.stringify(one.value)) },
      ];
      expect(answer).toMatchObject({ status: 400, body: { errors } });
    } else {
      expect(answer).toMatchObject({ status: 200, body: { integrations: integrationsOf(one, one.to ?? one.value) } });
    }
  });

  it.each(cases)('$value in a record of CST: $do', async (one) => {
    service.sandbox.state.oddFields.set('D-1201', { integrations: integrationsOf(one) });
    const answer = (await api.start({ account: 'D-1201', dryRun: true })) as Answer;
    if (one.do === 'reject') {
      const said = `integrations[0].dealerId is ${JSON.stringify(one.value)}: `;
      expect(answer).toMatchObject({
        status: 422,
        body: { type: '/problems/unusable-account', detail: expect.stringContaining(`D-1201 cannot be used: ${said}`) },
      });
    } else {
      expect(answer.status).toBe(200);
      const found = await service.outside.connectors.cst!.account('D-1201');
      expect(found?.integrations).toEqual(integrationsOf(one, one.to ?? one.value));
    }
  });

  it('are cleaned or rejected in every place that holds an ID', async () => {
    const refused = { status: 400 };
    expect(await put('5.55E+11', {})).toMatchObject(refused);
    expect(await put('D-9002', { parentSalesAccountId: '#N/A' })).toMatchObject({
      ...refused,
      body: { errors: [{ path: '/parentSalesAccountId', message: 'is "#N/A": it is the error of a formula' }] },
    });
    // Left out, it would say that there is no parent, and the dealer's own status would open the gate.
    expect(await put('D-9002', { parentSalesAccountId: undefined })).toMatchObject({
      ...refused,
      body: { errors: [{ path: '/parentSalesAccountId', message: expect.stringContaining('null') }] },
    });
    const cleaned = await put('D-9002\u200B', { parentSalesAccountId: '="P-9"' });
    expect(cleaned).toMatchObject({ status: 200, body: { id: 'D-9002', parentSalesAccountId: 'P-9' } });
    expect(await api.start({ account: 'TRUE', dryRun: true })).toMatchObject(refused);
    expect(await api.get('reader', '/v1/cancellations?account=1/2/2026')).toMatchObject(refused);
    expect(await api.get('reader', '/v1/tasks?assignee=%23REF!')).toMatchObject(refused);
    expect(await api.call('admin', 'PUT', '/v1/people/n%2Fa', { body: {} })).toMatchObject(refused);

    service.sandbox.state.oddFields.set('D-1403', { parentSalesAccountId: '#REF!' });
    expect(await api.start({ account: 'D-1403', dryRun: true })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('parentSalesAccountId is "#REF!": it is the error of a formula') },
    });
  });
});

it('the DMS Provider tab in CST is read without invisible characters', async () => {
  service.sandbox.state.dmsProviders.set('D-1402', { provider: ' C\u200BDK  Drive', providerId: '="3PA0000402"' });
  expect(await service.outside.connectors.cst!.dmsProvider('D-1402')).toEqual({
    provider: 'CDK Drive',
    providerId: '3PA0000402',
  });
  service.sandbox.state.dmsProviders.set('D-1402', { provider: '\u200B', providerId: '1' });
  await expect(service.outside.connectors.cst!.dmsProvider('D-1402')).rejects.toMatchObject({
    type: 'AccountUnusable',
  });
});

it('a damaged registry row is reported and starts nothing', async () => {
  const integrations: AccountIntegration[] = [{ kind: 'crm', vendor: 'elead', dealerId: '5.55E+11' }];
  await service.db
    .insert(accounts)
    .values({ id: 'D-9010', ...account, integrations, parentSalesAccountId: null, timeZone: 'America/Chicago' });
  const shown = { id: 'D-9010', integrations };
  expect(await api.get('reader', '/v1/accounts/D-9010')).toMatchObject({ status: 200, body: shown });
  const { body } = await api.get<{ accounts: Account[] }>('reader', '/v1/accounts');
  expect(body.accounts.find(({ id }) => id === 'D-9010')).toMatchObject(shown);

  const alone = await apiOf(service, {
    accounts: dealersOf({ connectors: {}, database: service.database }),
    connectors: [],
  });
  expect(await alone.start({ account: 'D-9010', dryRun: true })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining('integrations[0].dealerId is "5.55E+11": a spreadsheet turned it into') },
  });
  await alone.close();
});

describe('vendors as people write them', () => {
  const written: [AccountIntegration['kind'], string, string][] = [
    ['crm', 'Reynolds & Reynolds', 'reynolds'],
    ['crm', 'Reynolds &amp; Reynolds', 'reynolds'],
    ['crm', 'E-Lead', 'elead'],
    ['crm', 'Vin\u200B Solutions', 'vinsolutions'],
    ['crm', 'Dealer Socket', 'dealersocket'],
    ['dms', 'reynolds and reynolds', 'reynolds'],
    ['dms', 'CDK Drive', 'cdk'],
    ['dms', 'DEALER  VAULT', 'dealervault'],
    ['dms', 'E-Lead', 'e-lead'],
    ['crm', 'Lead Pilot', 'lead pilot'],
  ];

  it.each(written)('%s: %s', async (kind, vendor, code) => {
    const integrations = [{ kind, vendor, dealerId: '4711' }];
    const cleaned = [{ kind, vendor: code, dealerId: '4711' }];
    expect(await api.call('admin', 'PUT', '/v1/accounts/D-9003', { body: { ...account, integrations } })).toMatchObject(
      { status: 200, body: { integrations: cleaned } },
    );
    service.sandbox.state.oddFields.set('D-1201', { integrations });
    expect((await service.outside.connectors.cst!.account('D-1201'))?.integrations).toEqual(cleaned);
  });

  it('the same vendor in two spellings is rejected as a duplicate', async () => {
    const integrations = ['Elead', 'E-Lead'].map((vendor) => ({ kind: 'crm', vendor, dealerId: '1' }));
    expect(await api.call('admin', 'PUT', '/v1/accounts/D-9003', { body: { ...account, integrations } })).toMatchObject(
      { status: 400, body: { errors: [{ path: '/integrations' }] } },
    );
  });

  it.each(['#REF!', '999', 'N/A', '\u200B'])('that are not a vendor are rejected: %j', async (vendor) => {
    const integrations = [{ kind: 'crm', vendor, dealerId: '1' }];
    expect(await api.call('admin', 'PUT', '/v1/accounts/D-9003', { body: { ...account, integrations } })).toMatchObject(
      { status: 400, body: { errors: [{ path: '/integrations/0/vendor' }] } },
    );
  });
});
