import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { testDatabase } from '../support/database.ts';
import { freePort } from '../support/freePort.ts';
import { testTemporal } from '../support/testTemporal.ts';
import { timeSkipping } from '../support/timeSkipping.ts';

test('a test database has the tables and is dropped when it is closed', async () => {
  const database = await testDatabase();
  const { rows } = await database.db.execute(sql`select count(*)::int as count from cancellations`);
  expect(rows).toEqual([{ count: 0 }]);
  await database.close();

  const other = await testDatabase();
  const name = new URL(database.url).pathname.slice(1);
  const left = await other.db.execute(sql`select from pg_database where datname = ${name}`);
  expect(left.rowCount).toBe(0);
  await other.close();
});

test('a statement is canceled after its time limit, except in migrations', async () => {
  const database = await testDatabase();
  await expect(database.pool.query('select pg_sleep(30)')).rejects.toThrow('statement timeout');

  const other = await database.pool.connect();
  await other.query("select pg_advisory_lock(hashtext('dealerops.migrations'))");
  const migrated = migrateDatabase(database.url).then(() => 'migrated');
  // Longer than a statement of the service may take.
  for (let second = 0; second < 7; second += 1) {
    expect(await Promise.race([migrated, sleep(1_000, 'waits')])).toBe('waits');
    await other.query('select 1');
  }
  await other.query("select pg_advisory_unlock(hashtext('dealerops.migrations'))");
  expect(await migrated).toBe('migrated');

  other.release();
  await database.close();
});

test('an embedded Temporal server that keeps its histories uses a write-ahead log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-temporal-'));
  const program = inject('temporalProgram');
  const temporal = await startTemporal({ program, folder, port: await freePort(), keep: true });
  expect(await readdir(folder)).toContain('temporal.db-wal');
  await temporal.stop();
  await rm(folder, { recursive: true });
});

test('an older program that cannot serve its Web UI below a path runs without one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-temporal-'));
  const real = inject('temporalProgram');
  const program = join(folder, 'older');
  const help = `case "$*" in *--help*) '${real}' "$@" | grep -v ui-public-path ;; *) exec '${real}' "$@" ;; esac`;
  await writeFile(program, `#!/bin/sh\n${help}\n`, { mode: 0o755 });
  const temporal = await startTemporal({
    ...{ program, folder, keep: false },
    port: await freePort(),
    uiPort: await freePort(),
  });
  expect(temporal.webUiUrl).toBeUndefined();
  expect(await Connection.connect({ address: temporal.address }).then((one) => one.close().then(() => 'runs'))).toBe(
    'runs',
  );
  await temporal.stop();
  await rm(folder, { recursive: true });
});

test('a test namespace has our search attributes at once', async () => {
  const temporal = await testTemporal();
  const handle = await temporal.client.workflow.start('notRun', {
    taskQueue: 'nobody',
    workflowId: 'cancellation/D-1001',
    searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, ['x']])),
  });
  const { searchAttributes } = await handle.describe();
  expect(Object.keys(searchAttributes)).toEqual(expect.arrayContaining([...searchAttributeNames]));
  await temporal.close();
});

test("the server's default namespace has our search attributes too", async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining([...searchAttributeNames]));
  await connection.close();
});

test('the time-skipping server skips a day in a moment', async () => {
  const environment = await timeSkipping();
  const before = await environment.currentTimeMs();
  await environment.sleep('1 day');
  expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(86_400_000);
  await environment.teardown();
});

test.runIf(process.getuid?.() === 0)(
  "PostgreSQL starts when the data folder's parent is closed to its account",
  async () => {
    const closed = await mkdtemp(join(tmpdir(), 'dealerops-closed-'));
    const options = { folder: join(closed, 'postgres'), port: await freePort(), password: randomUUID() };
    const first = await startPostgres(options);
    expect(first.folder).toMatch(/^\/var\/lib\/dealerops\/[0-9a-f]{12}$/);
    await first.stop();
    const again = await startPostgres(options);
    expect(again.folder).toBe(first.folder);
    await again.stop();
    await expect(startPostgres({ ...options, password: randomUUID() })).rejects.toThrow(
      `PostgreSQL's data in ${first.folder} has another password than keys.json: restore keys.json, or remove the data`,
    );
    await Promise.all([closed, first.folder].map((folder) => rm(folder, { recursive: true })));
  },
);
