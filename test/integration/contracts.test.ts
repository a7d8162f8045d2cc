import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Cst } from '../../activities/connectors/cst.ts';
import { Salesforce } from '../../activities/connectors/salesforce.ts';
import cstContract from '../../sandbox/cst/cst.openapi.json' with { type: 'json' };
import { startSandbox } from '../../sandbox/index.ts';
import salesforceContract from '../../sandbox/salesforce/salesforce.openapi.json' with { type: 'json' };
import { checkOpenApi, type Exchange, startContractProxy } from '../support/contract.ts';

type Proxy = Awaited<ReturnType<typeof startContractProxy>>;

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let toCst: Proxy;
let toSalesforce: Proxy;
beforeAll(async () => {
  sandbox = await startSandbox({});
  toCst = await startContractProxy(cstContract, sandbox.cst.url);
  toSalesforce = await startContractProxy(salesforceContract, sandbox.salesforce.url);
});
afterAll(async () => {
  await Promise.all([toCst?.close(), toSalesforce?.close()]);
  await sandbox?.close();
});
beforeEach(() => {
  sandbox.reset();
  sandbox.faults.cst.runMs = 0;
});
afterEach(() => {
  expect([...toCst.problems, ...toSalesforce.problems]).toEqual([]);
});

describe.each([
  ['CST', cstContract, () => sandbox.cst.url],
  ['Salesforce', salesforceContract, () => sandbox.salesforce.url],
])('the contract of %s', (_name, contract, url) => {
  it('is valid OpenAPI 3.1', async () => {
    expect(contract.openapi).toBe('3.1.0');
    await checkOpenApi(contract);
    const [path] = Object.keys(contract.paths);
    const broken = { ...contract, paths: { [path!]: { get: { responses: 'none' } } } };
    await expect(checkOpenApi(broken)).rejects.toThrow();
  });

  it('is what the sandbox serves', async () => {
    const served = await fetch(`${url()}/openapi.json`);
    expect(await served.json()).toEqual(contract);
  });
});

const process = 'Remove from Vin Event Stream';

