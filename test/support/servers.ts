import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '../../db/migrate.ts';
import { freshConsole } from '../../embedded/console.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { findTemporal, findTestServer } from '../../embedded/temporalPrograms.ts';
import { workflowBundle } from '../../worker/worker.ts';
import { freePort } from './freePort.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a migrated database that is only a template. */
    postgresUrl: string;
    temporalAddress: string;
    /** Its Web UI, at the path `/temporal`. */
    webUiUrl: string;
    temporalProgram: string;
    testServerProgram: string;
    /** A folder that lasts as long as the run. */
    runFolder: string;
    /** The workflows' bundle as JSON: to make one takes every test process seconds. */
    bundleFile: string;
  }
}

interface Servers {
  postgresUrl: string;
  temporalAddress: string;
  webUiUrl: string;
  temporalProgram: string;
  testServerProgram: string;
  runFolder: string;
  bundleFile: string;
}

/** Every project's set-up runs in the same process but with modules of its own: the servers are shared through this. */
const shared = globalThis as {
  dealeropsServers?: { started: Promise<{ servers: Servers; stop(): Promise<void> }>; users: number };
};

/** Starts one PostgreSQL and one Temporal server for all projects of a run; the last project to end stops them. */
export default async function servers(project: TestProject): Promise<() => Promise<void>> {
  shared.dealeropsServers ??= { started: startServers(), users: 0 };
  const run = shared.dealeropsServers;
  run.users += 1;
  const { servers, stop } = await run.started;
  for (const name of Object.keys(servers) as (keyof Servers)[]) project.provide(name, servers[name]);
  return async () => {
    run.users -= 1;
    if (run.users > 0) return;
    shared.dealeropsServers = undefined;
    await stop();
  };
}

async function startServers() {
  const folder = await mkdtemp(join(tmpdir(), 'dealerops-test-'));
  await chmod(folder, 0o755); // PostgreSQL's account must reach it where root runs the tests
  const [program, testServer] = await Promise.all([
    findTemporal({ onWait: console.log }),
    findTestServer({ onWait: console.log }),
  ]);
  const postgresPort = await freePort();
  const bundleFile = join(folder, 'bundle.json');
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
      port: await freePort(),
      uiPort: await freePort(),
      keep: false,
      dynamicConfig: {
        // Ended processes may be started again at once in tests.
        'history.workflowIdReuseMinimalInterval': '"0s"',
        // A test need not wait until the tries are far apart.
        'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': '2',
        // So that a test of thousands sees what else takes tens of thousands.
        'limit.historyCount.suggestContinueAsNew': '500',
      },
    }),
    // Two files that built it at the same time would each find the other's half.
    freshConsole(() => {}),
    workflowBundle().then((bundle) => writeFile(bundleFile, JSON.stringify(bundle), { mode: 0o644 })),
  ]);
  await migrateDatabase(postgres.url);
  return {
    servers: {
      postgresUrl: postgres.url,
      temporalAddress: temporal.address,
      webUiUrl: temporal.webUiUrl!,
      temporalProgram: program.path,
      testServerProgram: testServer.path,
      runFolder: folder,
      bundleFile,
    },
    async stop() {
      await Promise.all([postgres.stop(), temporal.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
