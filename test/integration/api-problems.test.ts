import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ProblemType, problemTypes } from '../../api/server/problems.ts';
import { createKey } from '../../db/queries/keys.ts';
import { integrationNames } from '../../domain/shared/vendors.ts';
import { cancelled, type Expected, invalid, problemsForFile, type Request, start } from '../support/problems.ts';

const { service, api, send, expectProblem } = await problemsForFile();

describe('starting a cancellation', () => {
  it.each<[string, Request, Expected]>([
    [
      'an unknown account',
      start({ ...cancelled, account: 'D-9999' }),
      {
        status: 422,
        type: 'unknown-account',
        path: '/account',
        says: 'No dealer has the ID D-9999 in CST. Check the ID; a new dealer is entered in CST first.',
      },
    ],
    [
      'an unknown vendor that is named',
      start({ ...cancelled, integrations: ['crm/leadpilot'] }),
      invalid('/integrations/0', `known are ${integrationNames.join(', ')}`),
    ],
    [
      'an unknown vendor that the account has',
      start({ ...cancelled, account: 'D-1801' }),
      { status: 422, type: 'unknown-vendor', says: `Known are ${integrationNames.join(', ')}` },
    ],
    [
      'an integration that the account does not have',
      start({ ...cancelled, integrations: ['crm/dealersocket', 'dms/cdk'] }),
      { status: 422, type: 'no-such-integration', path: '/integrations/1', says: 'crm/dealersocket' },
    ],
    [
      'one that ends by a change of vendor and is not there',
      start({ account: 'D-1003', reason: 'vendor_change', integration: 'crm/elead' }),
      { status: 422, type: 'no-such-integration', path: '/integration' },
    ],
    ['no Idempotency-Key', start(cancelled, {}), invalid('header idempotency-key', 'is missing')],
    ['an empty Idempotency-Key', start(cancelled, { 'idempotency-key': '' }), invalid('header idempotency-key')],
    [
      'a long Idempotency-Key',
      start(cancelled, { 'idempotency-key': 'k'.repeat(201) }),
      invalid('header idempotency-key', '1 to 200'),
    ],
    ['a wrong type', start({ ...cancelled, account: 4711 }), invalid('/account', 'must be a string, not a number')],
    ['a wrong type in a list', start({ ...cancelled, integrations: ['crm/elead', 7] }), invalid('/integrations/1')],
    ['a list that is none', start({ ...cancelled, integrations: 'crm/elead' }), invalid('/integrations', 'array')],
    ['an empty list', start({ ...cancelled, integrations: [] }), invalid('/integrations', '/integrations: is empty')],
    ['a choice that there is not', start({ ...cancelled, whenActive: 'hope' }), invalid('/whenActive', 'block')],
    [
      'a reason that there is not',
      start({ ...cancelled, reason: 'bored' }),
      invalid('/reason', '/reason: must be one of "subscription_canceled", "vendor_change"'),
    ],
    [
      'no reason',
      start({ account: 'D-1003' }),
      invalid('/reason', '/reason: is missing: must be one of "subscription_canceled", "vendor_change"'),
    ],
    [
      'a change of vendor that does not name the integration',
      start({ account: 'D-1003', reason: 'vendor_change' }),
      invalid('/integration', '/integration: is missing: must be one of "crm/dealersocket", '),
    ],
    ['a yes that is a word', start({ ...cancelled, dryRun: 'yes' }), invalid('/dryRun', 'boolean')],
    ['a name that there is not', start({ ...cancelled, 'a/b': 1 }), invalid('/a~1b')],
    ['an account that is an address', start({ ...cancelled, account: '../admin' }), invalid('/account')],
    ['a body that is a list', start([cancelled]), invalid()],
    ['a body that is null', start('null'), invalid()],
    ['a body of half a million levels', start(`${'['.repeat(500_000)}${']'.repeat(500_000)}`), invalid()],
    ['malformed JSON', start('{"account": "D-1003",'), invalid(undefined, 'not valid JSON')],
    ['an empty body', start(''), invalid('/', 'The body is missing: send a JSON object')],
    [
      'a poisoned prototype',
      start('{"__proto__": {"dryRun": true}, "account": "D-1003"}'),
      invalid('/__proto__', 'is a name that is not allowed'),
    ],
    [
      'a poisoned constructor',
      start('{"account": "D-1003", "constructor": {"prototype": {"dryRun": true}}}'),
      invalid('/constructor/prototype', 'is a name that is not allowed'),
    ],
    [
      'a body of more than 1 MiB',
      start({ ...cancelled, integrations: ['x'.repeat(1024 * 1024)] }),
      { status: 413, type: 'too-large', says: '1 MiB' },
    ],
    [
      'a body that is a form',
      start('account=D-1003', {
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': randomUUID(),
      }),
      { status: 415, type: 'unsupported-media-type', says: 'application/json' },
    ],
    [
      'a body that is plain text',
      start('{"account": "D-1003"}', { 'content-type': 'text/plain', 'idempotency-key': randomUUID() }),
      {
        status: 415,
        type: 'unsupported-media-type',
        says: 'Send JSON with the header Content-Type: application/json.',
      },
    ],
    [
      'a body that is XML',
      start('<account/>', { 'content-type': 'application/xml', 'idempotency-key': randomUUID() }),
      { status: 415, type: 'unsupported-media-type' },
    ],
  ])('rejects %s', async (_name, request, expected) => {
    await expectProblem(request, expected);
  });

  it('lists all errors at once, at most 50', async () => {
    const two = await expectProblem(start({ account: 1, reason: 'subscription_canceled', dryRun: 2 }), invalid());
    expect(two.problem.errors.map((one: { path: string }) => one.path).sort()).toEqual(['/account', '/dryRun']);
    const names = Object.fromEntries(Array.from({ length: 5_000 }, (_one, index) => [`name${index}`, index]));
    const many = await expectProblem(start({ ...cancelled, ...names }), invalid());
    expect(many.problem.errors).toHaveLength(50);
    expect(many.text.length).toBeLessThan(10_000);
  });
});

