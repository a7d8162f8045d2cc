import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consoleHeader } from '../../api/server/auth.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { senderOf, withKey } from '../support/requests.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** The routes that show and change the stand-ins, which only `npm start` has. */

const { service, api: production } = await serviceForFile({ connectors: ['vinSolutionsEvents', 'fortellis'] });
let api: TestApi;
beforeAll(async () => {
  const { url, token } = service.sandbox.cst;
  api = await apiOf(service, { sandbox: { url, token } });
});
afterAll(() => api?.close());
beforeEach(() => service.sandbox.reset());

interface View {
  accounts: { id: string; effectiveStatus: string; dmsProvider: object | null; salesforceParentId: string | null }[];
  eventSubscriptions: { dealerId: number; account: string | null; status: string }[];
  appSubscriptions: { orgId: string; account: string | null; status: string; deactivationDate: string }[];
  runs: { results: object[] }[];
  faults: { cst: { errors: number; failingDealerIds: string[] }; smtp: { next: unknown[] } };
}

async function change(method: 'PATCH' | 'PUT' | 'POST', path: string, body?: object, key = api.keys.olivia) {
  const headers = withKey(key);
  const answer = await api.app.inject({ method, url: `/v1/sandbox${path}`, headers, ...(body && { payload: body }) });
  return { status: answer.statusCode, body: answer.json() };
}
const view = async () => (await api.get<View>('reader', '/v1/sandbox')).body;
const accountOf = ({ accounts }: View, id: string) => accounts.find((one) => one.id === id);

describe('in production', () => {
  const operations = [
    'GET /v1/sandbox',
    'GET /v1/sandbox/mail',
    'PUT /v1/sandbox/faults',
    'PATCH /v1/sandbox/accounts/P-400',
    'PATCH /v1/sandbox/vinsolutions/555702',
    'PATCH /v1/sandbox/fortellis/x',
    'POST /v1/sandbox/reset',
  ] as const;

  it('none of the routes is there, and no session says that there is a sandbox', async () => {
    for (const operation of operations) {
      const [method, url] = operation.split(' ') as ['GET', string];
      const headers = withKey(production.keys.admin);
      const answer = await production.app.inject({ method, url, headers, payload: {} });
      expect([operation, answer.statusCode]).toEqual([operation, 404]);
    }
    const { paths } = (await production.app.inject('/openapi.json')).json();
    expect(Object.keys(paths).filter((path) => path.includes('sandbox'))).toEqual([]);
    expect((await production.get('admin', '/v1/session')).body).toMatchObject({ sandbox: false });
  });

  it('where there are stand-ins, all are there and the session says so', async () => {
    const { paths } = (await api.app.inject('/openapi.json')).json();
    expect(Object.keys(paths).filter((path) => path.includes('sandbox'))).toHaveLength(operations.length);
    expect((await api.get('reader', '/v1/session')).body).toMatchObject({ sandbox: true });
  });
});

it('shows what each external system knows, with the dealer that it is about', async () => {
  const seen = await view();
  expect(accountOf(seen, 'P-400')).toMatchObject({ effectiveStatus: 'Active', salesforceParentId: null });
  expect(accountOf(seen, 'D-1402')?.dmsProvider).toEqual({ provider: 'cdk', providerId: '3PA0000402' });
  expect(accountOf(seen, 'D-1001')?.salesforceParentId).toBe('001SBX0000P100');
  expect(seen.eventSubscriptions).toContainEqual(expect.objectContaining({ dealerId: 555702, account: 'D-1702' }));
  expect(seen.appSubscriptions).toContainEqual(expect.objectContaining({ account: 'D-1404', status: 'active' }));
  expect(seen.faults.cst.errors).toBe(0);
});

it('changes an account’s status, DMS provider and Salesforce parent, each alone', async () => {
  const changed = await change('PATCH', '/accounts/D-1001', { effectiveStatus: 'Active' });
  expect([changed.status, accountOf(changed.body, 'D-1001')]).toEqual([
    200,
    expect.objectContaining({ effectiveStatus: 'Active', salesforceParentId: '001SBX0000P100' }),
  ]);
  const none = await change('PATCH', '/accounts/D-1402', { dmsProvider: null });
  expect(accountOf(none.body, 'D-1402')).toMatchObject({ dmsProvider: null, effectiveStatus: 'Cancelled' });
  const provider = { provider: 'cdk', providerId: '3PA0000402' };
  const back = await change('PATCH', '/accounts/D-1402', { dmsProvider: provider });
  expect(accountOf(back.body, 'D-1402')?.dmsProvider).toEqual(provider);
  await change('PATCH', '/accounts/D-1001', { salesforceParentId: null });
  expect(accountOf(await view(), 'D-1001')?.salesforceParentId).toBeNull();
});

it('ends and resumes subscriptions at VinSolutions and Fortellis', async () => {
  const ended = await change('PATCH', '/vinsolutions/555702', { status: 'inactive' });
  expect(ended.body.eventSubscriptions).toContainEqual(
    expect.objectContaining({ dealerId: 555702, status: 'inactive' }),
  );
  const { orgId } = (await view()).appSubscriptions[0]!;
  const there = { status: 'inactive', deactivationDate: '2026-11-26' };
  expect((await change('PATCH', `/fortellis/${orgId}`, there)).body.appSubscriptions).toContainEqual(
    expect.objectContaining({ orgId, ...there }),
  );
});

