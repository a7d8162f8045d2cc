import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { inject } from 'vitest';
import { Cst } from '../../activities/cst.ts';
import type { Outside } from '../../activities/index.ts';
import { openMailer } from '../../activities/mail.ts';
import { Salesforce } from '../../activities/salesforce.ts';
import { people } from '../../db/schema.ts';
import { searchAttributeNames } from '../../domain/searchAttributes.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { type RunningWorker, startWorker, workflowBundle } from '../../worker/worker.ts';
import { testDatabase } from './database.ts';

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;
/** One bundle per test process. */
export function testBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= workflowBundle({ prebuilt: false });
  return bundle;
}

export const testKeyring = parseKeyring(`test-1:${randomBytes(32).toString('base64')}`);

export interface ServiceOptions {
  /** Time that passes by itself while nothing happens; else the shared development server. */
  timeSkipping?: boolean;
  /** Without CST the service's own registry knows the dealers. */
  withoutCst?: boolean;
  withoutWorker?: boolean;
}

/** Everything except the API: database, sandbox, Temporal and a worker, all real. */
export async function startService(options: ServiceOptions = {}) {
  const database = await testDatabase();
  await database.db.insert(people).values([
    { id: 'olivia', name: 'Olivia Ops', email: 'olivia@example.com', role: 'ops' },
    { id: 'oscar', name: 'Oscar Ops', email: 'oscar@example.com', role: 'ops' },
    { id: 'lena', name: 'Lena Lead', email: 'lena@example.com', role: 'lead' },
  ]);
  const sandbox = await startSandbox({});
  const server = options.timeSkipping ? await timeSkippingServer() : await sharedServer();
  const dataConverter = encryptingDataConverter(testKeyring);
  const client = new Client({ connection: server.connection, namespace: server.namespace, dataConverter });
  const mailer = openMailer({ url: sandbox.smtp.url, from: { name: 'Dealerops', address: 'dealerops@example.com' } });
  const outside: Outside = {
    database,
    temporal: client,
    mailer,
    cst: options.withoutCst ? undefined : new Cst(sandbox.cst),
    salesforce: options.withoutCst ? undefined : new Salesforce(sandbox.salesforce),
  };
  const native = server.native ?? (await NativeConnection.connect({ address: server.address }));
  let worker: RunningWorker | undefined;
  const run = async () => {
    worker = await startWorker({
      connection: native,
      namespace: server.namespace,
      dataConverter,
      outside,
      bundle: await testBundle(),
    });
  };
  if (!options.withoutWorker) await run();
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
    startWorker: run,
    stopWorker: async () => worker?.shutdown(),
    async close() {
      await worker?.shutdown();
      mailer.close();
      await server.close(native);
      await sandbox.close();
      await database.drop();
    },
  };
}

export type TestService = Awaited<ReturnType<typeof startService>>;

async function timeSkippingServer() {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: inject('testServerProgram') } },
  });
  return {
    env,
    connection: env.connection as Connection,
    native: env.nativeConnection as NativeConnection,
    namespace: 'default',
    address: env.address,
    close: async () => env.teardown(),
  };
}

async function sharedServer() {
  const address = inject('temporalAddress');
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await untilUsable(connection, namespace);
  return {
    env: undefined,
    connection,
    native: undefined,
    namespace,
    address,
    close: async (native: NativeConnection) => {
      await native.close();
      await connection.close();
    },
  };
}

/** A new namespace is known to all parts of the server after a moment only. */
async function untilUsable(connection: Connection, namespace: string): Promise<void> {
  const keyword = 2;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
      });
      await connection.workflowService.listWorkflowExecutions({ namespace, query: 'Dealer = "nobody"' });
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