describe('a batch', () => {
  const batch = (body: unknown, headers: Record<string, string> = { 'idempotency-key': randomUUID() }): Request => ({
    ...start(body, headers),
    url: '/v1/cancellations/batch',
  });

  it.each<[string, Request, Expected]>([
    ['of 1,001', batch({ items: Array(1_001).fill(cancelled) }), invalid('/items', '1000')],
    ['of none', batch({ items: [] }), invalid('/items')],
    ['without items', batch({}), invalid('/items', 'is missing')],
    ['of words', batch({ items: ['D-1003'] }), invalid('/items/0')],
    ['without Idempotency-Key', batch({ items: [cancelled] }, {}), invalid('header idempotency-key')],
  ])('%s is rejected as a whole', async (_name, request, expected) => {
    await expectProblem(request, expected);
  });

  it('reports a wrong item with the same problem as the single call', async () => {
    const wrong: Record<string, unknown>[] = [
      {},
      { ...cancelled, account: 1, dryRun: 'yes' },
      { ...cancelled, 'a/b': 1, c: 2 },
      { ...cancelled, integrations: ['crm/leadpilot'] },
      { ...cancelled, account: 'D-9999' },
      { ...cancelled, account: 'D-1801' },
      { account: 'D-1003', reason: 'vendor_change', integration: 'dms/cdk' },
      { ...cancelled, ...Object.fromEntries(Array.from({ length: 500 }, (_one, index) => [`name${index}`, index])) },
    ];
    const { status, text } = await send(batch({ items: wrong }));
    expect(status).toBe(200);
    const { items } = JSON.parse(text) as { items: { index: number; status: number; problem: unknown }[] };
    for (const [index, item] of wrong.entries()) {
      const alone = await send(start(item));
      expect(items[index]).toEqual({ index, status: alone.status, problem: JSON.parse(alone.text) });
    }
  });
});

describe('a body of any route', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it.each(['/v1/cancellations', '/v1/cancellations/batch', '/v1/tasks/{task}/claim', '/v1/api-keys', '/codec/decode'])(
    '%s: a body nested 5,000 levels deep is rejected',
    async (url) => {
      const body = `{"items":[{"a": ${nested(5_000)}}]}`;
      const headers = { 'idempotency-key': randomUUID() };
      await expectProblem(
        { method: 'POST', url, body, headers },
        invalid(undefined, 'is nested deeper than 32 levels'),
      );
    },
  );

  it('nested less deep is validated', async () => {
    const body = `{"items":[{"a": ${nested(28)}}]}`;
    const answer = await send({ ...start(body), url: '/v1/cancellations/batch' });
    expect([answer.status, JSON.parse(answer.text).items[0].status]).toEqual([200, 400]);
  });

  it('may be empty, even with the JSON content type, where no body is needed', async () => {
    for (const action of ['claim', 'release']) {
      const answer = await send({ who: 'olivia', method: 'POST', url: `/v1/tasks/{task}/${action}`, body: '' });
      expect([action, answer.status, answer.text]).toEqual([action, 200, expect.stringContaining('"state"')]);
    }
    const { id } = await createKey(service.db, { name: 'to be revoked', scopes: ['read'] });
    const answer = await send({ method: 'DELETE', url: `/v1/api-keys/${id}`, body: '' });
    expect(answer.status).toBe(204);
  });
});

