import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionCookie } from '../../api/server/auth.ts';
import { cancellations } from '../../db/schema/cancellations.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { startService, type TestService } from '../support/service.ts';
import type { ProblemBody } from '../support/views.ts';

/** HTTP as its standards have it: bodies, negotiation, caching and challenges. */
let service: TestService;
let api: TestApi;
let consoleFolder: string;
const cancellationId = '3f8f5a52-5b63-4a55-a8de-5a9f0c7f1d11';

beforeAll(async () => {
  consoleFolder = mkdtempSync(join(tmpdir(), 'dealerops-console-'));
  writeFileSync(join(consoleFolder, 'index.html'), '<!doctype html><title>Console</title>');
  const asset = `export const text = '${'a'.repeat(2_000)}';`;
  writeFileSync(join(consoleFolder, 'asset-12345678.js'), asset);
  writeFileSync(join(consoleFolder, 'asset-12345678.js.br'), brotliCompressSync(asset));
  service = await startService({ withoutWorker: true });
  api = await apiOf(service, { console: consoleFolder });
  await service.db.insert(cancellations).values({
    id: cancellationId,
    account: 'D-1302',
    reason: 'subscription_canceled',
    state: 'open',
    requestedBy: 'key:offboarding',
  });
});
afterAll(async () => {
  await api?.close();
  await service?.close();
  rmSync(consoleFolder, { recursive: true, force: true });
});

const sendJson = async (url: string, text: string, key = api.keys.admin) => {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': url + text.length,
  };
  const { statusCode, body } = await api.app.inject({ method: 'POST', url, headers, payload: text });
  return { status: statusCode, problem: body ? JSON.parse(body) : {} };
};

