import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiOptions, App } from '../../api/server/app.ts';
import { createKey } from '../../db/queries/keys.ts';
import { sessions } from '../../db/schema/shared.ts';
import { freshConsole } from '../../embedded/console.ts';
import { apiOf } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import type { TaskList, View } from '../support/views.ts';

/** Temporal's real Web UI, through the API. */

const { service, api } = await serviceForFile();
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
/** What is read here of an event. */
interface Attributes {
  identity: string;
  signalName: string;
  acceptedRequest: { meta: object };
}

let web: Awaited<ReturnType<typeof apiOf>>;
let cookie: string;

async function sessionOf(key: string, app: App = api.app): Promise<string> {
  const { headers } = await app.inject({ method: 'POST', url: '/v1/session', payload: { key } });
  return String(headers['set-cookie']).split(';')[0]!;
}

const get = (url: string, headers: Record<string, string> = {}, app = web.app) =>
  app.inject({ method: 'GET', url, headers: { cookie, ...headers } });

beforeAll(async () => {
  web = await apiOf(service, { console: await freshConsole(() => {}) });
  cookie = await sessionOf(web.keys.reader);
});
afterAll(() => web.close());

describe('who may see it', () => {
  it('a browser without a session gets the console at the same address, which asks for the sign-in', async () => {
    const address = '/temporal/namespaces/default/workflows/cancellation%2Fcrm%2Felead%2FD-1201?x=//example.com';
    const console = await web.app.inject({ url: '/', headers: browser });
    for (const headers of [browser, { ...browser, cookie: '__Host-dealerops_session=ended' }]) {
      const answer = await web.app.inject({ url: address, headers });
      expect([answer.statusCode, answer.headers.location]).toEqual([401, undefined]);
      expect(answer.body).toBe(console.body);
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
  });

  it('data and files are refused without a session', async () => {
    for (const url of ['/temporal', '/temporal/api/v1/settings', '/temporal/_app/version.json']) {
      const answer = await web.app.inject({ url, headers: { accept: '*/*' } });
      expect([url, answer.statusCode, answer.json().type]).toEqual([url, 401, '/problems/unauthenticated']);
    }
  });

  it('a session without the scope read gets a page that says so, and data are refused', async () => {
    const { key } = await createKey(service.db, { name: 'reports', scopes: ['data:report'], requestsPerMinute: 100 });
    const own = { cookie: await sessionOf(key) };
    const page = await get('/temporal', { ...browser, ...own });
    expect([page.statusCode, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(page.body).toContain('This needs an API key with the scope read; yours has data:report.');
    const data = await get('/temporal/api/v1/settings', own);
    expect([data.statusCode, data.json().type]).toEqual([403, '/problems/forbidden']);
  });

  it('the sign-in page of the Web UI itself leads back to where the person was, on this site only', async () => {
    const back = async (returnUrl: string) =>
      (await get(`/temporal/login?returnUrl=${encodeURIComponent(returnUrl)}`, browser)).headers.location;
    const page = '/temporal/namespaces/default/workflows?query=a';
    expect(await back(`http://localhost:8080${page}`)).toBe(page);
    expect(await back(`https://example.com${page}`)).toBe(page);
    for (const other of [
      'https://example.com/',
      '//example.com',
      '/v1/tasks',
      '/temporal/login',
      'javascript:1',
      'http://[',
    ])
      expect([other, await back(other)]).toEqual([other, '/temporal']);
  });
});

it('a page that is left open does not keep the session going; what a person opens in it does', async () => {
  const token = await sessionOf(web.keys.finn);
  const usedBefore = async () => {
    const [row] = await service.db.select().from(sessions).where(eq(sessions.owner, 'finn'));
    return Date.now() - row!.lastUsedAt.getTime();
  };
  await service.db
    .update(sessions)
    .set({ lastUsedAt: sql`now() - interval '20 minutes'` })
    .where(eq(sessions.owner, 'finn'));
  const news = `/temporal/api/v1/namespaces/${service.namespace}/workflow-count?query=GROUP+BY+ExecutionStatus`;
  expect((await get(news, { cookie: token })).statusCode).toBe(200);
  expect(await usedBefore()).toBeGreaterThan(19 * 60_000);
  const decode = {
    method: 'POST',
    url: '/codec/decode',
    headers: { cookie: token },
    payload: { payloads: [] },
  } as const;
  expect((await web.app.inject(decode)).statusCode).toBe(200);
  expect(await usedBefore()).toBeLessThan(19 * 60_000);
});

describe('what it shows', () => {
  it('its page at /temporal and at every deep link, with its own policy', async () => {
    for (const url of [
      '/temporal',
      '/temporal/',
      '/temporal/namespaces/default/workflows/cancellation%2FD-1/x/timeline',
    ]) {
      const page = await get(url, browser);
      expect([url, page.statusCode, page.headers['content-type']]).toEqual([url, 200, 'text/html']);
      expect(page.body).toContain('base: "/temporal"');
      expect(page.headers['set-cookie']).toBeUndefined();
      const policy = String(page.headers['content-security-policy']);
      expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/=]+'(?:;| 'sha256)/);
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(policy).not.toMatch(/https?:/);
    }
    const console = await web.app.inject({ url: '/', headers: browser });
    expect(console.headers['content-security-policy']).not.toContain('sha256');
  });

  it('its files, which a browser may keep', async () => {
    const { body } = await get('/temporal', browser);
    const files = [...body.matchAll(/"(\/temporal\/_app\/immutable\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(5);
    const file = await get(files[0]!, { 'accept-encoding': 'gzip' });
    expect(file.statusCode).toBe(200);
    expect(file.headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': expect.stringContaining('javascript'),
    });
    // A page consists of some 200 files: they are not among the requests that a key may make in a minute.
    expect(file.headers.ratelimit).toBeUndefined();
    expect((await get('/temporal/api/v1/settings')).headers.ratelimit).toBeDefined();
  });

  it('payloads decoded by the API of the same site, without any setup', async () => {
    const settings = (await get('/temporal/api/v1/settings')).json();
    expect(settings.Codec).toMatchObject({ Endpoint: '/codec', IncludeCredentials: true, PassAccessToken: false });
    expect(settings).toMatchObject({ DefaultNamespace: service.namespace, DisableNewsFetch: true });
    expect(settings.Version).toMatch(/^\d+\.\d+/);

    await web.start({ account: 'D-1003' });
    const open = await eventually(async () => {
      const { body } = await web.get<{ cancellations: View[] }>('reader', '/v1/cancellations?account=D-1003');
      const waiting = body.cancellations[0]?.integrations.find(({ state }) => state === 'waiting');
      expect(waiting).toBeDefined();
      return waiting!;
    });
    expect(open.webUi).toMatch(
      new RegExp(
        `^/temporal/namespaces/${service.namespace}/workflows/cancellation%2Fcrm%2Fdealersocket%2FD-1003/[\\w-]+/timeline$`,
      ),
    );
    const [, workflow] = /^\/temporal\/(.*)\/[\w-]+\/timeline$/.exec(open.webUi)!;
    const asked = await web.app.inject({
      method: 'POST',
      url: `/temporal/api/v1/${workflow}/query/__temporal_workflow_metadata?`,
      headers: { cookie, 'content-type': 'text/plain;charset=UTF-8', 'caller-type': 'operator' },
      payload: JSON.stringify({
        execution: { workflowId: 'cancellation/crm/dealersocket/D-1003' },
        query: { queryType: '__temporal_workflow_metadata' },
      }),
    });
    expect([asked.statusCode, asked.body]).toEqual([200, expect.stringContaining('queryResult')]);
    expect(asked.body).not.toContain('D-1003');
    const decoded = await web.app.inject({
      method: 'POST',
      url: `${settings.Codec.Endpoint}/decode?preserveStorageRefs=true`,
      headers: { cookie, 'x-namespace': service.namespace },
      payload: asked.json().queryResult,
    });
    const [{ data }] = decoded.json().payloads;
    expect(Buffer.from(data, 'base64').toString()).toContain('D-1003');
  });

  it('a checklist as a text in a frame of its page, and never as a page of its own', async () => {
    const url = `/temporal/render?content=${encodeURIComponent('# Part 1 <script>1</script>')}&theme=light`;
    const text = await get(url, { ...browser, 'sec-fetch-dest': 'iframe' });
    expect(text.body).toContain('Part 1 ');
    expect(text.body).not.toContain('_app');
    expect(text.headers['content-security-policy']).toMatch(/default-src 'none';.*sandbox (?!.*allow-scripts)/);
    for (const link of [url, url.replace('/render', '/temporal/render')]) {
      const alone = await get(link, { ...browser, 'sec-fetch-dest': 'document' });
      expect([link, alone.statusCode, alone.body]).toEqual([link, 404, expect.not.stringContaining('Part 1')]);
    }
  });

  it('who has claimed a task, requested a cancellation and withdrawn it, by their IDs', async () => {
    const { body: started } = await web.start({ account: 'D-1001' });
    const open = await eventually(async () => {
      const { body } = await web.get<TaskList>('olivia', '/v1/tasks?account=D-1001');
      return body.tasks[0];
    });
    expect((await web.post('olivia', `/v1/tasks/${open.id}/claim`)).status).toBe(200);
    const withdrawn = await web.post('admin', `/v1/cancellations/${started.id}/withdraw`, { reason: 'customer stays' });
    expect(withdrawn.status).toBe(202);

    const events = async (workflowId: string) => {
      const workflow = `/temporal/api/v1/namespaces/${service.namespace}/workflows/${encodeURIComponent(workflowId)}`;
      return (await get(`${workflow}/history`)).json().history.events as Record<string, Attributes>[];
    };
    const attributes = async (workflowId: string, event: string) =>
      (await events(workflowId)).flatMap((one) => one[`workflowExecution${event}EventAttributes`] ?? []);
    const [claim] = await attributes('cancellation/crm/dealersocket/D-1001', 'UpdateAccepted');
    expect(claim!.acceptedRequest.meta).toEqual({
      identity: 'olivia',
      updateId: expect.stringMatching(/^claimTask\/olivia\/[\da-f]{16}$/),
    });
    const [start] = await attributes('cancellation/D-1001', 'Started');
    expect(start!.identity).toBe('key:offboarding');
    const signals = await attributes('cancellation/D-1001', 'Signaled');
    expect(signals.map(({ signalName, identity }) => [signalName, identity])).toContainEqual(['withdraw', 'key:admin']);
  });
});

describe('what it may not do', () => {
  it('offers no action, and the API lets none through', async () => {
    const settings = (await get('/temporal/api/v1/settings')).json();
    const switches = Object.entries(settings).filter(([name]) => /Disabled$|^DisableWrite/.test(name));
    expect(switches.length).toBeGreaterThan(8);
    const enabled = switches.filter(([, value]) => value !== true).map(([name]) => name);
    expect(enabled).toEqual(['RefreshWorkflowCountsDisabled']);

    await web.start({ account: 'D-1201' });
    const workflow = `/temporal/api/v1/namespaces/${service.namespace}/workflows/cancellation%2FD-1201`;
    const { key } = await createKey(service.db, { name: 'root', scopes: ['admin'], requestsPerMinute: 1_000 });
    const headers = { cookie: await sessionOf(key), 'x-dealerops-console': '1' };
    for (const [method, url] of [
      ['POST', `${workflow}/terminate`],
      ['POST', `${workflow}/cancel`],
      ['POST', `${workflow}/reset`],
      ['POST', `${workflow}/pause`],
      ['POST', `${workflow}/signal/adoptOpen`],
      ['POST', `${workflow}/update/claimTask`],
      ['POST', `${workflow}/query/x%2F..%2Fterminate`],
      ['POST', `${workflow}/query/x/terminate`],
      ['POST', `${workflow}%2Fquery%2Fx/terminate`],
      ['POST', workflow],
      ['POST', `/temporal/api/v1/namespaces/${service.namespace}/batch-operations/x`],
      ['POST', '/temporal/api/v1/namespaces'],
      ['DELETE', `/temporal/api/v1/namespaces/${service.namespace}/schedules/x`],
      ['PUT', workflow],
      ['PATCH', workflow],
      ['OPTIONS', workflow],
    ] as const) {
      const answer = await web.app.inject({ method, url, headers, ...(method === 'POST' && { payload: {} }) });
      expect([method, url, answer.statusCode, answer.headers.allow]).toEqual([method, url, 405, 'GET, HEAD']);
    }
    const { status } = await service.client.workflow.getHandle('cancellation/D-1201').describe();
    expect(status.name).not.toMatch(/CANCELED|TERMINATED/);
  });

  it('shows no other namespace of the cluster', async () => {
    const ours = `/temporal/api/v1/namespaces/${service.namespace}`;
    expect((await get(`${ours}/workflows?pageSize=1`)).statusCode).toBe(200);
    expect((await get('/temporal/api/v1/namespaces/default/workflows')).json()).toMatchObject({
      status: 404,
      detail: `Only the namespace ${service.namespace} is shown here.`,
    });
    for (const url of [
      '/temporal/api/v1/namespaces/temporal-system',
      '/temporal/api/v1/namespaces/temporal%2Dsystem/workflows',
      `${ours}%2F..%2Ftemporal-system/workflows`,
      '/temporal/api/v1/name%73paces/temporal-system/workflows',
      '/temporal//api/v1/namespaces/temporal-system/workflows',
      '/temporal/api%2Fv1/namespaces/temporal-system/workflows',
      '/temporal/API/v1/namespaces/temporal-system/workflows',
      '/temporal/api/v1/nexus/endpoints',
    ])
      expect([url, (await get(url)).statusCode]).toEqual([url, 404]);
    expect((await get('/temporal/api/v1/namespaces/%ZZ/workflows')).statusCode).toBe(400);
    const { namespaces } = (await get('/temporal/api/v1/namespaces?pageSize=100')).json();
    expect(namespaces.map((one: { namespaceInfo: { name: string } }) => one.namespaceInfo.name)).toEqual([
      service.namespace,
    ]);
  });

  it('an address that would become another one on its way is refused', async () => {
    await web.start({ account: 'D-1202' });
    await web.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = web.app.server.address() as AddressInfo;
    // Written to the socket itself: browsers and Node's clients resolve an address before they send it.
    const send = async (method: string, target: string) => {
      const socket = connect(port, '127.0.0.1');
      const head = [`${method} ${target} HTTP/1.1`, 'Host: localhost', `Cookie: ${cookie}`, 'X-Dealerops-Console: 1'];
      socket.write(`${[...head, 'Content-Length: 2', 'Connection: close'].join('\r\n')}\r\n\r\n{}`);
      return (await text(socket)).split('\r\n')[0];
    };
    const workflow = `/temporal/api/v1/namespaces/${service.namespace}/workflows/cancellation%2FD-1202`;
    for (const target of [
      `${workflow}\\terminate#/query/x`,
      `${workflow}\\cancel#/query/x`,
      `${workflow}/query/x#`,
      `${workflow}/query/../terminate`,
      `${workflow}/query/%2e%2e/terminate`,
      `/temporal/api/v1/namespaces/${service.namespace}\\update#/workflows/a/query/x`,
      `/%74emporal/api/v1/namespaces/${service.namespace}/workflows/a/query/x`,
    ])
      expect([target, await send('POST', target)]).toEqual([target, 'HTTP/1.1 400 Bad Request']);
    for (const target of ['/temporal/api/v1/settings#', '/%74emporal/api/v1/settings', '/temporal/./api/v1/settings'])
      expect([target, await send('GET', target)]).toEqual([target, 'HTTP/1.1 400 Bad Request']);
    expect(await send('GET', '/temporal/api/v1/settings')).toBe('HTTP/1.1 200 OK');
    const { status } = await service.client.workflow.getHandle('cancellation/D-1202').describe();
    expect(status.name).not.toMatch(/CANCELED|TERMINATED/);
  });

  it('a query whose body is too large is refused', async () => {
    const answer = await web.app.inject({
      method: 'POST',
      url: `/temporal/api/v1/namespaces/${service.namespace}/workflows/x/query/progress`,
      headers: { cookie, 'content-type': 'text/plain' },
      payload: 'x'.repeat(17 * 1024),
    });
    expect(answer.statusCode).toBe(413);
  });
});

describe('with another Web UI', () => {
  const servers: Server[] = [];
  afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

  async function upstreamOf(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function through(webUi: ApiOptions['webUi'], url: string, headers: Record<string, string> = {}) {
    const other = await apiOf(service, { webUi });
    const answer = await other.app.inject({ url, headers: { cookie, ...headers } });
    await other.close();
    return answer;
  }

  it('it learns nothing of the session or of the API key, and sets no cookies', async () => {
    const received: IncomingHttpHeaders[] = [];
    const upstream = await upstreamOf((request, response) => {
      received.push(request.headers);
      response.setHeader('set-cookie', '__Host-dealerops_session=planted; Path=/; Secure');
      response.setHeader('location', 'https://example.com/');
      response.writeHead(302).end('{}');
    });
    const sent = {
      authorization: `Bearer ${api.keys.reader}`,
      'x-forwarded-for': '192.0.2.7',
      'x-dealerops-console': '1',
    };
    const answer = await through({ upstream }, '/temporal/api/v1/cluster-info', sent);
    expect([answer.headers['set-cookie'], answer.headers.location]).toEqual([undefined, undefined]);
    expect(Object.keys(received[0]!).sort()).toEqual(['connection', 'cookie', 'host', 'x-csrf-token']);
    expect(received[0]!.cookie).toBe('_csrf=dealerops');
  });

  it('its refusals are not taken for the end of the session', async () => {
    for (const status of [401, 403]) {
      const upstream = await upstreamOf((_request, response) => response.writeHead(status).end('{}'));
      const answer = await through({ upstream }, '/temporal/api/v1/cluster-info');
      expect([answer.statusCode, answer.json().type]).toEqual([503, '/problems/unavailable']);
    }
  });

  it('where it does not run, a page says so in plain words, and data are refused with a problem', async () => {
    const upstream = await upstreamOf((request) => request.socket.destroy());
    for (const dead of [upstream, 'http://127.0.0.1:9', 'http://web-ui.invalid']) {
      const page = await through({ upstream: dead }, '/temporal', browser);
      expect([dead, page.statusCode, page.headers['content-type']]).toEqual([dead, 503, 'text/html; charset=utf-8']);
      expect(page.body).toContain('Temporal’s Web UI does not answer.');
      expect(page.headers['retry-after']).toBe('5');
      const data = await through({ upstream: dead }, '/temporal/api/v1/settings');
      expect([data.statusCode, data.json().detail]).toEqual([503, expect.stringContaining('Web UI does not answer')]);
    }
    const odd = await upstreamOf((_request, response) => response.writeHead(200).end('no JSON'));
    expect((await through({ upstream: odd }, '/temporal/api/v1/settings')).statusCode).toBe(503);
  });

  it('a page that waits for the next event of a workflow does not hold the API back when it stops', async () => {
    let arrived = () => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const upstream = await upstreamOf(() => arrived());
    const other = await apiOf(service, { webUi: { upstream } });
    await other.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = other.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/temporal/api/v1/namespaces/${service.namespace}/workflows/x/history?waitNewEvent=true`;
    const waits = fetch(url, { headers: { cookie } }).catch(() => 'ended');
    await asked;
    await other.close();
    expect(await waits).toBe('ended');
  });

  it('one elsewhere is linked to, and /temporal leads there', async () => {
    const elsewhere = 'https://temporal.example.com';
    const answer = await through({ elsewhere }, '/temporal/namespaces/a/workflows?query=b', browser);
    expect([answer.statusCode, answer.headers.location]).toEqual([302, `${elsewhere}/namespaces/a/workflows?query=b`]);
    const encoded = await through({ elsewhere }, '/tempora%6C/a', browser);
    expect([encoded.statusCode, encoded.headers.location]).toEqual([400, undefined]);
    const linked = await apiOf(service, { webUi: { elsewhere } });
    const { body } = await linked.get<{ cancellations: View[] }>('reader', '/v1/cancellations?account=D-1003');
    expect(body.cancellations[0]!.integrations[0]!.webUi).toMatch(/^https:\/\/temporal\.example\.com\/namespaces\//);
    await linked.close();
  });

  it('where there is none, a page says which settings it needs, and nothing links to it', async () => {
    const page = await through(undefined, '/temporal', browser);
    expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('WEB_UI_UPSTREAM')]);
    const without = await apiOf(service, { webUi: undefined });
    const { body } = await without.get<{ cancellations: View[] }>('reader', '/v1/cancellations?account=D-1003');
    expect(body.cancellations[0]!.integrations[0]!.webUi).toBeUndefined();
    await without.close();
  });
});