describe('tasks', () => {
  const task = (action: string, body: unknown): Request => ({
    who: 'olivia',
    method: 'POST',
    url: `/v1/tasks/{task}/${action}`,
    body,
  });

  it.each<[string, Request, Expected]>([
    ['no answers', task('complete', {}), invalid('/answers', 'is missing: it must be an object')],
    ['a date in another format', task('follow-up', { on: '1/2/2026' }), invalid('/on', 'must be a date as YYYY-MM-DD')],
    [
      'an empty comment',
      { ...task(`comments/${randomUUID()}`, { text: ' ' }), method: 'PUT' },
      invalid('/text', 'is empty'),
    ],
    ['an answer of a wrong type', task('complete', { answers: { done: 1 } }), invalid('/answers/done')],
    ['no reason', task('escalate', { reason: ' ' }), invalid('/reason')],
    [
      'a long reason',
      task('escalate', { reason: 'x'.repeat(501) }),
      invalid('/reason', 'must have at most 500 characters'),
    ],
    ['more than a claim has', task('claim', { by: 'oscar' }), invalid('/by')],
    [
      'an answer with the name of an object’s prototype',
      task('complete', '{"answers": {"\\u005f_proto__": "x", "done": true}}'),
      invalid('/answers/__proto__', 'is a name that is not allowed: remove or rename it'),
    ],
    [
      'a reason with a control character',
      task('escalate', { reason: 'no\u0007 login' }),
      invalid('/reason', 'cannot be read (U+0007)'),
    ],
    ['a reason that nobody sees', task('escalate', { reason: '\u200b\u202e\ufeff' }), invalid('/reason')],
    [
      'an answer with a control character',
      task('complete', { answers: { ticketNumber: 'T-1\u001b', done: true } }),
      invalid('/answers/ticketNumber', 'cannot be read (U+001B)'),
    ],
    [
      'nobody',
      task('assign', { to: 'nobody' }),
      { status: 422, type: 'unknown-person', path: '/to', says: 'look up the ID with GET /v1/people' },
    ],
    [
      'a team lead’s decision by another',
      task('return-to-team', { note: 'do it' }),
      { status: 403, type: 'team-leads-only' },
    ],
    [
      'a system as the one who does it',
      { ...task('claim', {}), who: 'admin' },
      { status: 403, type: 'not-a-person', says: 'personId' },
    ],
    [
      'what was not begun',
      task('complete', { answers: { ticketNumber: 'T-1', done: true } }),
      { status: 409, type: 'wrong-state' },
    ],
  ])('reject %s', async (_name, request, expected) => {
    await expectProblem(request, expected);
  });
});

describe('invalid HTTP', () => {
  /** What a connection is answered that sends this. */
  async function answerTo(send: (socket: Socket) => void): Promise<{ head: string; problem: { type: string } }> {
    const socket = connect((api.app.server.address() as AddressInfo).port, '127.0.0.1');
    send(socket);
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    return { head: head!, problem: JSON.parse(body!) };
  }
  beforeAll(async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
  });

  it.each([
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'too-large'],
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'invalid-request'],
    [
      'two lengths',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'invalid-request',
    ],
  ])('%s', async (_name, sent, status, type) => {
    const { head, problem } = await answerTo((socket) => socket.write(sent));
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('Content-Type: application/problem+json');
    expect(problem).toMatchObject({ type: `/problems/${type}`, status });
  });

  it('a body that is cut off', async () => {
    const { head, problem } = await answerTo((socket) =>
      socket.write(
        `POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"key":`,
      ),
    );
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(head).toMatch(/connection: close/i);
    expect(problem).toMatchObject({ type: '/problems/too-slow', status: 408 });
  });

  it('a request that is never finished', async () => {
    const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    // Node looks for them once in 30 seconds: this is what it does then.
    api.app.server.once('connection', (socket) => api.app.server.emit('clientError', late, socket));
    const { head, problem } = await answerTo((socket) => socket.write('GET / HTTP/1.1\r\n'));
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(problem).toMatchObject({ type: '/problems/too-slow', status: 408 });
  });
});

describe('the codec', () => {
  const base64 = (words: string) => Buffer.from(words).toString('base64');
  const decode = (keyId: string, data: string): Request => ({
    method: 'POST',
    url: '/codec/decode',
    body: {
      payloads: [{ metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64(keyId) }, data }],
    },
  });

  it.each<[string, Request, RegExp]>([
    ['a key that is not held', decode('k9', base64('x'.repeat(60))), /the key "k9".*add it/],
    ['a payload that was changed', decode('test-1', base64('x'.repeat(60))), /cannot be decrypted.*was changed/],
    ['a payload that is cut off', decode('test-1', ''), /cannot be decrypted/],
    ['a key ID of a megabyte', decode('k'.repeat(700_000), ''), /^.{1,300}$/],
  ])('explains what is wrong with %s', async (_name, request, says) => {
    await expectProblem(request, { status: 422, type: 'cannot-decode', says });
  });
});

it('every problem type has a page, and unknown types have none', async () => {
  for (const type of Object.keys(problemTypes)) {
    const { statusCode, body } = await api.app.inject({ url: `/problems/${type}`, remoteAddress: '192.0.2.1' });
    expect([type, statusCode, body]).toEqual([type, 200, expect.stringContaining(problemTypes[type as ProblemType])]);
  }
});