describe('the client of CST', () => {
  const cst = () => new Cst({ url: toCst.url, token: sandbox.cst.token });

  it('looks up dealers', async () => {
    expect(await cst().dealersNamed('prairie')).toMatchObject({
      dealers: [{ id: 'P-400' }, { id: 'D-1502' }, { id: 'D-1701' }],
      nextCursor: null,
      complete: true,
    });
    const account = await cst().account('D-1001');
    expect(account).toMatchObject({ name: 'Brightwater Honda of Lakeport', parentSalesAccountId: 'P-100' });
  });

  it('removes a DMS provider', async () => {
    expect(await cst().dmsProvider('D-1402')).toEqual({ provider: 'cdk', providerId: '3PA0000402' });
    await cst().removeDmsProvider('D-1402');
    await cst().removeDmsProvider('D-1402');
    expect(await cst().dmsProvider('D-1402')).toBeNull();
  });

  it('runs a manual process', async () => {
    const { parametersText, etag } = await cst().manualProcess(process);
    await cst().saveParameters(process, `${parametersText}# changed\n`, etag);
    await expect(cst().saveParameters(process, parametersText, etag)).rejects.toMatchObject({ type: 'CstConflict' });

    sandbox.faults.cst.runMs = 60_000;
    const { runId } = await cst().run(process, 'key-1');
    expect(await cst().run(process, 'key-1')).toEqual({ runId });
    await expect(cst().run(process, 'key-2')).rejects.toMatchObject({ type: 'CstConflict' });
    expect(await cst().runStatus(process, runId)).toMatchObject({ state: 'running', endedAt: null });
    expect(await cst().runsInProgress(process)).toMatchObject([{ runId }]);

    sandbox.faults.cst.runMs = 0;
    sandbox.state.runs[0]!.endsAt = Date.now();
    expect(await cst().runStatus(process, runId)).toMatchObject({ state: 'succeeded', endedAt: expect.any(String) });
    expect(await cst().runsInProgress(process)).toEqual([]);
  });

  it('reads a run history of several pages', async () => {
    const since = await cst().now(process);
    const runs: { runId: string }[] = [];
    for (let n = 0; n < 45; n += 1) runs.push(await cst().run(process, `page-${n}`));
    const history = await cst().runsSince(process, since.toISOString());
    expect(history.slice(-45).map(({ runId }) => runId)).toEqual(runs.map(({ runId }) => runId));
    expect(toCst.exchanges.filter(({ url }) => url.includes('cursor=')).length).toBeGreaterThan(1);
  });

  it("shortens a run's message and removes NUL and broken characters", async () => {
    const startedAt = new Date(Date.now() + 86_400_000).toISOString();
    const results = ['a\0b', `${'x'.repeat(299)}😀`].map((message) => ({
      ...{ dealerId: '1', state: 'failed' as const, message },
    }));
    sandbox.state.runs.push({ runId: 'odd', name: process, startedAt, endsAt: 0, results });
    const [odd] = await cst().runsSince(process, startedAt);
    expect(odd!.results.map(({ message }) => message)).toEqual(['a b', `${'x'.repeat(299)} `]);
    sandbox.state.runs.pop();
  });

  const calls: Record<string, (cst: Cst, unknown?: 'unknown') => Promise<unknown>> = {
    accountsByName: (cst) => cst.dealersNamed('Brightwater'),
    account: (cst, unknown) => cst.account(unknown ?? 'D-1001'),
    dmsProvider: (cst, unknown) => cst.dmsProvider(unknown ?? 'D-1002'),
    removeDmsProvider: (cst, unknown) => cst.removeDmsProvider(unknown ?? 'D-1002'),
    manualProcess: (cst, unknown) => cst.manualProcess(unknown ?? process),
    saveParameters: (cst, unknown) => cst.saveParameters(unknown ?? process, '', '"none"'),
    run: (cst, unknown) => cst.run(unknown ?? process, 'key-3'),
    runs: (cst, unknown) => cst.runsSince(unknown ?? process, '2030-01-01T00:00:00.000Z'),
    runStatus: (cst, unknown) => cst.runStatus(unknown ?? process, 'unknown'),
  };

  it.each(Object.entries(calls))('reports why CST rejected the call: %s', async (_operation, call) => {
    const stranger = new Cst({ url: toCst.url, token: 'wrong' });
    await expect(call(stranger)).rejects.toMatchObject({ type: 'CstRefused', nonRetryable: true });
    sandbox.faults.cst.errors = 1;
    await expect(call(cst())).rejects.toMatchObject({ type: 'CstUnavailable', nonRetryable: false });
  });

  it('distinguishes an unknown account from an error', async () => {
    const { accountsByName, account, dmsProvider, removeDmsProvider, ...others } = calls;
    expect(await account!(cst(), 'unknown')).toBeNull();
    expect(await dmsProvider!(cst(), 'unknown')).toBeNull();
    await removeDmsProvider!(cst(), 'unknown');
    for (const call of Object.values(others))
      await expect(call(cst(), 'unknown')).rejects.toMatchObject({ type: 'CstRefused', nonRetryable: true });
  });
});

describe('the client of Salesforce', () => {
  const salesforce = (clientSecret = sandbox.salesforce.clientSecret) =>
    new Salesforce({ url: toSalesforce.url, clientId: sandbox.salesforce.clientId, clientSecret });

  it('logs in again when its token has expired', async () => {
    const client = salesforce();
    expect(await client.account('D-1001')).toMatchObject({ parentId: '001SBX0000P100', city: 'Lakeport' });
    sandbox.salesforce.expireTokens();
    expect(await client.account('D-1003')).toMatchObject({ parentId: null });
    expect(await client.account('unknown')).toBeNull();
    expect(toSalesforce.exchanges.map(({ url, answer }) => `${url.split('/').at(-1)} ${answer.status}`)).toEqual([
      'token 200',
      'D-1001 200',
      'D-1003 401',
      'token 200',
      'D-1003 200',
      'unknown 404',
    ]);
  });

  it('reports what must be corrected in Salesforce', async () => {
    sandbox.salesforce.twice.add('D-1003');
    await expect(salesforce().account('D-1003')).rejects.toMatchObject({
      type: 'SalesforceRefused',
      nonRetryable: true,
      message: 'Salesforce: several accounts have CST_Account__c = D-1003: leave it on one of them',
    });
    const { url } = toSalesforce;
    const { clientId, clientSecret } = sandbox.salesforce;
    const wrongField = new Salesforce({ url, clientId, clientSecret, externalIdField: 'Nowhere__c' });
    await expect(wrongField.account('D-1001')).rejects.toMatchObject({
      type: 'SalesforceRefused',
      message: expect.stringContaining('Check SALESFORCE_ACCOUNT_FIELD (Nowhere__c)'),
    });
    sandbox.salesforce.withoutParentId.add('D-1001');
    expect((await salesforce().account('D-1001'))?.parentId).toBeUndefined();
  });

  it('reports a wrong secret', async () => {
    await expect(salesforce('wrong').account('D-1001')).rejects.toMatchObject({ type: 'SalesforceRefused' });
  });
});

