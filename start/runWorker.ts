import { DefaultLogger, type LogLevel, NativeConnection, Runtime } from '@temporalio/worker';
import { type RunningWorker, startWorker, workflowBundle } from '../worker/worker.ts';
import type { Settings } from './config.ts';
import type { Parts } from './parts.ts';

/**
 * Connects and starts the worker; `shutdown()` also closes its connection.
 * @param metrics `host:port` at which Prometheus finds the worker's metrics
 * @param prebuilt use the workflow bundle of `npm run build` where there is one
 */
export async function runWorker(
  settings: Settings,
  parts: Parts,
  { prebuilt, deployment, metrics }: { prebuilt: boolean; deployment?: string; metrics: string },
): Promise<RunningWorker> {
  // Signals are ours to handle: the SDK would stop the worker before what feeds it.
  Runtime.install({
    shutdownSignals: [],
    telemetryOptions: { metrics: { prometheus: { bindAddress: metrics } } },
    logger: new DefaultLogger(settings.logLevel.toUpperCase() as LogLevel),
  });
  const bundle = await workflowBundle({ prebuilt });
  const connection = await NativeConnection.connect(settings.temporal.connectionOptions);
  const worker = await startWorker({
    connection,
    namespace: settings.temporal.namespace,
    dataConverter: parts.dataConverter,
    outside: parts,
    bundle,
    deployment,
  });
  return {
    done: worker.done,
    async shutdown() {
      await worker.shutdown();
      await connection.close();
    },
  };
}
