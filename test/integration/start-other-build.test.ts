import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import { openDataDir } from '../../embedded/dataDir.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { migrateService } from '../../service/migration.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freePort } from '../support/freePort.ts';
import { runProgram } from '../support/program.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function ownDatabase(): Promise<TestDatabase> {
  const database = await testDatabase();
  closing.push(() => database.close());
  return database;
}
type Pool = TestDatabase['pool'];
/** As a build leaves it whose first migration is another one. */
const replaceBaseline = (pool: Pool, writtenAt: string) =>
  pool.query(`update drizzle.__drizzle_migrations set hash = 'another', created_at = ${Date.parse(writtenAt)}`);
/** As a build leaves it that has one more migration. */
async function addMigration(pool: Pool): Promise<void> {
  await pool.query(`create table of_a_newer_build ()`);
  await pool.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('next', ${Date.parse('2099-01-31T09:30Z')})`,
  );
  await pool.query(`comment on schema drizzle is 'release 9.1.0'`);
}
async function contentOf(pool: Pool): Promise<unknown[]> {
  const { rows: tables } = await pool.query(`select table_name from information_schema.tables order by 1`);
  const { rows: applied } = await pool.query(`select * from drizzle.__drizzle_migrations order by id`);
  return [tables, applied];
}

describe('a migration', () => {
  const instead = 'use an empty database';

  test('notes the release whose tables a new database has, and can be run again', async () => {
    const database = await ownDatabase();
    await database.pool.query('drop schema drizzle cascade; drop schema public cascade; create schema public');
    await migrateDatabase(database.url, { release: '7.8.9' });
    expect(await migrateDatabase(database.url, { release: '8.0.0' })).toBeUndefined();
    const { rows } = await database.pool.query(
      `select obj_description('drizzle'::regnamespace) as noted, count(*)::int from people`,
    );
    expect(rows).toEqual([{ noted: 'release 7.8.9', count: 0 }]);
  });

  test("changes nothing in an older build's tables that it cannot upgrade, and says which build made them", async () => {
    const database = await ownDatabase();
    await replaceBaseline(database.pool, '2020-02-03T04:05Z');
    const before = await contentOf(database.pool);
    await expect(migrateService(database.url, { instead, leaveNewer: true })).rejects.toThrow(
      /^The tables were made by an older build \(migrations of 2020-02-03 04:05 UTC\), and this build \(release \d+\.\d+\.\d+\) cannot use them; nothing was changed\. Start that build, or use an empty database$/,
    );
    expect(await contentOf(database.pool)).toEqual(before);
  });

  test("leaves a newer release's tables as they are, where the older release is to run on them", async () => {
    const database = await ownDatabase();
    await addMigration(database.pool);
    const before = await contentOf(database.pool);
    const made = 'The tables were made by a newer build (release 9.1.0, migrations of 2099-01-31 09:30 UTC)';
    expect(await migrateService(database.url, { instead, leaveNewer: true })).toBe(made);
    await expect(migrateService(database.url, { instead })).rejects.toThrow(`${made}, and this build (release `);
    expect(await contentOf(database.pool)).toEqual(before);
  });
});

describe('npm start', () => {
  /** A data folder in which PostgreSQL has run, and nothing else. */
  async function dataFolder(change: (pool: Pool) => Promise<unknown>): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'dealerops-other-build-'));
    chmodSync(folder, 0o755); // PostgreSQL's account must reach it where root runs the tests
    closing.push(() => rmSync(folder, { recursive: true }));
    const dataDir = openDataDir(folder);
    const postgres = await startPostgres({
      folder: join(folder, 'postgres'),
      port: await freePort(),
      password: dataDir.keys.postgresPassword,
    });
    await migrateDatabase(postgres.url);
    const { pool, close } = openDatabase(postgres.url, { max: 1 });
    await change(pool);
    await close();
    await postgres.stop();
    dataDir.release();
    return folder;
  }

  test.each([
    ['older', (pool: Pool) => replaceBaseline(pool, '2020-02-03T04:05Z'), 'migrations of 2020-02-03 04:05 UTC'],
    ['newer', addMigration, 'release 9.1.0, migrations of 2099-01-31 09:30 UTC'],
  ])(
    'on the data of a build that is %s ends with one line that says what to do, and starts nothing else',
    async (age, change, known) => {
      const folder = await dataFolder(change);
      const settings = readFileSync(join(folder, 'settings.json'), 'utf8');
      const started = runProgram('bin/start.ts', { DEALEROPS_DATA_DIR: folder });
      expect(await started.ended).toBe(1);
      const lines = started.printed().trim().split('\n');
      expect(
        lines.filter(
          (line) => !/^(Starting with the data in|Building the console|\d+ is in use: this time)/.test(line),
        ),
      ).toEqual([
        expect.stringMatching(
          `^The tables were made by an? ${age} build \\(${known}\\), and this build \\(release [\\d.]+\\) cannot use them; nothing was changed\\. Start that build, or move ${folder} away \\(or remove it\\) to start with no data$`,
        ),
      ]);
      expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(settings);
      expect(['temporal', 'sandbox'].filter((name) => existsSync(join(folder, name)))).toEqual([]);
    },
  );

  test("with another build's DATABASE_URL says to set another", async () => {
    const database = await ownDatabase();
    await replaceBaseline(database.pool, '2020-02-03T04:05Z');
    const folder = mkdtempSync(join(tmpdir(), 'dealerops-other-build-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const started = runProgram('bin/start.ts', { DEALEROPS_DATA_DIR: folder, DATABASE_URL: database.url });
    expect(await started.ended).toBe(1);
    expect(started.printed()).toContain(
      'nothing was changed. Start that build, or set DATABASE_URL to an empty database',
    );
  });
});