describe('deviations from the contract are noticed', () => {
  const problems = () => toCst.problems.splice(0);
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${toCst.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${sandbox.cst.token}`, ...init.headers },
    });

  it('in requests, which CST rejects as described', async () => {
    const parameters = `/manual-processes/${encodeURIComponent(process)}/parameters`;
    const runs = `/manual-processes/${encodeURIComponent(process)}/runs`;
    const json = { 'content-type': 'application/json' };
    const wrong: [status: number, problem: string, path: string, init?: RequestInit][] = [
      [400, 'accountsByName: the query parameter namePrefix is missing', '/accounts'],
      [400, 'accountsByName: the query parameter limit must be integer', '/accounts?namePrefix=a&limit=many'],
      [400, 'runs: the query parameter limit must be <= 100', `${runs}?limit=101`],
      [400, 'runs: the query parameter since must match format "date-time"', `${runs}?since=yesterday`],
      [400, 'runs: the query parameter dealerId is not described', `${runs}?dealerId=1`],
      [
        428,
        'saveParameters: the header parameter If-Match is missing',
        parameters,
        { method: 'PUT', body: '{"parametersText":""}', headers: json },
      ],
      [
        400,
        "saveParameters: the request's body must have required property 'parametersText'",
        parameters,
        { method: 'PUT', body: '{}', headers: { ...json, 'if-match': '"none"' } },
      ],
    ];
    for (const [status, problem, path, init] of wrong)
      expect([(await send(path, init)).status, problems()]).toEqual([status, [problem]]);

    await send('/accounts/D-1001', { headers: { authorization: '' } });
    expect(problems()).toEqual(['account: the request has no Bearer token']);
    await send('/elsewhere');
    expect(problems()).toEqual(['GET /elsewhere is not described']);
  });

  it('in answers', async () => {
    sandbox.faults.cst.invalidResponse = 1;
    const cst = new Cst({ url: toCst.url, token: sandbox.cst.token });
    await expect(cst.account('D-1001')).rejects.toMatchObject({ type: 'CstInvalidResponse' });
    expect(problems()).toEqual(['account: the answer has the content type text/html']);

    const right = (operation: string) =>
      structuredClone(toCst.exchanges.find((exchange) => toCst.contract.check(exchange).answer === operation)!);
    const inBody = (change: object) => (exchange: Exchange) => {
      exchange.answer.body = JSON.stringify({ ...JSON.parse(exchange.answer.body), ...change });
    };
    const wrong: [operation: string, change: (exchange: Exchange) => void, problem: string][] = [
      ['account 200', inBody({ effectiveStatus: null }), "the answer's body/effectiveStatus must be string"],
      ['account 200', inBody({ more: 1 }), "the answer's body must NOT have additional properties"],
      ['account 200', ({ answer }) => (answer.body = '<html>'), "the answer's body is not JSON"],
      ['account 200', ({ answer }) => (answer.body = ''), 'the answer has no body'],
      ['account 200', ({ answer }) => (answer.status = 418), 'the status 418 is not described'],
      ['removeDmsProvider 204', ({ answer }) => (answer.body = '{}'), 'the answer has a body'],
      ['manualProcess 200', ({ answer }) => delete answer.headers.etag, "the answer's header ETag is missing"],
    ];
    for (const [operation, change, problem] of wrong) {
      const exchange = right(operation);
      expect(toCst.contract.check(exchange)).toEqual({ answer: operation, problems: [] });
      change(exchange);
      expect(toCst.contract.check(exchange)).toEqual({
        answer: undefined,
        problems: [`${operation.split(' ')[0]}: ${problem}`],
      });
    }
  });
});

it('every answer of both contracts was exercised', () => {
  for (const { contract, seen } of [toCst, toSalesforce]) expect([...seen].sort()).toEqual(contract.answers().sort());
});
