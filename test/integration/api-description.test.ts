import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { Ajv2020 } from 'ajv/dist/2020.js';
import openapiTS from 'openapi-typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { addBusinessDays, localDate } from '../../domain/shared/businessDays.ts';
import { integrationNames } from '../../domain/shared/vendors.ts';
import { encryptionCodec } from '../../worker/codec.ts';
import type { TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { askFeeds } from '../support/feedAnswers.ts';
import { proResponse } from '../support/onboardings.ts';
import { testKeyring } from '../support/service.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

interface Content {
  content?: Record<string, { schema: object }>;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: Content & { required: boolean };
  responses: Record<string, Content & { description: string; headers?: Record<string, { $ref: string }> }>;
}
interface Description {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; headers: object; securitySchemes: Record<string, object> };
}

const { service, api } = await serviceForFile({ dataAfterEndGraceDays: 2, onboarding: proResponse });
let description: Description;
beforeAll(async () => {
  // A machine that is too busy at first is answered 503.
  description = await eventually(async () => {
    const answer = await api.app.inject('/openapi.json');
    return answer.statusCode === 200 && answer.json();
  });
});

const operations = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );

/** What Fastify has registered, read from its printed tree. */
function registered(): string[] {
  const ancestors: string[] = [];
  return api.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent, part, methods] = /^([│├└─ ]*)(\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (indent === undefined) return [];
      const depth = indent.length / 4 - 1;
      ancestors.splice(depth, ancestors.length, part!);
      const path = ancestors.join('').replace(/:(\w+)/g, '{$1}');
      return methods!.split(', ').map((method) => `${method} ${path}`);
    });
}

describe('the OpenAPI description', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(description.openapi).toBe('3.1.0');
    await expect(openapiTS(description as never, { silent: true })).resolves.not.toHaveLength(0);
    const broken = structuredClone(description) as unknown as { paths: Record<string, { get: object }> };
    broken.paths['/healthz']!.get = { responses: 'none' };
    await expect(openapiTS(broken as never, { silent: true })).rejects.toThrow();
  });

  it('lists every route and no other', async () => {
    // Pages for people, and the Web UI, whose routes refuse what does not only read.
    const others = /^(HEAD|OPTIONS) |^GET \/(docs|openapi\.json)|^\w+ \/temporal/;
    const answers = await Promise.all(
      registered().map(async (route, index) => {
        const [method, path] = route.split(' ') as ['GET', string];
        const url = path.replace('{id}', randomUUID()).replace('{type}', 'not-found');
        const remoteAddress = `192.0.2.${index % 250}`;
        return { route, status: (await api.app.inject({ method, url, remoteAddress })).statusCode };
      }),
    );
    const routes = answers.flatMap(({ route, status }) => (status === 405 || others.test(route) ? [] : [route]));
    expect(answers.length).toBeGreaterThan(routes.length * 3);
    expect(routes.length).toBeGreaterThan(25);
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(routes.sort());
  });

  it('has for each operation a summary, its scopes, its inputs and its problems', () => {
    for (const { name, path, operation } of operations()) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z].{5,}/)]);
      expect([name, operation.tags]).toEqual([name, [expect.stringMatching(/\w/)]]);
      const open = /^\/(healthz|readyz|problems\/.*)$/.test(path) || /^(POST|DELETE) \/v1\/session$/.test(name);
      expect([name, [...new Set(operation.security.flatMap((one) => Object.keys(one)))]]).toEqual([
        name,
        open ? [] : Object.keys(description.components.securitySchemes),
      ]);
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g)) {
        expect([name, operation.parameters]).toEqual([
          name,
          expect.arrayContaining([expect.objectContaining({ name: parameter, in: 'path', required: true })]),
        ]);
      }
      const statuses = Object.keys(operation.responses);
      expect([name, statuses]).toEqual([
        name,
        expect.arrayContaining([
          expect.stringMatching(/^2/),
          '400',
          ...(open ? [] : ['401', '403']),
          ...(name.startsWith('GET') ? [] : ['408', '413', '415']),
          '429',
          '500',
          '503',
        ]),
      ]);
      for (const status of statuses.filter((one) => Number(one) >= 400)) {
        const ownBody = name === 'GET /readyz' &&
          status === '503' && {
            'application/json': { schema: { $ref: '#/components/schemas/Readiness' } },
          };
        expect([name, status, operation.responses[status]?.content]).toEqual([
          name,
          status,
          { ...ownBody, 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        ]);
      }
    }
  });

  it('has an operationId for each operation and a name for each body and answer schema', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+[A-Z][A-Za-z]+$/);
    const named = /^#\/components\/schemas\/[A-Z]\w+$/;
    for (const { name, operation } of operations()) {
      const { requestBody, responses } = operation;
      // A body that takes nothing has nothing to name.
      const described = [...(requestBody?.required ? [requestBody] : []), ...Object.values(responses)];
      for (const { content } of described) {
        for (const [type, { schema }] of Object.entries(content ?? {})) {
          const expected = /json$/.test(type) ? { $ref: expect.stringMatching(named) } : { type: 'string' };
          expect([name, type, schema]).toEqual([name, type, expected]);
        }
      }
    }
    const referred = new Set(
      [...JSON.stringify(description).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    );
    expect([...referred].sort()).toEqual(Object.keys(description.components.schemas).sort());
  });

  it('says which bodies are optional and which headers an answer has', () => {
    const bodies = operations().filter(({ operation }) => operation.requestBody?.required === false);
    expect(bodies.map(({ operation }) => operation.operationId)).toEqual(['claimTask', 'releaseTask']);
    const headersOf = (path: string, status: number) =>
      Object.keys(description.paths[path]!.post!.responses[status]!.headers ?? {});
    expect(headersOf('/v1/cancellations', 202)).toEqual(expect.arrayContaining(['Location', 'Idempotency-Replayed']));
    for (const status of [429, 503]) expect(headersOf('/v1/cancellations', status)).toContain('Retry-After');
    expect(headersOf('/v1/cancellations', 401)).toContain('WWW-Authenticate');
  });

  it("describes the report as JSON and HTML, and a batch with its items' results", () => {
    const report = description.paths['/v1/cancellations/{id}/report']!.get!.responses[200]!.content!;
    expect(Object.keys(report)).toEqual(['application/json', 'text/html']);
    const { schemas } = description.components;
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    expect(schemas.CancellationBatch).toMatchObject({ properties: { items: { items: ref('NewCancellation') } } });
    expect(schemas.BatchItem).toMatchObject({
      properties: { started: ref('StartedCancellation'), plan: ref('Plan'), problem: ref('Problem') },
    });
  });
});

