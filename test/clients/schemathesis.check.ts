import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startService, type TestService } from '../support/service.ts';

/** Schemathesis makes requests from the API's description, right and wrong ones, and holds each answer to it. */

const seed = 12;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
].join(',');
const accounts = ['D-1104', 'D-1003', 'D-1402', 'D-1302', 'D-1201', 'D-1501', 'D-1703'];

let service: TestService;
let api: TestApi;
let url: string;
let folder: string;
let document: string;
/** Statuses of answers, by operation. */
const seen = new Map<string, Set<number>>();
beforeAll(async () => {
  service = await startService();
  api = await apiOf(service, { logger: !!process.env.API_LOG, trustProxy: ['127.0.0.1'] });
  api.app.addHook('onResponse', async ({ method, routeOptions }, { statusCode }) => {
    const operation = `${method} ${routeOptions.url}`;
    seen.set(operation, (seen.get(operation) ?? new Set()).add(statusCode));
  });
  // Each request from an address of its own: what is refused is limited per address.
  api.app.server.prependListener('request', ({ headers }: IncomingMessage) => {
    headers['x-forwarded-for'] = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  });
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'dealerops-schemathesis-'));
  document = join(folder, 'openapi.json');
  await writeFile(document, JSON.stringify(await withWhatIsThere((await api.app.inject('/openapi.json')).json())));
});
afterAll(async () => {
  await api?.close();
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Parameter {
  name: string;
  schema: object;
}
interface Description {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  components: { schemas: Record<string, { properties: { account?: object } }> };
}

/** The description, with the accounts and IDs that are there as likely values: at random nobody finds them. */
async function withWhatIsThere(description: Description): Promise<Description> {
  for (const account of accounts.slice(0, 3)) expect((await api.start({ account })).status).toBe(202);
  const ids = async (list: 'tasks' | 'cancellations') =>
    (await api.get<Record<string, { id: string }[]>>('reader', `/v1/${list}`)).body[list]!.map(({ id }) => id);
  const tasks = await eventually(async () => {
    const found = await ids('tasks');
    return found.length >= 2 && found;
  });
  // A stream does not end.
  delete description.paths['/v1/changes'];
  const known: Record<string, string[]> = { tasks, cancellations: await ids('cancellations') };
  for (const [path, operations] of Object.entries(description.paths)) {
    const list = known[path.split('/')[2] ?? ''];
    for (const { parameters = [] } of Object.values(operations)) {
      for (const parameter of parameters)
        if (list && parameter.name === 'id') parameter.schema = { anyOf: [{ enum: list }, parameter.schema] };
    }
  }
  for (const name of ['SubscriptionCancelled', 'VendorChange']) {
    const { properties } = description.components.schemas[name]!;
    properties.account = { anyOf: [{ enum: accounts }, properties.account] };
  }
  return description;
}

/** @param more which operations, and for how long */
async function schemathesis(scopes: KeyScope[], personId: string | undefined, more: object): Promise<void> {
  const name = `schemathesis ${scopes.join(' ')}`;
  const { key } = await createKey(service.db, { name, scopes, personId, requestsPerMinute: 1_000_000 });
  const options = {
    url,
    header: `Authorization: Bearer ${key}`,
    checks,
    seed: String(seed),
    workers: '1',
    'request-timeout': '30',
    'suppress-health-check': 'all',
    warnings: 'off',
    ...more,
  };
  const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const child = spawn(join(inject('pythonPrograms'), 'schemathesis'), ['run', document, '--no-color', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ]);
  expect([code, errors], output).toEqual([0, '']);
  // A key that was revoked on the way would be answered with 401 only.
  const { status } = await fetch(`${url}/v1/session`, { headers: { authorization: `Bearer ${key}` } });
  expect(status).not.toBe(401);
}

it('a team lead gets answers as the API description says', async () => {
  await schemathesis(['tasks:write', 'read'], 'lena', { 'max-time': '40' });
});

it('a system that may only start and read gets answers as the API description says', async () => {
  await schemathesis(['cancellations:write', 'read'], undefined, { 'max-time': '25' });
});

it('an administrator gets answers as the API description says', async () => {
  await schemathesis(['admin'], undefined, { 'max-time': '50', 'exclude-operation-id': 'revokeApiKey' });
});

it('revoking keys answers as the API description says', async () => {
  // Without the phase in which it would revoke its own key.
  const phases = { phases: 'coverage,fuzzing', 'max-examples': '20' };
  await schemathesis(['admin'], undefined, { 'include-operation-id': 'revokeApiKey', ...phases });
});

it('schemathesis found existing items, and no request was rate limited', () => {
  expect(seen.get('POST /v1/cancellations')).toContain(202);
  for (const operation of ['GET /v1/tasks/:id', 'GET /v1/cancellations/:id', 'GET /v1/cancellations/:id/report'])
    expect([operation, [...seen.get(operation)!]]).toEqual([operation, expect.arrayContaining([200])]);
  // Claimed, or refused by the task's workflow.
  expect([200, 409].filter((status) => seen.get('POST /v1/tasks/:id/claim')?.has(status))).not.toEqual([]);
  const limited = [...seen].filter(([operation, statuses]) => operation.includes('/v1/tasks') && statuses.has(429));
  expect(limited).toEqual([]);
});