describe('a JSON body', () => {
  it.each([
    ['/v1/api-keys', '{"name": "a", "scopes": ["read"], "name": "b"}', '/name'],
    ['/v1/api-keys', '{"name": "a", "scopes": ["read"], "n\\u0061me": "b"}', '/name'],
    ['/v1/cancellations', '{"account": "D-1", "account": "D-2", "reason": "subscription_canceled"}', '/account'],
    [
      '/v1/cancellations/batch',
      '{"items": [{"account": "D-1"}, {"account": "D-1", "dryRun": true, "dryRun": false}]}',
      '/items/1/dryRun',
    ],
    ['/v1/cancellations/batch', '{"items": [[{"a/b": {"x": 1}, "a/b": 2}]]}', '/items/0/0/a~1b'],
  ])("with a duplicate key is rejected with the key's path: %s %s", async (url, text, path) => {
    expect(await sendJson(url, text)).toMatchObject({
      status: 400,
      problem: {
        type: '/problems/invalid-request',
        errors: [{ path, message: 'is there twice: leave one of them out' }],
      },
    });
  });

  it('may repeat a key in different objects and contain JSON syntax in strings', async () => {
    const text = '{"items": [{"account": "D-1", "note": "{\\"account\\": [,:\\\\"}, {"account": "D-1"}]}';
    const { problem } = await sendJson('/v1/cancellations/batch', text);
    expect(JSON.stringify(problem)).not.toContain('twice');
  });

  it.each([5_000, 500_000])('nested %i levels deep is rejected', async (depth) => {
    const text = `{"items": [{"a": ${'['.repeat(depth)}${']'.repeat(depth)}}]}`;
    const { status, problem } = await sendJson('/v1/cancellations/batch', text);
    expect([status, problem.type]).toEqual([400, '/problems/invalid-request']);
    expect(problem.errors).toEqual([
      { path: expect.stringMatching(/^\/items\/0\/a(\/0)+$/), message: 'is nested deeper than 32 levels' },
    ]);
  });

  it('is not accepted with another content type', async () => {
    const payload = JSON.stringify({ key: api.keys.reader });
    for (const type of ['text/plain', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-type': type };
      const answer = await api.app.inject({ method: 'POST', url: '/v1/session', headers, payload });
      expect([type, answer.statusCode, answer.json().type]).toEqual([type, 415, '/problems/unsupported-media-type']);
    }
  });

  it('is not accepted compressed, or in another encoding than UTF-8', async () => {
    const payload = JSON.stringify({ key: api.keys.reader });
    const send = (headers: Record<string, string>) =>
      api.app.inject({ method: 'POST', url: '/v1/session', headers, payload });
    for (const [name, value] of [
      ['content-encoding', 'br'],
      ['content-type', 'application/json; charset=utf-7'],
      ['content-type', 'application/json;charset="UTF-16LE"'],
    ] as const) {
      const answer = await send({ 'content-type': 'application/json', [name]: value });
      expect([value, answer.statusCode, answer.json().type]).toEqual([value, 415, '/problems/unsupported-media-type']);
      expect(answer.json().detail).toMatch(/^The body is (compressed|not in UTF-8): send it/);
    }
    const accepted = { 'content-type': 'application/json; charset=UTF-8', 'content-encoding': 'identity' };
    expect((await send(accepted)).statusCode).not.toBe(415);
  });

  it('of 1 MiB is checked quickly', async () => {
    const items = Array.from({ length: 12_000 }, (_, index) => ({
      account: `D-${index}`,
      reason: 'subscription_canceled',
      unknown: '"{[',
    }));
    const text = JSON.stringify({ items });
    expect(text.length).toBeGreaterThan(700_000);
    const begun = process.cpuUsage();
    const { status } = await sendJson('/v1/cancellations/batch', text);
    expect(status).toBe(400);
    // Of this process; a quadratic search would take minutes.
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(5_000);
  });
});

it.each([[Array.from({ length: 50_000 }, () => 'read')], [['read', 'read']], [['read', 'admin', 'read']]])(
  'an API key cannot have the same scope twice',
  async (scopes) => {
    const { status, problem } = await sendJson('/v1/api-keys', JSON.stringify({ name: 'many', scopes }));
    expect([status, problem.errors[0].path]).toEqual([400, '/scopes']);
  },
);

describe('content negotiation', () => {
  const media = async (url: string, accept?: string) => {
    const headers = { authorization: `Bearer ${api.keys.reader}`, ...(accept && { accept }) };
    const answer = await api.app.inject({ method: 'GET', url, headers });
    return { type: String(answer.headers['content-type']).split(';')[0], vary: answer.headers.vary };
  };
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  it.each([
    ['text/html', 'text/html'],
    [browser, 'text/html'],
    ['TEXT/HTML', 'text/html'],
    ['text/html;q=0', 'application/json'],
    ['text/html;q=0, */*', 'application/json'],
    ['application/json, text/html;q=0.5', 'application/json'],
    ['text/html-sandboxed', 'application/json'],
    ['*/*', 'application/json'],
    [undefined, 'application/json'],
  ])('the report with Accept: %s is %s', async (accept, type) => {
    const answer = await media(`/v1/cancellations/${cancellationId}/report`, accept);
    expect(answer).toEqual({ type, vary: 'Accept' });
  });

  it.each([
    [browser, 'text/html'],
    ['text/html;q=0', 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['application/json', 'application/problem+json'],
  ])('a console page with Accept: %s is %s', async (accept, type) => {
    const vary = type === 'text/html' ? 'Accept, Accept-Encoding' : 'Accept';
    expect(await media('/tasks/any', accept)).toEqual({ type, vary });
  });
});

describe('caching', () => {
  const cacheControl = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, headers = {}) =>
    (await api.app.inject({ method, url, headers, ...(payload && { payload }) })).headers['cache-control'];

  it('no API answer may be cached, with or without a key', async () => {
    const signedIn = await api.app.inject({ method: 'POST', url: '/v1/session', payload: { key: api.keys.reader } });
    expect([signedIn.statusCode, signedIn.headers['cache-control']]).toEqual([200, 'no-store']);
    const cookie = `${sessionCookie}=${signedIn.cookies.find(({ name }) => name === sessionCookie)!.value}`;
    expect(await cacheControl('GET', '/v1/session', undefined, { cookie })).toBe('no-store');
    expect(await cacheControl('DELETE', '/v1/session')).toBe('no-store');
    expect(await cacheControl('POST', '/v1/session', { key: 'wrong' })).toBe('no-store');
    for (const url of ['/healthz', '/readyz', '/v1/tasks', '/v1/nothing'])
      expect([url, await cacheControl('GET', url)]).toEqual([url, 'no-store']);
  });

  it('console files named by their content may be cached', async () => {
    for (const encoding of ['br', 'gzip', 'identity'])
      expect(await cacheControl('GET', '/asset-12345678.js', undefined, { 'accept-encoding': encoding })).toBe(
        'public, max-age=31536000, immutable',
      );
    expect(await cacheControl('GET', '/', undefined, { accept: 'text/html' })).toBe('no-cache');
  });
});

describe('an ETag', () => {
  const read = (url: string, more: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') =>
    api.app.inject({ method, url, headers: { authorization: `Bearer ${api.keys.admin}`, ...more } });

  it('is answered with 304 and no body while the answer is the same, and with the new one after it changed', async () => {
    const url = '/v1/people';
    const first = await read(url);
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^W\/"[\w-]{43}"$/);
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await read(url, { 'if-none-match': known, 'accept-encoding': 'br' });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
      expect(again.headers).toMatchObject({ 'cache-control': 'no-store', ratelimit: expect.anything() });
      expect(again.headers).not.toHaveProperty('content-type');
    }
    const { status } = await api.call('admin', 'PUT', '/v1/people/etag', {
      body: { name: 'Etta', email: 'etta@example.com', teams: ['ops'] },
    });
    expect(status).toBe(200);
    const changed = await read(url, { 'if-none-match': etag });
    expect([changed.statusCode, changed.headers.etag === etag]).toEqual([200, false]);
    expect(changed.body).toContain('Etta');
  });

  it('is not given to problems, nor taken for what changes something', async () => {
    expect((await read(`/v1/tasks/${cancellationId}`)).headers).not.toHaveProperty('etag');
    const person = await api.call('admin', 'PUT', '/v1/people/etag', {
      body: { name: 'Etta', email: 'etta@example.com', teams: ['ops'] },
      headers: { 'if-none-match': '*' },
    });
    expect([person.status, person.headers.etag]).toEqual([200, undefined]);
  });

  it('does not show to whom the answer is not allowed that it is the same', async () => {
    const etag = String((await read('/v1/people')).headers.etag);
    const { statusCode } = await read('/v1/people', { 'if-none-match': etag, authorization: 'Bearer dok_wrong' });
    expect(statusCode).toBe(401);
  });
});

