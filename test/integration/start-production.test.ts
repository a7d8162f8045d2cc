import { randomBytes, randomUUID } from 'node:crypto';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admitFirstKeys } from '../../embedded/firstKeys.ts';
import { type Production, startProduction } from '../support/production.ts';

let production: Production;
let environment: Production['environment'];
let database: Production['database'];
let sandbox: Production['sandbox'];
let run: Production['run'];
const apiKey = `dok_${randomBytes(32).toString('base64url')}`;

beforeAll(async () => {
  production = await startProduction();
  ({ environment, database, sandbox, run } = production);
});
afterAll(() => production?.close());

test('migration, API and worker, configured by the environment, complete a cancellation and shut down in order', async () => {
  const migration = run('bin/migrate.ts');
  expect(await migration.ended).toBe(0);
  await admitFirstKeys(database.db, { offboarding: apiKey, olivia: `${apiKey}o`, lena: `${apiKey}l` });
  const api = run('bin/api.ts');
  const worker = run('bin/worker.ts');
  await Promise.all([api.prints('The API listens'), worker.prints('The worker runs')]);
  expect(await run('bin/makeCurrent.ts').ended).toBe(0);
  expect((await fetch(`http://127.0.0.1:${environment.HEALTH_PORT}/healthz`)).status).toBe(200);

  const call = (path: string, init: RequestInit = {}, key = apiKey) =>
    fetch(`http://127.0.0.1:${environment.PORT}${path}`, {
      ...init,
      headers: {
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
  await expect.poll(stateNow, { timeout: 20_000, interval: 200 }).toBe('closed');

  expect((await start('D-1003')).status).toBe(202);
  const tasks = async () => (await call('/v1/tasks?account=D-1003')).json() as Promise<{ tasks: { id: string }[] }>;
  await expect.poll(async () => (await tasks()).tasks.length, { timeout: 20_000, interval: 200 }).toBe(1);
  const task = (await tasks()).tasks[0]!.id;
  const assigned = await call(`/v1/tasks/${task}/assign`, { method: 'POST', body: '{"to": "olivia"}' }, `${apiKey}l`);
  expect(assigned.status).toBe(200);
  const mails = () => sandbox.smtp.messages.filter(({ to }) => to === 'olivia@example.com').map(({ text }) => text);
  await expect
    .poll(mails, { timeout: 20_000, interval: 200 })
    .toContainEqual(expect.stringContaining(`https://dealerops.example.com/tasks/${task}`));

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

test('a port in use and unreachable servers are reported in one line each', async () => {
  const taken = new URL(sandbox.cst.url).port;
  const nowhere = `127.0.0.1:${await getPort()}`;
  const told = async (file: string, more: Record<string, string>) => {
    const program = run(file, more);
    expect(await program.ended).toBe(1);
    return program.printed().trim();
  };
  expect(await told('bin/api.ts', { PORT: taken })).toBe(
    `The port ${taken} of 127.0.0.1 is in use: set PORT to a free one`,
  );
  expect(await told('bin/worker.ts', { HEALTH_PORT: taken })).toBe(
    `The port ${taken} of 127.0.0.1 is in use: set HEALTH_PORT to a free one`,
  );
  expect(await told('bin/worker.ts', { METRICS_PORT: taken })).toBe(
    `The port ${taken} of 127.0.0.1 is in use: set METRICS_PORT to a free one`,
  );
  expect(await told('bin/worker.ts', { TEMPORAL_ADDRESS: nowhere })).toMatch(
    /^Temporal at 127\.0\.0\.1:\d+ cannot be reached \(.+\): check TEMPORAL_ADDRESS and its TLS or API key$/,
  );
  expect(await told('bin/migrate.ts', { DATABASE_URL: `postgres://x:secret-word@${nowhere}/x` })).toMatch(
    /^PostgreSQL cannot be reached \((?!.*secret-word).+\): check DATABASE_URL$/,
  );
});
