import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** Who may withdraw a cancellation, and that no answer shows more than the key may read. */

const { service, api } = await serviceForFile();

interface View {
  state: string;
  withdrawnAt: string | null;
  requests: unknown[];
  integrations: { integration: string; state: string }[];
}

async function caller(name: string, scopes: KeyScope[], personId?: string) {
  const { key } = await createKey(service.db, { name, scopes, personId });
  return async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() };
    const response = await api.app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: response.statusCode, text: response.body, body: response.json() };
  };
}
type Call = Awaited<ReturnType<typeof caller>>;

const start = async (call: Call, account: string, integrations?: string[]): Promise<string> => {
  const { body } = await call('POST', '/v1/cancellations', {
    ...{ account, reason: 'subscription_canceled', integrations },
  });
  return body.address;
};
const withdraw = (call: Call, address: string, integrations?: string[]) =>
  call('POST', `${address}/withdraw`, { reason: 'the customer stays', integrations });
const states = async (address: string) => {
  const { body } = await api.get<View>('reader', address);
  return Object.fromEntries(body.integrations.map(({ integration, state }) => [integration, state]));
};
const withdrawn = async (address: string) => (await api.get<View>('reader', address)).body.withdrawnAt !== null;
const forbidden = { status: 403, body: { type: '/problems/forbidden' } };
const write = 'cancellations:write';

describe('a cancellation of another system', () => {
  it.each<[string, KeyScope[], string | undefined]>([
    ['a system', [write], undefined],
    ['a system that may read it', [write, 'read'], undefined],
    ['a person who may not read it', [write], 'olivia'],
  ])('cannot be withdrawn by %s, and the answer does not reveal it', async (_name, scopes, personId) => {
    const owner = await caller('owner', [write]);
    const address = await start(owner, 'D-1003');
    const other = await caller(`other ${randomUUID()}`, scopes, personId);
    const answer = await withdraw(other, address);
    expect(answer).toMatchObject(forbidden);
    for (const shown of ['D-1003', 'crm/dealersocket', 'key:owner']) expect(answer.text).not.toContain(shown);
    expect(await withdraw(other, address, ['crm/elead'])).toMatchObject(forbidden);
    expect((await other('GET', address)).status).toBe(scopes.includes('read') ? 200 : 403);
    expect(await withdrawn(address)).toBe(false);
  });

  it.each<[string, KeyScope[], string | undefined]>([
    ['a person who may read it', [write, 'read'], 'olivia'],
    ['an administrator’s key', ['admin'], undefined],
  ])('can be withdrawn by %s', async (_name, scopes, personId) => {
    const address = await start(await caller('owner', [write]), 'D-1004', ['crm/dealersocket']);
    const other = await caller(`other ${randomUUID()}`, scopes, personId);
    const answer = await withdraw(other, address);
    expect(answer).toMatchObject({ status: 202, body: { account: 'D-1004' } });
    // Until it is closed, the dealer's next request joins it.
    await eventually(async () => (await api.get<View>('reader', address)).body.state === 'closed');
    expect(await withdrawn(address)).toBe(true);
  });
});

describe("a system's own cancellation", () => {
  it('can be withdrawn, and is shown as far as the key may read', async () => {
    const owner = await caller('owner', [write]);
    const address = await start(owner, 'D-1103');
    const answer = await withdraw(owner, address);
    expect([answer.status, answer.body.account]).toEqual([202, 'D-1103']);
    expect((await owner('GET', address)).status).toBe(200);
    await eventually(() => withdrawn(address));
  });

  it('that others have joined is withdrawn except for what they requested', async () => {
    const [owner, joined] = [await caller('owner', [write]), await caller('joined', [write])];
    const address = await start(owner, 'D-1703', ['crm/dealersocket', 'dms/cdk']);
    expect(await start(joined, 'D-1703', ['dms/cdk'])).toBe(address);
    await eventually(async () => Object.keys(await states(address)).length === 2);

    const message = 'was requested by another system or a person';
    expect(await withdraw(owner, address)).toMatchObject({
      ...forbidden,
      body: { errors: [{ path: '/integrations', message: `dms/cdk ${message}` }] },
    });
    expect(await withdraw(owner, address, ['crm/dealersocket', 'dms/cdk'])).toMatchObject({
      ...forbidden,
      body: { errors: [{ path: '/integrations/1', message }] },
    });
    expect(await withdraw(owner, address, ['crm/dealersocket'])).toMatchObject({ status: 202 });
    await eventually(async () => (await states(address))['crm/dealersocket'] === 'withdrawn');
    expect((await states(address))['dms/cdk']).not.toBe('withdrawn');
  });

  it('is withdrawn without a list in what the system requested, not in what another one requested', async () => {
    const [owner, joined] = [await caller('owner', [write]), await caller('joined', [write])];
    const address = await start(owner, 'D-1002', ['crm/dealersocket']);
    expect(await start(joined, 'D-1002', ['dms/cdk'])).toBe(address);
    await eventually(async () => Object.keys(await states(address)).length === 2);
    expect(await withdraw(owner, address)).toMatchObject({ status: 202 });
    await eventually(async () => (await states(address))['crm/dealersocket'] === 'withdrawn');
    expect((await states(address))['dms/cdk']).not.toBe('withdrawn');
  });
});

it('a key with the scope tasks:write reads the tasks that it may change', async () => {
  await api.start({ account: 'D-1104' });
  const task = await eventually(async () => {
    const { body } = await api.get<{ tasks: { id: string }[] }>('reader', '/v1/tasks?account=D-1104');
    return body.tasks[0];
  });
  const olivia = await caller('tasks only', ['tasks:write'], 'olivia');
  const claimed = await olivia('POST', `/v1/tasks/${task.id}/claim`, {});
  const read = await olivia('GET', `/v1/tasks/${task.id}`);
  expect([claimed.status, read.status]).toEqual([200, 200]);
  expect(read.body).toMatchObject(claimed.body);
  expect((await olivia('GET', '/v1/tasks')).status).toBe(403);
});
