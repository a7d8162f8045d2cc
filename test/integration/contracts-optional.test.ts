import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Fortellis } from '../../activities/connectors/fortellis.ts';
import { VinSolutionsEvents } from '../../activities/connectors/vinSolutionsEvents.ts';
import fortellisContract from '../../sandbox/fortellis/fortellis.openapi.json' with { type: 'json' };
import { startSandbox } from '../../sandbox/index.ts';
import type { EventSubscription } from '../../sandbox/shared/state.ts';
import vinSolutionsContract from '../../sandbox/vinsolutions/vinSolutionsEvents.openapi.json' with { type: 'json' };
import { checkOpenApi, startContractProxy } from '../support/contract.ts';

type Proxy = Awaited<ReturnType<typeof startContractProxy>>;

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let toVinSolutions: Proxy;
let toFortellis: Proxy;
beforeAll(async () => {
  sandbox = await startSandbox({});
  toVinSolutions = await startContractProxy(vinSolutionsContract, new URL(sandbox.vinSolutions.url).origin);
  toFortellis = await startContractProxy(fortellisContract, sandbox.fortellis.subscriptionsUrl);
});
afterAll(async () => {
  await Promise.all([toVinSolutions?.close(), toFortellis?.close()]);
  await sandbox?.close();
});
beforeEach(() => sandbox.reset());
const problemsSeen = () => [...toVinSolutions.problems.splice(0), ...toFortellis.problems.splice(0)];
afterEach(() => {
  expect(problemsSeen()).toEqual([]);
});

describe.each([
  ["VinSolutions' event service", vinSolutionsContract, () => new URL(sandbox.vinSolutions.url).origin],
  ['Fortellis', fortellisContract, () => sandbox.fortellis.subscriptionsUrl],
])('the contract of %s', (_name, contract, url) => {
  it('is valid OpenAPI 3.1 and is what the sandbox serves', async () => {
    expect(contract.openapi).toBe('3.1.0');
    await checkOpenApi(contract);
    expect(await (await fetch(`${url()}/openapi.json`)).json()).toEqual(contract);
  });
});

const failures: [status: number, name: string, retryable: boolean][] = [
  [403, 'Forbidden', false],
  [404, 'NotFound', false],
  [409, 'Conflict', true],
  [429, 'RateLimited', true],
  [500, 'Unavailable', true],
];

