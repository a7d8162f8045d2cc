import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { apiOf, type TestApi } from '../support/api.ts';
import { startService, type TestService } from '../support/service.ts';

const run = promisify(execFile);
const drive = fileURLToPath(new URL('drive.py', import.meta.url));

let service: TestService;
let api: TestApi;
let folder: string;
beforeAll(async () => {
  service = await startService();
  api = await apiOf(service);
  folder = await mkdtemp(join(tmpdir(), 'dealerops-python-client-'));
});
afterAll(async () => {
  await api?.close();
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

it('a generated Python client drives a cancellation to its end', async () => {
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const programs = inject('pythonPrograms');
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}`, PYTHONPATH: folder };
  const document = join(folder, 'openapi.json');
  await writeFile(document, await (await fetch(`${url}/openapi.json`)).text());
  const into = ['--output-path', join(folder, 'dealerops'), '--meta', 'none'];
  // A part of the description that it cannot make a client of is a warning; with this, a failure.
  const generate = ['generate', '--path', document, ...into, '--fail-on-warning'];
  await run(join(programs, 'openapi-python-client'), generate, { env });
  const { stdout } = await run(join(programs, 'python'), [drive, url, api.keys.offboarding, api.keys.olivia], { env });
  expect(stdout).toMatch(/^closed [0-9a-f-]{36}\n$/);
});