describe('compression', () => {
  const read = (url: string, encoding: string, headers = {}) =>
    api.app.inject({ method: 'GET', url, headers: { 'accept-encoding': encoding, ...headers } });

  it.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ])('an answer for Accept-Encoding: %s is %s', async (accepted, encoding, decompress) => {
    const plain = await read('/openapi.json', 'identity');
    const answer = await read('/openapi.json', accepted);
    expect(answer.headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
    expect(answer.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
    expect(decompress(answer.rawPayload).toString()).toBe(plain.body);
  });

  it('leaves alone what changes something, where a secret may be, and what is small', async () => {
    const headers = { 'accept-encoding': 'br, gzip' };
    const made = await api.call('admin', 'POST', '/v1/api-keys', {
      body: { name: 'x'.repeat(64), scopes: ['read', 'tasks:write', 'cancellations:write', 'data:report', 'admin'] },
      headers,
    });
    expect([made.status, made.headers['content-encoding']]).toEqual([201, undefined]);
    expect((await read('/healthz', 'br')).headers).not.toHaveProperty('content-encoding');
  });

  it('a console file is sent as the build has compressed it, or as it is', async () => {
    const compressed = await read('/asset-12345678.js', 'gzip, br');
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringContaining('javascript'),
      vary: 'Accept-Encoding',
    });
    const plain = await read('/asset-12345678.js', 'identity');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(brotliDecompressSync(compressed.rawPayload).toString()).toBe(plain.body);
  });
});

