import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrateDatabase } from '../../db/client.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'dealerops-migrations-'));
});
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Empties the database and carries out the first migrations only. */
async function migrateTo(count: number): Promise<void> {
  await database.db.execute(sql.raw('drop schema public cascade; drop schema drizzle cascade; create schema public'));
  cpSync(fileURLToPath(new URL('../../db/migrations', import.meta.url)), folder, { recursive: true });
  const file = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  await migrate(database.db, { migrationsFolder: folder });
}

it('keeps the Idempotency-Keys of each caller: of rotated API keys, of batches, quoted and bare', async () => {
  await migrateTo(5);
  await database.db.execute(
    sql.raw(`
    insert into people (id, name, email, role) values ('olivia', 'Olivia', 'olivia@example.com', 'ops');
    insert into api_keys (id, name, person_id, hash, scopes) values
      ('00000000-0000-4000-8000-000000000001', 'offboarding', null, 'a', '{read}'),
      ('00000000-0000-4000-8000-000000000002', 'offboarding', null, 'b', '{read}'),
      ('00000000-0000-4000-8000-000000000003', 'laptop', 'olivia', 'c', '{read}');
    insert into idempotency_keys (api_key_id, key, body_hash, request_id, created_at)
    select ('00000000-0000-4000-8000-00000000000' || api_key)::uuid, key, hash, gen_random_uuid(), now() - make_interval(hours => age)
    from (values
      (1, 'rotated', 'older', 2), (2, 'rotated', 'newer', 1), (3, 'rotated', 'of olivia', 1),
      (1, 'batch', 'batch', 1), (1, 'batch#0#D-1001', 'first', 1), (1, 'batch#999#D_1002', 'last', 1),
      (1, '"quoted"', 'quoted', 1), (1, '"a\\"b"', 'escaped', 1), (1, '"all"', 'all', 1), (1, '"all"#2#D-1', 'third', 1),
      (1, 'own#1#key', 'no batch', 1), (1, '"both"', 'both', 1), (1, 'both', 'both, older', 2), (9, 'gone', 'gone', 1)
    ) as call (api_key, key, hash, age)`),
  );

  await migrateDatabase(database.url);
  const { rows } = await database.db.execute(
    sql`select caller, key, item, body_hash as hash from idempotency_keys order by caller, key collate "C", item`,
  );
  const call = (key: string, item: number, hash: string) => ({ caller: 'key:offboarding', key, item, hash });
  expect(rows).toEqual([
    call('a"b', -1, 'escaped'),
    call('all', -1, 'all'),
    call('all', 2, 'third'),
    call('batch', -1, 'batch'),
    call('batch', 0, 'first'),
    call('batch', 999, 'last'),
    call('both', -1, 'both'),
    call('own#1#key', -1, 'no batch'),
    call('quoted', -1, 'quoted'),
    call('rotated', -1, 'newer'),
    { caller: 'olivia', key: 'rotated', item: -1, hash: 'of olivia' },
  ]);
});