describe("the client of VinSolutions' event service", () => {
  const client = (more: { clientSecret?: string; apiKey?: string } = {}) => {
    const { url, clientId, clientSecret, apiKey } = sandbox.vinSolutions;
    const base = `${toVinSolutions.url}${new URL(url).pathname}`;
    const tokenUrl = `${toVinSolutions.url}/connect/token`;
    return new VinSolutionsEvents({ url: base, tokenUrl, clientId, clientSecret, apiKey, ...more });
  };
  const entry = (dealerId: number): EventSubscription =>
    sandbox.state.eventSubscriptions.find((one) => one.dealerId === dealerId)!;
  const events = ['CustomerUpdated', 'LeadCreated', 'LeadUpdated'];

  it("deactivates one dealer's subscription with its list of events and leaves the others", async () => {
    expect(await client().subscription('555203')).toEqual({ status: 'active', since: '2030-01-10T00:00:00Z', events });
    await client().setStatus('555203', 'inactive', events);
    expect(await client().subscription('555203')).toMatchObject({ status: 'inactive', events });
    expect(await client().subscription('555204')).toMatchObject({ status: 'active' });
    expect(await client().subscription('999999')).toBeNull();
  });

  it('caches its token and renews it once when it is rejected', async () => {
    toVinSolutions.exchanges.length = 0;
    const one = client();
    await one.subscription('555203');
    await one.subscription('555203');
    sandbox.vinSolutions.expireTokens();
    await one.setStatus('555203', 'active', events);
    const calls = toVinSolutions.exchanges.map(({ url, answer }) => `${url.split(/[/?]/).at(-1)} ${answer.status}`);
    expect(calls).toEqual(['token 200', 'limit=100 200', 'limit=100 200', '555203 401', 'token 200', '555203 200']);
    sandbox.faults.vinSolutions.next = [
      { on: 'subscriptions', status: 401 },
      { on: 'subscriptions', status: 401 },
    ];
    await expect(one.subscription('555203')).rejects.toMatchObject({
      type: 'VinSolutionsEventsUnauthorized',
      nonRetryable: true,
    });
  });

  it('requests one token for many concurrent calls', async () => {
    toVinSolutions.exchanges.length = 0;
    const one = client();
    await Promise.all(['555203', '555204', '555205'].map((dealerId) => one.subscription(dealerId)));
    expect(toVinSolutions.exchanges.filter(({ url }) => url.includes('token'))).toHaveLength(1);
  });

  it.each([...failures, [596, 'NotInPlan', false] as const])(
    'maps the HTTP status to a named failure: %i',
    async (status, name, retryable) => {
      for (const call of [
        () => client().subscription('555203'),
        () => client().setStatus('555203', 'active', events),
      ]) {
        sandbox.faults.vinSolutions.next = [
          { on: 'subscriptions', status },
          { on: 'updateSubscription', status },
        ];
        await expect(call()).rejects.toMatchObject({ type: `VinSolutionsEvents${name}`, nonRetryable: !retryable });
      }
    },
  );

  it('reports a wrong secret or key without showing it', async () => {
    const wrongSecret = await client({ clientSecret: 'not-it' }).subscription('555203').catch(String);
    expect(wrongSecret).toBe("ApplicationFailure: VinSolutions' event service refuses POST /connect/token: HTTP 400");
    await expect(client({ apiKey: 'not-it' }).subscription('555203')).rejects.toMatchObject({
      type: 'VinSolutionsEventsForbidden',
      message: expect.not.stringContaining('not-it'),
    });
    await expect(client().setStatus('999999', 'inactive', events)).rejects.toMatchObject({
      type: 'VinSolutionsEventsNotFound',
    });
  });

  it('a lost answer is retryable, whether the call was carried out or not', async () => {
    sandbox.faults.vinSolutions.next = [{ on: 'updateSubscription', lost: true }];
    await expect(client().setStatus('555204', 'inactive', events)).rejects.toMatchObject({
      type: 'VinSolutionsEventsUnavailable',
      nonRetryable: false,
    });
    expect(entry(555204).status).toBe('inactive');
  });

  it('an answer that takes more than 10 seconds times out', { timeout: 30_000 }, async () => {
    sandbox.faults.vinSolutions.next = [{ on: 'subscriptions', slowMs: 12_000 }];
    // What Node can collect meanwhile must not be the deadline.
    setFlagsFromString('--expose-gc');
    const collecting = setInterval(runInNewContext('gc'), 1_000);
    await expect(client().subscription('555203')).rejects.toMatchObject({
      type: 'VinSolutionsEventsTimedOut',
      nonRetryable: false,
    });
    clearInterval(collecting);
  });

  it('rejects an answer that does not fit the contract', async () => {
    const right = { ...entry(555205) };
    const invalid = async (change: object) => {
      Object.assign(entry(555205), change);
      await expect(client().subscription('555205')).rejects.toMatchObject({
        type: 'VinSolutionsEventsInvalidResponse',
        message: expect.stringContaining(Object.keys(change)[0]!),
      });
      Object.assign(entry(555205), right);
      problemsSeen();
    };
    await invalid({ status: 'suspended' });
    await invalid({ status: undefined });
    await invalid({ subscriptions: null });
    await invalid({ subscriptions: ['with a blank'] });
    sandbox.state.eventSubscriptions.push({ ...right });
    await expect(client().subscription('555205')).rejects.toMatchObject({
      message: expect.stringContaining('2 subscriptions'),
    });
    sandbox.state.eventSubscriptions.pop();
    sandbox.faults.vinSolutions.next = [{ on: 'subscriptions', invalidResponse: true }];
    await expect(client().subscription('555205')).rejects.toMatchObject({ type: 'VinSolutionsEventsInvalidResponse' });
    expect(problemsSeen()).toEqual(['subscriptions: the answer has the content type text/html']);
  });

  it('a dealer missing from a full page is not treated as having no subscription', async () => {
    const { eventSubscriptions } = sandbox.state;
    const before = [...eventSubscriptions];
    const incomplete = { type: 'VinSolutionsEventsIncomplete', nonRetryable: true };
    while (eventSubscriptions.length < 100)
      eventSubscriptions.push({ ...before[0]!, dealerId: 700_000 + eventSubscriptions.length });
    await expect(client().subscription('999999')).rejects.toMatchObject(incomplete);
    eventSubscriptions.splice(0, 100, { ...before[0]!, dealerId: null as never });
    await expect(client().subscription('999999')).rejects.toMatchObject(incomplete);
    eventSubscriptions.splice(0, 1, ...before);
    expect(problemsSeen()).toEqual(["subscriptions: the answer's body/0/dealerId must be integer"]);
  });

  it.each(['0555203', '12345678901234567', '5e5'])(
    'a Dealer ID that is not an exact number is not sent: %s',
    async (id) => {
      toVinSolutions.exchanges.length = 0;
      for (const call of [client().subscription(id), client().setStatus(id, 'inactive', events)])
        await expect(call).rejects.toMatchObject({ type: 'VinSolutionsEventsBadDealerId', nonRetryable: true });
      expect(toVinSolutions.exchanges).toEqual([]);
    },
  );
});

