import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Client } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  type NativeConnection,
  Runtime,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { inject } from 'vitest';
import { openConnectors } from '../../activities/connectors/index.ts';
import { createActivities, type Outside } from '../../activities/index.ts';
import type { Activities } from '../../activities/shared/composed.ts';
import { openMailer } from '../../activities/shared/mail.ts';
import { recordingHealth } from '../../activities/shared/systemHealth.ts';
import { openBulkDatabase } from '../../db/bulk.ts';
import { people } from '../../db/schema/shared.ts';
import { defaultInactiveStatuses } from '../../domain/cancellations/gate.ts';
import type { OnboardingSettings } from '../../domain/feeds/settings.ts';
import type { DealerSelection } from '../../domain/shared/dealerSelection.ts';
import type { Schedules } from '../../domain/shared/schedules.ts';
import { bulkTaskQueue, type TaskQueue, taskQueue } from '../../domain/shared/taskQueues.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { SandboxDealer } from '../../sandbox/shared/dealers.ts';
import { schedulesOf } from '../../service/schedules.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { type Keyring, parseKeyring } from '../../worker/keyring.ts';
import { recordCipher } from '../../worker/recordCipher.ts';
import { type RunningWorker, startWorker } from '../../worker/worker.ts';
import { testDatabase } from './database.ts';
import { testTemporal } from './testTemporal.ts';
import { timeSkipping } from './timeSkipping.ts';

/** What the workers of this test file have logged as warnings and errors; printed too where WORKER_LOG is set. */
export const workerLog: string[] = [];
Runtime.install({
  logger: new DefaultLogger('WARN', ({ message, meta }) => {
    const line = `${message} ${inspect(meta, { depth: 6 })}`;
    workerLog.push(line);
    if (process.env.WORKER_LOG) console.error(line);
  }),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN' }), forward: {} } },
});

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;
/** The run's bundle. */
export function testBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= readFile(inject('bundleFile'), 'utf8').then(JSON.parse);
  return bundle;
}

export const testKeyring = parseKeyring(`test-1:${randomBytes(32).toString('base64')}`);

export interface ServiceOptions {
  /** Time that passes by itself while nothing happens; else the shared development server. */
  timeSkipping?: boolean;
  /** Without CST the service's own registry knows the dealers. */
  withoutCst?: boolean;
  /** Beside CST and Salesforce; the sandbox's. */
  connectors?: ('vinSolutionsEvents' | 'fortellis')[];
  vinSolutionsDealers?: DealerSelection;
  dataAfterEndGraceDays?: number;
  withoutWorker?: boolean;
  /** Bulk work has a worker too. */
  bulkWorker?: boolean;
  /** Of feeds; a minute when absent. */
  secondLookMs?: number;
  /** Those of `defaultOnboarding` when absent. */
  onboarding?: OnboardingSettings;
  /** Instead of Temporal's, which the time-skipping server does not have. */
  schedules?: Schedules;
  /** Instead of the service's own. */
  standIns?: (outside: Outside) => Activities;
  /** Encrypts the histories; a random one when absent. */
  keyring?: Keyring;
  /** Instead of the sandbox's own. */
  dealers?: SandboxDealer[];
  /** Servers of the test's own, instead of the run's. */
  postgresUrl?: string;
  temporalAddress?: string;
}

