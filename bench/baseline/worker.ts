import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { resolveSecret } from '../../service/secrets.ts';
import { encryptingDataConverter, failureConverterPath } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';

/** The worker of the baseline, with the same encryption and the same limits as ours. */

export const activities = {
  async nothing(_id: string): Promise<void> {},
};

Runtime.install({ logger: new DefaultLogger('ERROR') });
const dataConverter = encryptingDataConverter(parseKeyring(resolveSecret(process.env.DEALEROPS_CODEC_KEYS!)));
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: 'baseline',
  dataConverter: { ...dataConverter, failureConverterPath },
  workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
  activities,
  maxCachedWorkflows: 150,
  maxConcurrentActivityTaskExecutions: 100,
  maxConcurrentWorkflowTaskExecutions: 40,
});
console.log('running');
await worker.run();
await connection.close();
