import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import getPort from 'get-port';
import { parse } from 'yaml';
import { openDatabase } from '../db/client.ts';
import { saveAccounts } from '../db/queries/accounts.ts';
import { commandLine } from '../db/queries/administration.ts';
import { createKey } from '../db/queries/keys.ts';
import { savePerson } from '../db/queries/people.ts';
import { bulkTaskQueue, taskQueue } from '../domain/shared/taskQueues.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { startTemporal } from '../embedded/temporal.ts';
import { findTemporal } from '../embedded/temporalPrograms.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { SandboxDealer } from '../sandbox/shared/dealers.ts';
import { type ReleasedProgram, type RunningProgram, runProgram, runReleased } from '../test/support/program.ts';
import { encryptingDataConverter } from '../worker/codec.ts';
import { packageFolder } from '../worker/files.ts';
import { parseKeyring } from '../worker/keyring.ts';
import { HttpClient } from './http.ts';

/**
 * One Temporal server and one PostgreSQL for the baseline and for ours, with the API and the workers in processes of their own.
 * @param onDisk whether Temporal's histories are on disk, as with `npm start`, or in memory
 */
export async function startServers(dealers: SandboxDealer[], { onDisk }: { onDisk: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-bench-'));
  const program = await findTemporal({ onWait: console.error });
  const postgresPort = await getPort();
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    port: postgresPort,
    password: randomBytes(16).toString('hex'),
  });
  const temporal = await startTemporal({
    program: program.path,
    folder: join(folder, 'temporal'),
    port: await getPort(),
    keep: onDisk,
  });
  const sandbox = await startSandbox({ dealers });
  sandbox.faults.cst.runMs = 0;
  const keys = `bench:${randomBytes(32).toString('base64')}`;
  writeFileSync(join(folder, 'codec_keys'), keys);
  const [port, healthPort, metricsPort] = [await getPort(), await getPort(), await getPort()];
  const environment: Record<string, string> = {
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    DEALEROPS_CODEC_KEYS: `file:${join(folder, 'codec_keys')}`,
    CST_URL: sandbox.cst.url,
    CST_TOKEN: 'env:THE_CST_TOKEN',
    THE_CST_TOKEN: sandbox.cst.token,
    SMTP_URL: sandbox.smtp.url,
    MAIL_FROM: 'Dealerops <dealerops@example.com>',
    PORT: String(port),
    HEALTH_PORT: String(healthPort),
    METRICS_PORT: String(metricsPort),
    LOG_LEVEL: 'error',
    WORKER_QUEUES: taskQueue,
    FEED_SFTP_HOSTS: `${sandbox.sftp.host}:${sandbox.sftp.port}`,
    FEED_SECRETS_DIR: sandbox.sftp.secretsDir,
    FEED_SPOOL_DIR: join(folder, 'spool'),
  };
  const programs: RunningProgram[] = [];
  const ready = async (running: RunningProgram, prints: string) => {
    programs.push(running);
    await running.prints(prints);
    return running;
  };
  /** A program of production, compiled as there. */
  const run = (name: ReleasedProgram, prints: string, its = environment) =>
    ready(runReleased(packageFolder, name, its), prints);
  /** The settings of one more worker, with ports of its own. */
  const furtherWorker = async (queues: string) => ({
    ...environment,
    ...{ HEALTH_PORT: String(await getPort()), METRICS_PORT: String(await getPort()) },
    ...{ WORKER_QUEUES: queues, NODE_OPTIONS: workerNodeOptions() },
  });
  for (const begin of [() => runProgram('bin/build.ts'), () => runReleased(packageFolder, 'migrate', environment)]) {
    const program = begin();
    if ((await program.ended) !== 0) throw new Error(program.printed());
  }
  const database = openDatabase(postgres.url);
  const olivia = {
    id: 'olivia',
    name: 'Olivia Ops',
    email: 'olivia@example.com',
    teams: ['ops' as const],
    leadOf: null,
  };
  await savePerson(database.db, olivia, commandLine);
  const { key } = await createKey(database.db, {
    name: 'bench',
    scopes: ['cancellations:write', 'tasks:write', 'read'],
    personId: 'olivia',
    requestsPerMinute: 1_000_000_000,
  });
  // Without CST, whose stand-in would be measured too: dealers are in the registry.
  const registryPort = await getPort();
  await saveAccounts(database.db, dealers.slice(0, 5_000));
  await run('api', 'The API listens');
  const withoutCst = { ...environment, PORT: String(registryPort), CST_URL: '', CST_TOKEN: '' };
  await run('api', 'The API listens', withoutCst);
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, dataConverter: encryptingDataConverter(parseKeyring(keys)) });
  const http = new HttpClient(port, key);
  const registryHttp = new HttpClient(registryPort, key);
  const startBy = (through: HttpClient) => (account: string) =>
    through.post(
      '/v1/cancellations',
      { account, reason: 'subscription_canceled' },
      { 'idempotency-key': randomUUID() },
    );
  return {
    client,
    http,
    database,
    postgres: { url: postgres.url, folder: postgres.folder },
    sftp: sandbox.sftp,
    startWorker: () => run('worker', 'The worker runs', { ...environment, NODE_OPTIONS: workerNodeOptions() }),
    startFeedsWorker: async () => run('worker', 'The worker runs', await furtherWorker(bulkTaskQueue)),
    /** With the bulk load as the bulk work; `queues` as in `WORKER_QUEUES`. */
    startBulkWorker: async (queues: string) =>
      ready(runProgram('bench/bulk/worker.ts', await furtherWorker(queues)), 'The worker runs'),
    startBaselineWorker: () => ready(runProgram('bench/baseline/worker.ts', environment), 'running'),
    start: startBy(http),
    startByRegistry: startBy(registryHttp),
    async close() {
      http.close();
      registryHttp.close();
      for (const { process } of programs) process.kill('SIGTERM');
      await Promise.all(programs.map(({ ended }) => ended));
      await connection.close();
      await database.close();
      await sandbox.close();
      await temporal.stop();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As in production: how much memory the worker may take. */
function workerNodeOptions(): string {
  const compose = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8'), { merge: true });
  return compose.services.worker.environment.NODE_OPTIONS;
}

export type Servers = Awaited<ReturnType<typeof startServers>>;
