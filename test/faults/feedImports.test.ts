import { randomUUID } from 'node:crypto';
import { afterEach, expect, inject, it } from 'vitest';
import { openBulkDatabase } from '../../db/bulk.ts';
import { openDatabase } from '../../db/client.ts';
import { recordedFile } from '../../db/queries/feeds/ledger.ts';
import type { FeedScope } from '../../db/queries/feeds/scope.ts';
import { startCommitProxy } from '../support/commitProxy.ts';
import { type FeedTables, feedTables, importTestFile, type TestRow, tableState } from '../support/feedRows.ts';
import { ownPostgres } from '../support/ownServers.ts';
import { startSilentProxy } from '../support/silentProxy.ts';

/** PostgreSQL is lost while a file is imported. */
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

const rows: TestRow[] = Array.from({ length: 400 }, (_, n) => ({ key: String(n), customer: { number: `C${n % 20}` } }));
const inserted = { state: 'imported', counts: { read: 400, inserted: 400 }, contactsCreated: 20 };

async function through(start: (target: { port: number }) => Promise<{ port: number; close(): Promise<void> }>) {
  const proxy = await start({ port: Number(new URL(inject('postgresUrl')).port) });
  const tables: FeedTables = await feedTables({
    through(address) {
      const url = new URL(address);
      url.port = String(proxy.port);
      return url.href;
    },
  });
  closing.push(proxy, tables);
  return tables;
}

async function expectNothing(tables: FeedTables) {
  expect(await tableState(tables)).toEqual({ activities: [], contacts: [] });
  expect((await tables.pool.query('select from feed_files')).rowCount).toBe(0);
}

it('a connection that is lost silently during COPY ends the import within a minute, and the next try imports everything', async () => {
  let silence = () => {};
  const tables = await through(async (target) => {
    const proxy = await startSilentProxy(target);
    silence = proxy.silence;
    return proxy;
  });
  const fileId = randomUUID();
  const begun = Date.now();
  const lost = tables.importFile(rows, {
    fileId,
    beforeBatch: async (index) => {
      if (index === 100) silence();
    },
  });
  await expect(lost).rejects.toThrow('PostgreSQL does not work for this connection any more');
  expect(Date.now() - begun).toBeLessThan(60_000);
  expect(tables.bulk.pool.totalCount).toBe(0);
  await expectNothing(tables);
  // The proxy keeps its connection with PostgreSQL, which therefore knows of nothing: its locks are those of a live client.
  await tables.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'ClientRead' and pid in
    (select pid from pg_locks where locktype = 'advisory')`);
  expect(await tables.importFile(rows, { fileId })).toMatchObject(inserted);
});

it('PostgreSQL that is silent because it works is waited for', async () => {
  const tables = await feedTables();
  closing.push(tables);
  const client = await tables.bulk.pool.connect();
  await client.query('begin');
  await client.query('lock activities in access exclusive mode');
  const imported = tables.importFile(rows);
  // The time is the fault itself: longer than a silent connection is believed.
  await new Promise((resolve) => setTimeout(resolve, 45_000));
  await client.query('rollback');
  client.release();
  expect(await imported).toMatchObject(inserted);
});

it('PostgreSQL that is stopped during COPY: the import fails at once, and the next try imports everything', async () => {
  const server = await ownPostgres();
  closing.push(server);
  const database = openDatabase(server.address);
  const bulk = openBulkDatabase(server.address);
  closing.push(database, bulk);
  const scope: FeedScope = { importId: randomUUID(), account: 'D-1', dms: 'ids', type: 'sold_unit' };
  const fileId = randomUUID();
  const lost = importTestFile(bulk, scope, rows, {
    fileId,
    beforeBatch: async (index) => {
      if (index === 100) await server.stop();
    },
  });
  await expect(lost).rejects.toThrow();
  await server.start();
  expect(await tableState(database)).toEqual({ activities: [], contacts: [] });
  expect(await importTestFile(bulk, scope, rows, { fileId })).toMatchObject(inserted);
});

it.each(['before', 'after'] as const)(
  'a connection that is lost %s the commit: two tries import the file once',
  async (when) => {
    let lose = (_: typeof when) => {};
    const tables = await through(async (target) => {
      const proxy = await startCommitProxy(target);
      lose = proxy.lose;
      return proxy;
    });
    const fileId = randomUUID();
    lose(when);
    await expect(tables.importFile(rows, { fileId })).rejects.toThrow();
    await expect
      .poll(() => recordedFile(tables.db, fileId))
      .toEqual(when === 'before' ? undefined : expect.objectContaining({ state: 'imported' }));
    if (when === 'before') await expectNothing(tables);
    expect(await tables.importFile(rows, { fileId })).toMatchObject(inserted);
    const { activities, contacts } = await tableState(tables);
    expect([activities.length, contacts.length]).toEqual([400, 20]);
    expect((await tables.pool.query('select from feed_files')).rowCount).toBe(1);
  },
);
