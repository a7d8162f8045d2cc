import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createKey, type KeyScope } from '../../db/keys.ts';
import { apiOf, type TestApi } from '../support/api.ts';
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

let service: TestService;
let api: TestApi;
let url: string;
beforeAll(async () => {
  service = await startService();
  api = await apiOf(service, { logger: !!process.env.API_LOG });
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await api?.close();
  await service?.close();
});

/** @param more which operations, and for how long */
async function schemathesis(scopes: KeyScope[], personId: string | undefined, more: string[]): Promise<void> {
  const name = `schemathesis ${scopes.join(' ')}`;
  const { key } = await createKey(service.db, { name, scopes, personId, requestsPerMinute: 1_000_000 });
  const child = spawn(
    `${inject('pythonPrograms')}/schemathesis`,
    [
      ...['run', `${url}/openapi.json`, '--header', `Authorization: Bearer ${key}`],
      ...['--checks', checks, '--seed', String(seed), '--workers', '2', '--warnings', 'off', '--no-color'],
      ...['--request-timeout', '30', ...more],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ]);
  console.log(output);
  expect([code, errors], output).toEqual([0, '']);
  // A key that was revoked on the way would be answered with 401 only.
  const { status } = await fetch(`${url}/v1/session`, { headers: { authorization: `Bearer ${key}` } });
  expect(status).not.toBe(401);
}

it('an administrator is answered as described', async () => {
  await schemathesis(['admin'], 'lena', ['--max-time', '80', '--exclude-operation-id', 'revokeApiKey']);
});

it('keys are revoked as described', async () => {
  // Without the phase in which it would revoke its own key.
  const phases = ['--phases', 'examples,coverage,fuzzing', '--max-examples', '20'];
  await schemathesis(['admin'], undefined, ['--include-operation-id', 'revokeApiKey', ...phases]);
});

it('a system that may only start and read is answered as described', async () => {
  await schemathesis(['cancellations:write', 'read'], undefined, ['--max-time', '30']);
});
