import type { Socket } from 'node:net';
import pg from 'pg';
import { type Database, openDatabase } from './client.ts';
import { withoutValues } from './failures.ts';

/** Transactions that take minutes, on connections of their own. */

/**
 * So long without a byte on a connection, and PostgreSQL is asked on another one whether it still works for it. Whoever has nothing
 * to ask of it for longer says something meanwhile.
 */
const silenceMs = 20_000;
const askMs = 5_000;

/** What one bulk transaction may use of PostgreSQL's memory, and how soon PostgreSQL notices that its client is gone. */
const settings = [
  // Sorts and hashes of a million rows would otherwise be on disk.
  `set local work_mem = '64MB'`,
  'set local jit = off',
  // While a file has nothing new, nothing is said.
  'set local idle_in_transaction_session_timeout = 0',
  'set local tcp_keepalives_idle = 10',
  'set local tcp_keepalives_interval = 5',
  'set local tcp_keepalives_count = 4',
  // Not every platform has it.
  `do $$ begin
     perform set_config('client_connection_check_interval', '5s', true);
   exception when others then null;
   end $$`,
];

/** A pool whose statements may take as long as they need; not for what a person waits for. */
export function openBulkDatabase(url: string, { max = 8 }: { max?: number } = {}): Database {
  return openDatabase(url, { max, unlimited: true });
}

/**
 * A transaction of bulk work. Its connection is closed when the work fails, is canceled, or PostgreSQL does not work for it any
 * more: what was lost silently ends within a minute, and its locks too.
 * @param options.keep false rolls back what was done
 * @throws Error without the statements' values
 */
export async function bulkTransaction<T>(
  { pool }: Database,
  { signal, keep = true }: { signal?: AbortSignal; keep?: boolean },
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const client = await pool.connect();
  const { stream } = (client as pg.PoolClient & pg.Client).connection as unknown as { stream: Socket };
  const canceled = () => stream.destroy(signal?.reason);
  signal?.addEventListener('abort', canceled, { once: true });
  let endWatch = () => {};
  try {
    await client.query(['begin', ...settings].join(';'));
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    endWatch = endSilence(stream, pool.options, rows[0]!.pid);
    const done = await work(client);
    await client.query(keep ? 'commit' : 'rollback');
    client.release();
    return done;
  } catch (error) {
    client.release(error as Error);
    signal?.throwIfAborted();
    throw withoutValues(error);
  } finally {
    endWatch();
    signal?.removeEventListener('abort', canceled);
  }
}

/** @returns what ends the watch */
function endSilence(stream: Socket, options: pg.ClientConfig, pid: number): () => void {
  const silent = async () => {
    // Node reports a timeout only once: set it again.
    if (await worksFor(options, pid)) return void stream.setTimeout(silenceMs);
    const error = new Error('PostgreSQL does not work for this connection any more');
    stream.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  };
  stream.on('timeout', silent).setTimeout(silenceMs);
  return () => {
    stream.setTimeout(0);
    stream.removeListener('timeout', silent);
  };
}

/** Whether PostgreSQL carries out a statement for a process of its own, and waits for nothing from the client. */
async function worksFor({ connectionString }: pg.ClientConfig, pid: number): Promise<boolean> {
  const limits = { connectionTimeoutMillis: askMs, statement_timeout: askMs, query_timeout: askMs };
  const client = new pg.Client({ connectionString, ...limits, application_name: 'dealerops' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ works: boolean }>(
      `select state = 'active' and wait_event is distinct from 'ClientRead' as works from pg_stat_activity where pid = $1`,
      [pid],
    );
    return rows[0]?.works ?? false;
  } catch {
    return false;
  } finally {
    client.end().catch(() => {});
  }
}