/** Everything except the API: database, sandbox, Temporal and a worker, all real. */
export async function startService(options: ServiceOptions = {}) {
  const database = await testDatabase({ postgresUrl: options.postgresUrl });
  await database.db.insert(people).values([
    { id: 'olivia', name: 'Olivia Ops', email: 'olivia@example.com', teams: ['ops'] },
    { id: 'oscar', name: 'Oscar Ops', email: 'oscar@example.com', teams: ['ops'] },
    { id: 'lena', name: 'Lena Lead', email: 'lena@example.com', teams: ['ops'], leadOf: 'ops' },
    { id: 'finn', name: 'Finn Feeds', email: 'finn@example.com', teams: ['feeds'], leadOf: 'feeds' },
    { id: 'tara', name: 'Tara Tier', email: 'tara@example.com', teams: ['t2-support'], leadOf: 't2-support' },
  ]);
  const sandbox = await startSandbox({ dealers: options.dealers });
  const dataConverter = encryptingDataConverter(options.keyring ?? testKeyring);
  const server = options.timeSkipping ? await timeSkippingServer() : await realServer(options.temporalAddress);
  const client = new Client({ connection: server.client.connection, namespace: server.namespace, dataConverter });
  const mailer = openMailer({ url: sandbox.smtp.url, from: { name: 'Dealerops', address: 'dealerops@example.com' } });
  const outside: Outside = {
    database,
    temporal: client,
    mailer,
    schedules: options.schedules ?? schedulesOf(client),
    connectors: openConnectors(
      {
        ...(!options.withoutCst && { cst: sandbox.cst, salesforce: sandbox.salesforce }),
        ...(options.connectors?.includes('vinSolutionsEvents') && { vinSolutionsEvents: sandbox.vinSolutions }),
        ...(options.connectors?.includes('fortellis') && { fortellis: sandbox.fortellis }),
      },
      recordingHealth(database.db),
    ),
    cancellations: {
      inactiveStatuses: defaultInactiveStatuses,
      vinSolutionsDealers: options.vinSolutionsDealers,
      dataAfterEndGraceDays: options.dataAfterEndGraceDays,
    },
    feeds: {
      sftp: { hosts: [sandbox.sftp], secretsDir: sandbox.sftp.secretsDir },
      spoolDir: join(sandbox.sftp.folder, '..', 'spool'),
      secondLookMs: options.secondLookMs,
      onboarding: options.onboarding,
    },
    bulkDatabase: openBulkDatabase(database.url),
    cipher: recordCipher(options.keyring ?? testKeyring),
  };
  let worker: RunningWorker | undefined;
  const workerOf = async (queue: TaskQueue) =>
    startWorker({
      connection: server.native,
      namespace: server.namespace,
      dataConverter,
      outside,
      bundle: await testBundle(),
      queue,
      activities: options.standIns && { ...createActivities(outside), ...options.standIns(outside) },
    });
  const run = async () => {
    worker = await workerOf(taskQueue);
  };
  if (!options.withoutWorker) await run();
  const bulkWorker = options.bulkWorker ? await workerOf(bulkTaskQueue) : undefined;
  return {
    database,
    db: database.db,
    sandbox,
    client,
    outside,
    dataConverter,
    namespace: server.namespace,
    address: server.address,
    env: server.env,
    /**
     * Lets these days pass on a time-skipping server, and half an hour more: a test that goes on right when a daily timer is due
     * meets a fault of that server. When a timer fires during the workflow task that cancels it, the server accepts no answer
     * to the task and the workflow stands still (temporalio/sdk-java#3088).
     */
    skipDays: (days: number) => server.env!.sleep(days * 86_400_000 + 31 * 60_000),
    /** For further workers; the worker of the service uses it too. */
    native: server.native,
    startWorker: run,
    stopWorker: async () => worker?.shutdown(),
    async close() {
      await Promise.all([worker?.shutdown(), bulkWorker?.shutdown()]);
      mailer.close();
      await server.close();
      await sandbox.close();
      await outside.bulkDatabase.close();
      await database.close();
    },
  };
}

export type TestService = Awaited<ReturnType<typeof startService>>;

async function timeSkippingServer() {
  const env = await timeSkipping();
  const native = env.nativeConnection as NativeConnection;
  return { env, client: env.client, native, namespace: 'default', address: env.address, close: () => env.teardown() };
}

async function realServer(address?: string) {
  const temporal = await testTemporal({ address });
  return { ...temporal, env: undefined, native: await temporal.nativeConnection() };
}
