import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { apiOf, type TestApi } from '../support/api.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { expectAllReplay } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';
import { type SilentProxy, startSilentProxy } from '../support/silentProxy.ts';
import { manyDealers } from './dealers.ts';
import { playUntilClosed, startSurely } from './people.ts';

/** Connections that are lost without a word, as in a failover: nobody closes them, and nothing arrives on them any more. */
let proxy: SilentProxy;
let postgresUrl: string;
const closing: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  const url = new URL(inject('postgresUrl'));
  proxy = await startSilentProxy({ port: Number(url.port) });
  url.port = String(proxy.port);
  postgresUrl = url.href;
});
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
  await proxy.close();
});

it('when the API and the worker lose PostgreSQL silently, the API answers 503 for seconds, then everything continues', async () => {
  const dealers = manyDealers(12);
  const service: TestService = await startService({ postgresUrl, dealers });
  const api: TestApi = await apiOf(service);
  closing.push(service, api);
  const ids = await Promise.all(dealers.slice(0, 6).map(({ id }) => startSurely(api, id)));
  await Promise.all(Array.from({ length: 20 }, () => api.get('olivia', '/v1/tasks')));
  expect(proxy.passing()).toBeGreaterThan(1);

  proxy.silence();
  const silentSince = Date.now();
  const answers = await Promise.all(Array.from({ length: 5 }, () => api.get('olivia', '/v1/tasks')));
  expect(answers.map(({ status }) => status)).toContain(503);
  let status: number;
  do {
    status = (await api.get('olivia', '/v1/tasks')).status;
    expect([200, 503]).toContain(status);
  } while (status !== 200);
  // Far from the quarter of an hour after which TCP gives up, and far enough from the six seconds for a busy machine.
  expect(Date.now() - silentSince).toBeLessThan(30_000);

  ids.push(...(await Promise.all(dealers.slice(6).map(({ id }) => startSurely(api, id)))));
  for (const { state } of await playUntilClosed(api, service, ids)) expect(state).toBe('closed');
  await expectAllReplay(service);
});

it('a transaction whose connection is lost is rejected, its connection leaves the pool, and its locks are released', async () => {
  const database: TestDatabase = await testDatabase({ postgresUrl });
  closing.push(database);
  await database.db.execute(sql`create table locked as select 1 as id`);

  const lost = database.db.transaction(async (tx) => {
    await tx.execute(sql`select from locked for update`);
    proxy.silence();
    await tx.execute(sql`select 1`);
  });
  await expect(lost).rejects.toThrow();
  expect(database.pool.totalCount).toBe(0);

  const unlocked = async () => {
    await database.db.execute(sql`select from locked for update`);
    return true;
  };
  await expect.poll(() => unlocked().catch(() => false), { timeout: 90_000 }).toBe(true);
});

it('a connection lost before the transaction begins is rejected and leaves the pool', async () => {
  const database: TestDatabase = await testDatabase({ postgresUrl, max: 1 });
  closing.push(database);
  await database.db.execute(sql`select 1`);
  proxy.silence();
  await expect(database.db.transaction(async (tx) => tx.execute(sql`select 1`))).rejects.toThrow();
  expect(database.pool.totalCount).toBe(0);
  await database.db.transaction(async (tx) => tx.execute(sql`select 1`));
});

it('a connection that PostgreSQL closes during a transaction rejects only that transaction', async () => {
  const database: TestDatabase = await testDatabase({ postgresUrl });
  closing.push(database);
  const connectionEnds = new Promise((resolve) =>
    database.pool.once('connect', (client) => client.once('end', resolve)),
  );
  const ended = database.db.transaction(async (tx) => {
    const { rows } = await tx.execute(sql`select pg_backend_pid() as pid`);
    await database.db.execute(sql`select pg_terminate_backend(${rows[0]!.pid}::int)`);
    // While no statement runs on it: nobody but the client itself hears of the end.
    await connectionEnds;
    await tx.execute(sql`select 1`);
  });
  await expect(ended).rejects.toThrow();
  const { rows } = await database.db.execute(sql`select 1 as one`);
  expect(rows).toEqual([{ one: 1 }]);
});
