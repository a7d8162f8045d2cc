import { Client } from '@temporalio/client';
import { DefaultLogger, type LogLevel, NativeConnection, Runtime } from '@temporalio/worker';
import { type RunningWorker, startWorker, workflowBundle } from '../worker/worker.ts';
import type { Settings } from './config.ts';
import { expectNamespace, type Parts, unreachableTemporal } from './parts.ts';
import { postgresIsReady } from './readiness/postgres.ts';
import type { Look } from './readiness/readiness.ts';
import { temporalIsReady, thisWorkerPolls } from './readiness/temporal.ts';
import { firstLine, portFailure, StartError } from './startError.ts';
import { measureStoppedWorkflows } from './stoppedMetric.ts';

/**
 * Connects and starts the worker; `shutdown()` also closes its connection, and `parts` tell whether it can do its work.
 * @param metrics where Prometheus finds the worker's metrics
 * @param prebuilt use the workflow bundle of `npm run build` where there is one
 * @throws StartError when the port of the metrics is in use, or Temporal does not take the worker
 */
export async function runWorker(
  settings: Settings,
  parts: Parts,
  {
    prebuilt,
    deployment,
    metrics,
  }: { prebuilt: boolean; deployment?: string; metrics: { host: string; port: number } },
): Promise<RunningWorker & { parts: Record<string, Look> }> {
  try {
    // Signals are ours to handle: the SDK would stop the worker before what feeds it.
    Runtime.install({
      shutdownSignals: [],
      telemetryOptions: { metrics: { prometheus: { bindAddress: `${metrics.host}:${metrics.port}` } } },
      logger: new DefaultLogger(settings.logLevel.toUpperCase() as LogLevel),
    });
  } catch (error) {
    throw portFailure(error, { ...metrics, setting: 'METRICS_PORT' });
  }
  const bundle = await workflowBundle({ prebuilt });
  const { connectionOptions, namespace } = settings.temporal;
  await expectNamespace(parts.connection, namespace);
  const connection = await NativeConnection.connect(connectionOptions).catch((error) => {
    throw unreachableTemporal(connectionOptions.address, error);
  });
  const worker = await startWorker({
    connection,
    namespace,
    dataConverter: parts.dataConverter,
    outside: parts,
    bundle,
    deployment,
  }).catch(async (error) => {
    await connection.close();
    throw new StartError(
      `The worker could not be started in the namespace ${namespace} (${firstLine(error)}): check TEMPORAL_NAMESPACE and the rights of its API key`,
    );
  });
  // On the worker's own connection, so that what it cannot reach is noticed.
  const temporal = new Client({ connection, namespace });
  const endMeasuring = measureStoppedWorkflows(temporal);
  return {
    ...worker,
    parts: {
      postgres: postgresIsReady(parts.database),
      temporal: temporalIsReady(temporal),
      worker: thisWorkerPolls(temporal, worker),
    },
    async shutdown() {
      endMeasuring();
      try {
        await worker.shutdown();
      } finally {
        await connection.close();
      }
    },
  };
}