it('a fault that is switched on makes the system fail, and reset ends it', async () => {
  const on = await change('PUT', '/faults', { cst: { errors: 2 }, smtp: { next: ['550'] } });
  expect([on.status, on.body.faults.cst.errors, on.body.faults.smtp.next]).toEqual([200, 2, ['550']]);
  const { url, token } = service.sandbox.cst;
  expect((await fetch(`${url}/accounts/D-1001`, { headers: withKey(token) })).status).toBe(500);
  expect((await view()).faults.cst.errors).toBe(1);

  await change('PATCH', '/accounts/P-400', { effectiveStatus: 'Cancelled' });
  const reset = await change('POST', '/reset');
  expect([reset.body.faults.cst.errors, accountOf(reset.body, 'P-400')?.effectiveStatus]).toEqual([0, 'Active']);
});

it('lists the mail that arrived, the newest first, in pages, and finds a part of it', async () => {
  await change('PUT', '/faults', { smtp: { next: [] } });
  const dealer = dealerOf(service, 'D-1201');
  await dealer.cancel(['crm/elead']);
  type Mails = { mails: { id: number; to: string; subject: string; text: string }[]; nextCursor: string | null };
  const list = async (query = '') => (await api.get<Mails>('reader', `/v1/sandbox/mail${query}`)).body;
  const arrived = await eventually(async () => {
    const { mails } = await list('?search=ELEAD.mdssupport');
    return mails.length > 0 && mails;
  });
  expect(arrived[0]).toMatchObject({
    to: 'elead.mdssupport@cdk.com',
    text: expect.stringContaining('Silver Lake Buick'),
  });
  expect((await list('?search=request%20to%20cancel')).mails).toHaveLength(1);
  expect((await list('?search=no-such-words')).mails).toEqual([]);

  const kept = service.sandbox.smtp.messages;
  for (const number of [1, 2, 3]) kept.push({ ...kept[0]!, id: kept.at(-1)!.id + 1, subject: `Further ${number}` });
  const first = await list('?limit=2');
  expect(first.mails.map(({ subject }) => subject)).toEqual(['Further 3', 'Further 2']);
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  expect([second.mails.map(({ subject }) => subject)[0], second.nextCursor]).toEqual(['Further 1', null]);
});

it('a dealer that waits because of an unknown status proceeds once its status is set here', async () => {
  const dealer = dealerOf(service, 'D-1603');
  const { ended } = await dealer.cancel(['dms/reynolds']);
  const task = await dealer.task('gate-status');
  await change('PATCH', '/accounts/D-1603', { effectiveStatus: 'Cancelled' });
  const claimed = await api.post<{ detail: string }>('olivia', `/v1/tasks/${task.id}/claim`);
  expect(claimed.body.detail).toContain('the Effective Status of D-1603 is Cancelled now');
  await ended();
});

it.each([
  ['PATCH', '/accounts/D-9999', { effectiveStatus: 'Active' }, 404],
  ['PATCH', '/vinsolutions/1', { status: 'active' }, 404],
  ['PATCH', '/fortellis/no-such', { status: 'active' }, 404],
  ['PATCH', '/accounts/P-400', { effectiveStatus: 7 }, 400],
  ['PATCH', '/vinsolutions/555702', { status: 'paused' }, 400],
  ['PUT', '/faults', { cst: { errors: -1 } }, 400],
  ['PUT', '/faults', { cst: { unknown: true } }, 400],
] as const)('%s %s with %j is answered with %i', async (method, path, body, status) => {
  expect((await change(method, path, body)).status).toBe(status);
});

it('everybody who may read sees it; only who does tasks, or an administrator, changes it', async () => {
  const send = senderOf(api);
  expect((await send('GET /v1/sandbox', { app: api.app })).status).toBe(401);
  expect((await change('POST', '/reset', undefined, api.keys.reader)).status).toBe(403);
  expect((await change('POST', '/reset', undefined, api.keys.offboarding)).status).toBe(403);
  expect((await change('POST', '/reset', undefined, api.keys.admin)).status).toBe(200);
  const begun = await send('POST /v1/session', { app: api.app, body: { key: api.keys.olivia } });
  const cookie = String(begun.headers['set-cookie']).split(';')[0]!;
  const forged = await api.app.inject({ method: 'POST', url: '/v1/sandbox/reset', headers: { cookie } });
  expect([forged.statusCode, forged.json().detail]).toEqual([403, expect.stringContaining(consoleHeader)]);
});

it('the control port itself takes nobody without its token', async () => {
  for (const path of ['', '/mail']) {
    expect((await fetch(`${service.sandbox.cst.url}/sandbox${path}`)).status).toBe(401);
  }
});

it('says that the stand-ins do not answer', async () => {
  const lonely = await apiOf(service, { sandbox: { url: 'http://127.0.0.1:9', token: 'x' } });
  const answer = await lonely.get<{ detail: string }>('reader', '/v1/sandbox');
  expect([answer.status, answer.body.detail]).toEqual([
    503,
    expect.stringContaining('stand-ins for the external systems'),
  ]);
  await lonely.close();
});

it('VinSolutions stops sending a dealer’s events when a run of the manual process has removed it', async () => {
  const { url, token } = service.sandbox.cst;
  const process = `${url}/manual-processes/Remove%20from%20Vin%20Event%20Stream`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const etag = (await fetch(process, { headers })).headers.get('etag')!;
  const body = JSON.stringify({ parametersText: 'DealerIds: 555201,555202\n' });
  await fetch(`${process}/parameters`, { method: 'PUT', headers: { ...headers, 'if-match': etag }, body });
  const statusOf = async (id: number) =>
    (await view()).eventSubscriptions.find(({ dealerId }) => dealerId === id)?.status;
  service.sandbox.faults.cst.failingDealerIds = ['555202'];
  expect(await statusOf(555201)).toBe('active');
  await fetch(`${process}/runs`, { method: 'POST', headers: { authorization: headers.authorization } });
  await eventually(async () => (await statusOf(555201)) === 'inactive');
  expect(await statusOf(555202)).toBe('active');
});
