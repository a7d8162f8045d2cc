import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import * as schema from './schema.ts';

export type Db = NodePgDatabase<typeof schema>;

export interface Database {
  db: Db;
  pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens a pool of connections to PostgreSQL; no connection is made until it is used.
 * @param url a `postgres://` URL
 * @param options.statementTimeoutMs after which PostgreSQL gives a statement up, in milliseconds
 */
export function openDatabase(
  url: string,
  { max = 10, statementTimeoutMs }: { max?: number; statementTimeoutMs?: number } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeoutMs,
    application_name: 'dealerops',
  });
  // An idle connection that breaks must not end the process: the next query opens another.
  pool.on('error', () => {});
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() };
}

/** A statement that each request needs: it is built and planned once per database, and not at each call. */
export function preparedOnce<Statement>(prepare: (db: Db) => Statement): (db: Db) => Statement {
  const prepared = new WeakMap<Db, Statement>();
  return (db) => {
    const known = prepared.get(db) ?? prepare(db);
    prepared.set(db, known);
    return known;
  };
}

/** Brings the tables up to date; safe to run from several processes at once. */
export async function migrateDatabase(database: Database): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    await client.query("select pg_advisory_lock(hashtext('dealerops.migrations'))");
    await migrate(drizzle(client, { schema }), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    });
  } finally {
    await client.query("select pg_advisory_unlock(hashtext('dealerops.migrations'))");
    await client.query('reset statement_timeout');
    client.release();
  }
}
