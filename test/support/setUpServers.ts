import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrateDatabase, openDatabase } from '../../db/client.ts';
import { freePort } from '../../start/ports.ts';
import { startPostgres } from '../../start/postgres.ts';
import { startTemporal } from '../../start/temporal.ts';
import { findTemporal } from '../../start/temporalPrograms.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a migrated database that is only a template. */
    postgresUrl: string;
    temporalAddress: string;
  }
}

interface Servers {
  postgresUrl: string;
  temporalAddress: string;
  stop(): Promise<void>;
}

/** Every project's set-up runs in the same process but with modules of its own: the servers are shared through this. */
const shared = globalThis as { dealeropsServers?: { servers: Promise<Servers>; users: number } };

/** Starts one PostgreSQL and one Temporal server for all projects of a run; the last project to end stops them. */
export default async function setUpServers(project: TestProject): Promise<() => Promise<void>> {
  shared.dealeropsServers ??= { servers: startServers(), users: 0 };
  const run = shared.dealeropsServers;
  run.users += 1;
  const servers = await run.servers;
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('temporalAddress', servers.temporalAddress);
  return async () => {
    run.users -= 1;
    if (run.users > 0) return;
    shared.dealeropsServers = undefined;
    await servers.stop();
  };
}

async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-test-'));
  const program = await findTemporal({ onWait: console.log });
  const [postgresPort, temporalPort] = [await freePort(), await freePort()];
  const [postgres, temporal] = await Promise.all([
    startPostgres({
      folder: join(folder, 'postgres'),
      port: postgresPort,
      password: randomBytes(16).toString('hex'),
      settings: { fsync: 'off', max_connections: '300' },
    }),
    startTemporal({
      program: program.path,
      folder: join(folder, 'temporal'),
      port: temporalPort,
      keep: false,
      // Ended processes may be started again at once in tests.
      dynamicConfig: { 'history.workflowIdReuseMinimalInterval': '"0s"' },
    }),
  ]);
  const template = openDatabase(postgres.url, { max: 1 });
  await migrateDatabase(template);
  await template.close();
  return {
    postgresUrl: postgres.url,
    temporalAddress: temporal.address,
    async stop() {
      await Promise.all([postgres.stop(), temporal.stop()]);
      await rm(folder, { recursive: true, force: true });
      if (postgres.folder !== join(folder, 'postgres')) await rm(postgres.folder, { recursive: true, force: true });
    },
  };
}
