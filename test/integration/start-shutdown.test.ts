import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admitFirstKeys } from '../../embedded/firstKeys.ts';
import { portAnswers } from '../../embedded/ports.ts';
import { listenToChanges } from '../support/changeStream.ts';
import { type Production, startProduction } from '../support/production.ts';
import { buildTimeout } from '../support/release.ts';

let production: Production;
let apiPort: number;
let healthPort: number;
const key = `dok_${randomBytes(32).toString('base64url')}`;

beforeAll(async () => {
  production = await startProduction();
  apiPort = Number(production.environment.PORT);
  healthPort = Number(production.environment.HEALTH_PORT);
  await admitFirstKeys(production.database.db, {
    offboarding: key,
    olivia: `${key}o`,
    lena: `${key}l`,
    fiona: `${key}f`,
    felix: `${key}x`,
    theo: `${key}t`,
    demo: `${key}d`,
  });
}, buildTimeout);
afterAll(() => production?.close());

/** A connection on which this was sent; open for as long as the server lets it. */
async function connection(port: number, sends = ''): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  await new Promise((resolve) => socket.write(sends, resolve));
  return { socket, received: () => received };
}

/** One that sent nothing, two that sent half a request, and one that is kept alive after an answer. */
async function idleConnections(port: number): Promise<Socket[]> {
  const kept = await connection(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(kept.received).toContain('200 OK');
  const others = [
    await connection(port),
    await connection(port, 'GET /healthz HTTP/1.1\r\nHos'),
    await connection(
      port,
      `POST /v1/cancellations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"acc`,
    ),
  ];
  const all = [kept, ...others].map(({ socket }) => socket);
  for (const socket of all) expect(socket.closed).toBe(false);
  return all;
}

/** Holds what every list of tasks needs, until it is let go. */
async function lockTasks(): Promise<() => Promise<void>> {
  const client = await production.database.pool.connect();
  await client.query('begin');
  await client.query('lock table tasks in access exclusive mode');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

const waitsForTasks = async () => {
  const { rows } = await production.database.db.execute(
    sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows.length;
};
const listTasks = () => fetch(`http://127.0.0.1:${apiPort}/v1/tasks`, { headers: { authorization: `Bearer ${key}` } });

test('the API answers requests in progress and stops, even with open connections and a stream of changes', async () => {
  const api = production.run('api');
  await api.prints('The API listens');
  await idleConnections(apiPort);
  const stream = await listenToChanges(`http://127.0.0.1:${apiPort}`, { authorization: `Bearer ${key}` });
  await stream.first();
  const release = await lockTasks();
  const asked = listTasks();
  await expect.poll(waitsForTasks).toBe(1);

  api.process.kill('SIGTERM');
  await expect.poll(() => portAnswers(apiPort)).toBe(false);
  await stream.ended;
  expect(api.process.exitCode).toBe(null);
  await release();
  // 503 where this machine is so busy that PostgreSQL has canceled the statement: in any case an answer.
  expect([200, 503]).toContain((await asked).status);
  expect(await api.ended).toBe(0);
});

test('a second signal stops the API at once', async () => {
  const api = production.run('api');
  await api.prints('The API listens');
  const release = await lockTasks();
  const asked = listTasks().catch((error) => error);
  await expect.poll(waitsForTasks).toBe(1);

  api.process.kill('SIGTERM');
  await api.prints('Shutting down');
  // Signals within a second are one request: npm forwards the Ctrl-C that the terminal sends to all.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  api.process.kill('SIGTERM');
  expect(await api.ended).toBe(1);
  expect(await asked).toBeInstanceOf(Error);
  await release();
});

test('the worker drains and stops, even with open connections to its health port', async () => {
  const worker = production.run('worker');
  await worker.prints('The worker runs');
  await idleConnections(healthPort);
  worker.process.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  expect(worker.printed()).toMatch(/state: 'DRAINED'/);
});

test('a worker that cannot start says why in one line and exits', async () => {
  const worker = production.run('worker', { TEMPORAL_NAMESPACE: 'nowhere' });
  expect(await worker.ended).toBe(1);
  expect(worker.printed().trim()).toBe(
    `There is no namespace nowhere in Temporal: create it, or set TEMPORAL_NAMESPACE to the one that there is`,
  );
});

test.each([
  ['start:api', 'The API listens', () => apiPort],
  ['start:worker', 'The worker runs', () => healthPort],
])('SIGTERM to npm run %s shuts the program down in order', async (script, started, port) => {
  const program = production.npm(script);
  await program.prints(started);
  expect(await portAnswers(port())).toBe(true);
  program.process.kill('SIGTERM');
  await program.ended;
  expect(program.printed()).toContain('Shutting down');
  expect(await portAnswers(port())).toBe(false);
});