describe('the client of Fortellis', () => {
  const orgId = '00000000-0000-4000-8000-000000001404';
  const client = (apiSecret = sandbox.fortellis.apiSecret) =>
    new Fortellis({
      subscriptionsUrl: toFortellis.url,
      tokenUrl: `${toFortellis.url}${new URL(sandbox.fortellis.tokenUrl).pathname}`,
      apiKey: sandbox.fortellis.apiKey,
      apiSecret,
    });
  const entry = () => sandbox.state.appSubscriptions[0]!;

  it('reads the subscriptions of one organization', async () => {
    const read = { status: 'active', deactivationDate: null, environment: 'production' };
    expect(await client().subscriptionsOf(orgId)).toEqual([{ subscriptionId: entry().subscriptionId, ...read }]);
    expect(toFortellis.exchanges.at(-1)!.url).toBe(`/v1/solution/subscriptions?orgId=${orgId}`);
    expect(await client().subscriptionsOf('00000000-0000-4000-8000-00000000ffff')).toEqual([]);
  });

  it('finds an organization whose ID is not a UUID in the full list', async () => {
    sandbox.state.appSubscriptions.push({
      ...entry(),
      orgId: 'Org-7',
      status: 'Inactive',
      deactivationDate: '2030-01-10',
    });
    expect(await client().subscriptionsOf('org-7')).toMatchObject([
      { status: 'inactive', deactivationDate: '2030-01-10' },
    ]);
    expect(toFortellis.exchanges.at(-1)!.url).toBe('/v1/solution/subscriptions');
    sandbox.state.appSubscriptions.pop();
  });

  it('missing, empty or wrongly typed fields are unknown', async () => {
    const right = { ...entry() };
    Object.assign(entry(), { status: undefined, deactivationDate: 20300110, environment: ' ' });
    expect(await client().subscriptionsOf(orgId)).toEqual([
      { subscriptionId: right.subscriptionId, status: null, deactivationDate: null, environment: null },
    ]);
    Object.assign(entry(), right);
    expect(problemsSeen()).toHaveLength(2);
  });

  it('a list that may be incomplete, or that has an entry without an organization, is rejected', async () => {
    const incomplete = { type: 'FortellisIncomplete', nonRetryable: false };
    for (const more of [
      { fields: { nextPage: 'p2' } },
      { fields: { _links: { next: { href: '/v1/solution/subscriptions?page=2' } } } },
      { headers: { link: '</v1/solution/subscriptions?page=2>; rel="next"' } },
    ]) {
      sandbox.faults.fortellis.next = [{ on: 'subscriptions', more }];
      await expect(client().subscriptionsOf(orgId)).rejects.toMatchObject(incomplete);
    }
    expect(problemsSeen()).toEqual(
      Array(2).fill("subscriptions: the answer's body must NOT have additional properties"),
    );
    const right = { ...entry() };
    Object.assign(entry(), { orgId: undefined });
    await expect(client().subscriptionsOf('org-7')).rejects.toMatchObject(incomplete);
    Object.assign(entry(), right);
    problemsSeen();
  });

  it.each([...failures])('maps the HTTP status to a named failure: %i', async (status, name, retryable) => {
    sandbox.faults.fortellis.next = [{ on: 'subscriptions', status }];
    await expect(client().subscriptionsOf(orgId)).rejects.toMatchObject({
      type: `Fortellis${name}`,
      nonRetryable: !retryable,
    });
  });

  it('renews its token once, and reports a wrong secret', async () => {
    const one = client();
    await one.subscriptionsOf(orgId);
    sandbox.fortellis.expireTokens();
    expect(await one.subscriptionsOf(orgId)).toHaveLength(1);
    await expect(client('wrong').subscriptionsOf(orgId)).rejects.toMatchObject({
      type: 'FortellisUnauthorized',
      nonRetryable: true,
    });
  });

  it('invalid and lost answers are retryable', async () => {
    sandbox.faults.fortellis.next = [{ on: 'subscriptions', invalidResponse: true }];
    await expect(client().subscriptionsOf(orgId)).rejects.toMatchObject({ type: 'FortellisInvalidResponse' });
    expect(problemsSeen()).toEqual(['subscriptions: the answer has the content type text/html']);
    sandbox.faults.fortellis.next = [{ on: 'subscriptions', lost: true }];
    await expect(client().subscriptionsOf(orgId)).rejects.toMatchObject({ type: 'FortellisUnavailable' });
  });
});

it('every answer of both contracts was exercised', () => {
  for (const { contract, seen } of [toVinSolutions, toFortellis])
    expect([...seen].sort()).toEqual(contract.answers().sort());
});
