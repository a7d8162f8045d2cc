import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../start/ports.ts';
import { startPostgres } from '../../start/postgres.ts';
import { startTemporal } from '../../start/temporal.ts';
import { findTemporal, findTestServer } from '../../start/temporalPrograms.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    temporalAddress: string;
    temporalProgram: string;
    testServerProgram: string;
  }
}

let running: Promise<() => Promise<void>> | undefined;
let users = 0;

/** One PostgreSQL and one Temporal server for all tests; each test has its own database and namespace in them. */
export default async function servers(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  running ??= start();
  const stop = await running;
  for (const [name, value] of Object.entries(given)) project.provide(name as keyof typeof given, value);
  return async () => {
    users -= 1;
    if (users === 0) await stop();
  };
}

const given: Partial<Record<'postgresUrl' | 'temporalAddress' | 'temporalProgram' | 'testServerProgram', string>> = {};

async function start(): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'dealerops-test-'));
  const [postgres, program, testServer] = await Promise.all([
    startPostgres({
      folder: join(dir, 'postgres'),
      port: await freePort(),
      password: 'test',
      settings: { fsync: 'off' },
    }),
    findTemporal(),
    findTestServer(),
  ]);
  const temporal = await startTemporal({ program: program.path, folder: join(dir, 'temporal'), port: await freePort(), keep: false });
  Object.assign(given, {
    postgresUrl: postgres.url,
    temporalAddress: temporal.address,
    temporalProgram: program.path,
    testServerProgram: testServer.path,
  });
  return async () => {
    await temporal.stop();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
