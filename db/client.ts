import type { Socket } from 'node:net';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import * as cancellationTables from './schema/cancellations.ts';
import * as feedOnboardingTables from './schema/feedOnboardings.ts';
import * as feedTables from './schema/feeds.ts';
import * as sharedTables from './schema/shared.ts';

/** Every table, of all processes. */
export const schema = { ...sharedTables, ...cancellationTables, ...feedTables, ...feedOnboardingTables };

export type Db = NodePgDatabase<typeof schema>;

export interface Database {
  db: Db;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A statement of the service takes milliseconds: one that takes longer has met a lock, or a connection that was lost. */
const statementMs = 5_000;
/** After PostgreSQL itself has given the statement up, so that what the client gave up cannot be carried out later. */
const silenceMs = statementMs + 1_000;

/**
 * Opens a pool of connections to PostgreSQL; no connection is made until it is used. PostgreSQL cancels a statement after
 * 5 seconds. A connection on which nothing arrives for 6 seconds is closed and leaves the pool, and what waits for it is
 * rejected with the code ETIMEDOUT: a connection that was lost silently, as in a failover, would otherwise be given up by TCP
 * after a quarter of an hour.
 * @param url a `postgres://` URL
 * @param options.max number of connections
 * @param options.unlimited for a command that a person watches: its statements may take as long as they need
 */
export function openDatabase(
  url: string,
  { max = 10, unlimited = false }: { max?: number; unlimited?: boolean } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'dealerops',
    ...(!unlimited && {
      // Shorter than the limit of silence: a healthy connection says goodbye to PostgreSQL.
      idleTimeoutMillis: silenceMs - 1_000,
      statement_timeout: statementMs,
      // Releases the locks of a transaction whose client was lost.
      idle_in_transaction_session_timeout: silenceMs,
    }),
  });
  pool.on('connect', (client) => {
    // A transaction holds its client itself: without a listener, a connection that breaks would end the process.
    client.on('error', () => {});
    if (!unlimited) limitSilence(client, silenceMs);
  });
  // An idle connection that breaks must not end the process either: the next query opens another.
  pool.on('error', () => {});
  return { db: withTransactions(pool), pool, close: () => pool.end() };
}

/** Drizzle's own transaction never returns its client to the pool when BEGIN fails, as in an outage: the pool would run empty. */
function withTransactions(pool: pg.Pool): Db {
  const transaction: Db['transaction'] = async (work, config) => {
    const client = await pool.connect();
    try {
      return await drizzle(client, { schema }).transaction(work, config);
    } finally {
      client.release();
    }
  };
  return Object.assign(drizzle(pool, { schema }), { transaction });
}

/** pg's own `query_timeout` leaves the connection open, and a transaction would return it to the pool. */
function limitSilence(client: pg.PoolClient, ms: number): void {
  const { stream } = (client as pg.PoolClient & pg.Client).connection;
  (stream as Socket).setTimeout(ms, () => {
    const error = new Error(`PostgreSQL has not answered for ${ms / 1_000} seconds`);
    stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
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