it('the description lists the vendors that a request can name', () => {
  const { schemas } = description.components;
  const ref = { $ref: '#/components/schemas/IntegrationName' };
  expect(schemas.IntegrationName).toEqual({ type: 'string', enum: integrationNames });
  expect(schemas.SubscriptionCancelled).toMatchObject({ properties: { integrations: { items: ref } } });
  expect(schemas.VendorChange).toMatchObject({ properties: { integration: ref } });
});

// In this order: the last one looks at what the others have called.
describe('real answers match the description', { shuffle: false }, () => {
  // Formats are checked by their patterns in the bodies, and by Date.parse in the service's own tests.
  const ajv = new Ajv2020({ strictTypes: false, validateFormats: false, allErrors: true });
  const seen = new Set<string>();

  function validatorOf(pointer: string[]) {
    const escaped = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
    const ref = `api#/${escaped.map(encodeURIComponent).join('/')}`;
    const validate = ajv.getSchema(ref);
    if (!validate) throw new Error(`nothing described at ${ref}`);
    return validate;
  }

  function check(pointer: string[], value: unknown) {
    const validate = validatorOf(pointer);
    expect([pointer, value, validate(value) ? [] : validate.errors]).toEqual([pointer, value, []]);
  }

  /** Sends it; question and answer must be as described. */
  async function ask<T = Record<string, string>>(
    who: keyof TestApi['keys'],
    operation: string,
    url: string,
    body?: object,
    expected = 200,
  ): Promise<T> {
    const [method, path] = operation.split(' ') as ['GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string];
    const described = description.paths[path]![method.toLowerCase()]!;
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await api.call<T>(who, method, url, { body, headers });
    expect([operation, answer.status, answer.text]).toEqual([operation, expected, expect.anything()]);
    const at = ['paths', path, method.toLowerCase()];
    if (body && expected < 400) check([...at, 'requestBody', 'content', 'application/json', 'schema'], body);
    const status = String(expected);
    expect([operation, Object.keys(described.responses)]).toEqual([operation, expect.arrayContaining([status])]);
    const media = expected < 400 ? 'application/json' : 'application/problem+json';
    if (String(answer.headers['content-type']).startsWith('text/csv'))
      check([...at, 'responses', status, 'content', 'text/csv', 'schema'], answer.text);
    else if (answer.text === '')
      expect(described.responses[status]?.content?.[media]?.schema ?? { type: 'null' }).toMatchObject({ type: 'null' });
    else check([...at, 'responses', status, 'content', media, 'schema'], answer.body);
    seen.add(`${operation} ${expected}`);
    return answer.body;
  }

  beforeAll(() => {
    ajv.addVocabulary(Object.keys(description));
    ajv.addSchema(description, 'api');
  });

  it('when cancellations are started, listed and read', async () => {
    const body = { account: 'D-1104', reason: 'subscription_canceled' };
    await ask('offboarding', 'POST /v1/cancellations', '/v1/cancellations', { ...body, dryRun: true });
    const { id } = await ask('offboarding', 'POST /v1/cancellations', '/v1/cancellations', body, 202);
    const change = { account: 'D-1703', reason: 'vendor_change', integration: 'crm/dealersocket', whenActive: 'wait' };
    const batch = { items: [change, { ...body, account: 'D-1302', dryRun: true }, { ...body, account: 'D-9999' }] };
    const { items } = await ask<{ items: { status: number }[] }>(
      'offboarding',
      'POST /v1/cancellations/batch',
      '/v1/cancellations/batch',
      batch,
    );
    expect(items.map(({ status }) => status)).toEqual([202, 200, 422]);

    await eventually(async () => {
      const view = await api.get<{ integrations: { steps: { state: string }[] }[]; tasks: unknown[] }>(
        'reader',
        `/v1/cancellations/${id}`,
      );
      return view.body.tasks.length > 0 && view.body.integrations[0]?.steps[0]?.state === 'done';
    });
    const { cancellations } = await ask<{ cancellations: unknown[] }>(
      'reader',
      'GET /v1/cancellations',
      '/v1/cancellations?limit=1',
    );
    expect(cancellations).toHaveLength(1);
    await ask('reader', 'GET /v1/cancellations/{id}', `/v1/cancellations/${id}`);
    await ask('reader', 'GET /v1/cancellations/{id}/report', `/v1/cancellations/${id}/report`);
    const comment = `/v1/cancellations/${id}/comments/${randomUUID()}`;
    const addComment = 'PUT /v1/cancellations/{id}/comments/{commentId}';
    await ask('offboarding', addComment, comment, { text: 'The dealer closes in May.' });
    await ask('olivia', addComment, comment, { text: 'another' }, 409);
    await ask('reader', 'GET /v1/cancellations/{id}/activity', `/v1/cancellations/${id}/activity`);
    await ask('reader', 'GET /v1/cancellations/{id}', `/v1/cancellations/${randomUUID()}`, undefined, 404);
    await ask('reader', 'GET /v1/cancellations', '/v1/cancellations?limit=0', undefined, 400);
    const arrival = { integration: 'crm/elead', dealerId: '555301', kind: 'file', recordKey: 'a.csv' };
    const report = 'POST /v1/cancellations/data-after-end';
    const receivedAt = '2020-01-10T00:00:00Z';
    await ask('admin', report, '/v1/cancellations/data-after-end', { ...arrival, receivedAt }, 202);
    await ask('reader', report, '/v1/cancellations/data-after-end', { ...arrival, receivedAt }, 403);
    await ask('reader', 'POST /v1/cancellations', '/v1/cancellations', body, 403);
    await ask('offboarding', 'POST /v1/cancellations', '/v1/cancellations', { ...body, account: 'D-9999' }, 422);
  });

  it('for every task operation and for withdrawals', async () => {
    const taskOf = (account: string) =>
      eventually(
        async () =>
          (await api.get<{ tasks: { id: string }[] }>('reader', `/v1/tasks?account=${account}`)).body.tasks[0]?.id,
      );
    const [id, other] = [await taskOf('D-1104'), await taskOf('D-1703')];
    const act = (who: 'olivia' | 'lena', task: string, action: string, body: object, expected?: number) =>
      ask(who, `POST /v1/tasks/{id}/${action}`, `/v1/tasks/${task}/${action}`, body, expected);
    await ask('olivia', 'GET /v1/tasks', '/v1/tasks?limit=1');
    await ask('olivia', 'GET /v1/tasks/{id}', `/v1/tasks/${id}`);
    await act('lena', id, 'assign', { to: 'olivia' });
    await act('olivia', id, 'priority', { priority: 'high' });
    const zone = 'America/New_York';
    const next = localDate(addBusinessDays(new Date(), 1, zone), zone);
    await act('olivia', id, 'follow-up', { on: next, note: 'the vendor answers then' });
    await act('olivia', id, 'follow-up', { on: '2020-01-01' }, 422);
    await act('olivia', id, 'follow-up', { on: '2020-02-30' }, 400);
    await ask('olivia', 'GET /v1/tasks', '/v1/tasks?view=later');
    await ask('olivia', 'GET /v1/tasks', '/v1/tasks?view=later&state=open', undefined, 400);
    await act('olivia', id, 'claim', {});
    await act('olivia', id, 'release', {});
    await act('olivia', id, 'claim', {});
    const draft = { answers: { ticketNumber: 'T-1' } };
    await ask('olivia', 'PUT /v1/tasks/{id}/draft', `/v1/tasks/${id}/draft`, draft);
    const comment = `/v1/tasks/${id}/comments/${randomUUID()}`;
    await ask('oscar', 'PUT /v1/tasks/{id}/comments/{commentId}', comment, { text: 'The portal was down.' });
    await ask('olivia', 'PUT /v1/tasks/{id}/comments/{commentId}', comment, { text: 'another' }, 409);
    await ask('olivia', 'GET /v1/tasks/{id}', `/v1/tasks/${id}`);
    await act('olivia', id, 'complete', { answers: {} }, 422);
    await act('olivia', id, 'complete', { answers: { ticketNumber: 'T-1', done: true } });
    await act('olivia', id, 'claim', {}, 409);
    await act('lena', id, 'correct', { answers: { ticketNumber: 'T-2' }, reason: 'wrong ticket' });
    await act('lena', id, 'correct', { answers: { done: 'no' }, reason: 'wrong' }, 422);
    await act('olivia', id, 'correct', { answers: { ticketNumber: 'T-3' }, reason: 'wrong' }, 403);
    await act('olivia', other, 'claim', {});
    await act('olivia', other, 'escalate', { reason: 'no access' });
    await act('lena', other, 'return-to-team', { note: 'try again' });
    await act('lena', other, 'close-not-completed', { reason: 'ended by the vendor' });
    await ask('olivia', 'GET /v1/tasks', '/v1/tasks?state=done&state=not_completed');
    await ask('olivia', 'GET /v1/tasks/{id}', `/v1/tasks/${other}`);

    const closed = () =>
      api.get<{ cancellations: { id: string; state: string }[] }>('reader', '/v1/cancellations?account=D-1104');
    const done = await eventually(async () =>
      (await closed()).body.cancellations.find((one) => one.state === 'closed'),
    );
    await ask('reader', 'GET /v1/cancellations/{id}/report', `/v1/cancellations/${done.id}/report`);
    const at = `/v1/cancellations/${done.id}/withdraw`;
    await ask('offboarding', 'POST /v1/cancellations/{id}/withdraw', at, { reason: 'the customer stays' }, 202);
  });

  it('for administration, sessions, health and the codec', async () => {
    const person = { name: 'Petra Person', email: 'petra@example.com', teams: ['ops'], leadOf: 'ops' };
    await ask('admin', 'PUT /v1/people/{id}', '/v1/people/petra', person);
    await ask('reader', 'GET /v1/people', '/v1/people');
    const account = {
      name: 'Example Motors',
      effectiveStatus: 'Cancelled',
      parentSalesAccountId: null,
      integrations: [{ kind: 'crm', vendor: 'elead', dealerId: '1' }],
    };
    const saved = await ask<object>('admin', 'PUT /v1/accounts/{id}', '/v1/accounts/E-1', account);
    expect(saved).toMatchObject({ id: 'E-1', inUse: false });
    await ask('reader', 'GET /v1/accounts/{id}', '/v1/accounts/E-1');
    await ask('reader', 'GET /v1/accounts', '/v1/accounts?namePrefix=example');
    const wanted = { name: 'new', scopes: ['read'], personId: 'petra', expiresAt: '2999-01-01T00:00:00+02:00' };
    const made = await ask('admin', 'POST /v1/api-keys', '/v1/api-keys', wanted, 201);
    await ask('admin', 'GET /v1/api-keys', '/v1/api-keys');
    await ask('admin', 'DELETE /v1/api-keys/{id}', `/v1/api-keys/${made.id}`, undefined, 204);
    await ask('admin', 'GET /v1/events', '/v1/events');
    await ask('reader', 'GET /v1/schedules', '/v1/schedules');
    await ask('reader', 'GET /v1/overview', '/v1/overview');
    await ask('reader', 'GET /v1/dealers', '/v1/dealers?search=brightwater');
    await ask('reader', 'GET /v1/dealers', '/v1/dealers?limit=0', undefined, 400);
    await ask('reader', 'GET /v1/dealers/{account}', '/v1/dealers/D-1104');
    await ask('reader', 'GET /v1/dealers/{account}', '/v1/dealers/X-404', undefined, 404);
    await ask('reader', 'GET /v1/dealers/{account}/events', '/v1/dealers/D-1104/events');
    await ask('reader', 'GET /v1/search', '/v1/search?q=D-1104');
    await ask('admin', 'POST /v1/session', '/v1/session', { key: api.keys.olivia });
    await ask('admin', 'POST /v1/session', '/v1/session', { key: 'wrong' }, 401);
    await ask('olivia', 'GET /v1/session', '/v1/session');
    const listed = await ask<{ sessions: { id: string }[] }>('olivia', 'GET /v1/sessions', '/v1/sessions');
    const session = `/v1/sessions/${listed.sessions[0]!.id}`;
    await ask('olivia', 'DELETE /v1/sessions/{id}', session, undefined, 204);
    await ask('olivia', 'DELETE /v1/sessions/{id}', session, undefined, 404);
    await ask('olivia', 'DELETE /v1/sessions', '/v1/sessions', undefined, 204);
    await ask('olivia', 'DELETE /v1/session', '/v1/session', undefined, 204);
    await ask('olivia', 'GET /healthz', '/healthz');
    await ask('olivia', 'GET /readyz', '/readyz');
    const [payload] = await encryptionCodec(testKeyring).encode([defaultPayloadConverter.toPayload('word')!]);
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const metadata = Object.fromEntries(
      Object.entries(payload!.metadata!).map(([name, value]) => [name, base64(value)]),
    );
    const encoded = { payloads: [{ metadata, data: base64(payload!.data!) }] };
    const plain = {
      payloads: [{ metadata: { encoding: base64(Buffer.from('json/plain')) }, data: base64(Buffer.from('"word"')) }],
    };
    expect(await ask<object>('reader', 'POST /codec/decode', '/codec/decode', encoded)).toEqual(plain);
  });

  it('for feeds', () => askFeeds(ask, service));

  it('the schemas use JSON Schema keywords only', () => {
    for (const { name, path, operation } of operations()) {
      const at = ['paths', path, name.split(' ')[0]!.toLowerCase()];
      const parameters = (operation.parameters ?? []).map((_one, index) => [...at, 'parameters', String(index)]);
      const body = operation.requestBody ? [[...at, 'requestBody', 'content', 'application/json']] : [];
      for (const pointer of [...parameters, ...body])
        expect(validatorOf([...pointer, 'schema'])).toBeTypeOf('function');
    }
  });

  it('every operation was called by these tests', () => {
    const successes = operations().flatMap(({ name, operation }) =>
      Object.keys(operation.responses)
        .filter((status) => status.startsWith('2') && !['GET /problems/{type}', 'GET /v1/changes'].includes(name))
        .map((status) => `${name} ${status}`),
    );
    expect(successes.filter((one) => !seen.has(one))).toEqual([]);
  });
});

describe('the interactive API page', () => {
  it('runs only its own scripts and has all its files', async () => {
    const page = await api.app.inject('/docs');
    expect(page.statusCode).toBe(200);
    const policy = Object.fromEntries(
      String(page.headers['content-security-policy'])
        .split(';')
        .map((one) => one.trim().split(/ (.*)/s).slice(0, 2)),
    );
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'script-src': "'self'",
      'script-src-attr': "'none'",
      'frame-ancestors': "'self'",
      'object-src': "'none'",
    });
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.body.match(/<script(?! src=)/g)).toBeNull();
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      expect(file).toMatch(/^\/docs\/static\//);
      expect([file, (await api.app.inject(file)).statusCode]).toEqual([file, 200]);
    }
    const shown = await api.app.inject('/docs/json');
    expect(shown.json()).toEqual(description);
  });
});