it.each(['/..%2fpackage.json', '/assets/..%5c..%5cpackage.json', '/..', '/assets/'])(
  "a path outside the console's folder is not found: %s",
  async (url) => {
    const { statusCode, body } = await api.app.inject({ method: 'GET', url });
    expect([statusCode, JSON.parse(body).type]).toEqual([404, '/problems/not-found']);
  },
);

describe('the challenge of a refusal (RFC 6750)', () => {
  const challenge = async (authorization?: string, url = '/v1/tasks') => {
    const { statusCode, headers } = await api.app.inject({
      method: 'GET',
      url,
      headers: { ...(authorization && { authorization }) },
    });
    return [statusCode, headers['www-authenticate']];
  };

  it('has no error code when no key was sent', async () => {
    expect(await challenge()).toEqual([401, 'Bearer realm="dealerops"']);
    expect(await challenge('Basic b2xpdmlhOng=')).toEqual([401, 'Bearer realm="dealerops"']);
  });

  it.each(['Bearer wrong', 'bearer wrong', 'Bearer two words', `Bearer ${'x'.repeat(300)}`, 'Bearer  '])(
    'says invalid_token for an invalid key: %s',
    async (authorization) => {
      expect(await challenge(authorization)).toEqual([401, 'Bearer realm="dealerops", error="invalid_token"']);
    },
  );

  it('says which scope is missing', async () => {
    expect(await challenge(`Bearer ${api.keys.reader}`, '/v1/api-keys')).toEqual([
      403,
      'Bearer realm="dealerops", error="insufficient_scope", scope="admin"',
    ]);
  });
});

it('lets one address load as many pages and files of the console as its people need, but not guess addresses', async () => {
  const load = (url: string, accept: string) =>
    api.app.inject({ method: 'GET', url, headers: { accept }, remoteAddress: '192.0.2.77' });
  const statuses = new Set<number>();
  for (let times = 0; times < 300; times += 1) {
    statuses.add((await load('/asset-12345678.js', '*/*')).statusCode);
    statuses.add((await load(`/tasks/${times}`, 'text/html')).statusCode);
  }
  expect([...statuses]).toEqual([200]);
  const guesses: number[] = [];
  for (let times = 0; times < 121; times += 1) guesses.push((await load(`/no-such-${times}`, '*/*')).statusCode);
  expect([...new Set(guesses)]).toEqual([404, 429]);
  expect(guesses.indexOf(429)).toBe(120);
});

describe('a process that answers late', () => {
  /** Nothing else happens in the process meanwhile. */
  const block = (ms: number) => {
    for (const until = performance.now() + ms; performance.now() < until; );
  };
  const answerAfter = async (pauses: number[], more: Parameters<typeof apiOf>[1]) => {
    const late = await apiOf(service, more);
    await late.app.ready();
    for (const ms of pauses) {
      block(ms);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const answer = await late.get<ProblemBody>('reader', '/v1/cancellations');
    await late.close();
    return answer;
  };

  it('refuses work and says when to try again', async () => {
    const pauses = Array.from({ length: 70 }, () => 100);
    expect(await answerAfter(pauses, { overloadedAfterMs: 40 })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { type: '/problems/unavailable', detail: 'The service is too busy; try again in a moment.' },
    });
  });

  it('goes on after pauses of a second', async () => {
    expect(await answerAfter([1_200, 1_200, 1_200, 0], { overloadedAfterMs: undefined })).toMatchObject({
      status: 200,
    });
  });
});
