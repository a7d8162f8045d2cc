import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';

export interface TestDatabase extends Database {
  url: string;
}

/**
 * A migrated, empty database of its own; `close()` drops it.
 * @param max connections in its pool
 * @param postgresUrl a migrated database that nobody uses; the run's when absent
 */
export async function testDatabase({
  max = 5,
  postgresUrl = inject('postgresUrl'),
}: {
  max?: number;
  postgresUrl?: string;
} = {}): Promise<TestDatabase> {
  const template = new URL(postgresUrl);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(template, `create database ${name} template ${template.pathname.slice(1)}`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, { max });
  return {
    ...database,
    url: url.href,
    async close() {
      await database.close();
      await administer(template, `drop database ${name} with (force)`);
    },
  };
}

async function administer(template: URL, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    // Two copies of one template cannot be made at once.
    await client.query("select pg_advisory_lock(hashtext('test databases'))");
    await client.query(statement);
  } finally {
    await client.end();
  }
}
