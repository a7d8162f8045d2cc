import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { freePort } from './freePort.ts';

/** A server of a test's own that can be stopped and started again with its data. */
export interface OwnServer {
  /** Of the same port each time. */
  address: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A PostgreSQL with a migrated database, which is its `address`. */
export async function ownPostgres(): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-postgres-'));
  await chmod(folder, 0o755); // PostgreSQL's account must reach it where root runs the tests
  const options = { folder: join(folder, 'data'), port: await freePort(), password: randomBytes(16).toString('hex') };
  let server = await startPostgres(options);
  await migrateDatabase(server.url);
  return {
    address: server.url,
    stop: () => server.stop(),
    async start() {
      server = await startPostgres(options);
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A Temporal development server that keeps its histories.
 * @param dynamicConfig server settings, as JSON values
 */
export async function ownTemporal(dynamicConfig: Record<string, string> = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-temporal-'));
  const options = { program: inject('temporalProgram'), folder, port: await freePort(), keep: true, dynamicConfig };
  let server = await startTemporal(options);
  return {
    address: server.address,
    stop: () => server.stop(),
    async start() {
      server = await startTemporal(options);
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
