import { Client } from '@temporalio/client';
import { DefaultLogger, type LogEntry, type LogLevel, NativeConnection, Runtime } from '@temporalio/worker';
import { type TaskQueue, taskQueue, taskQueues } from '../domain/shared/taskQueues.ts';
import { defaultLimits, type QueueLimits } from '../worker/limits.ts';
import { type RunningWorker, startWorker, workflowBundle } from '../worker/worker.ts';
import type { Settings } from './config.ts';
import { measuringFeeds } from './feedMetrics.ts';
import { expectNamespace, type Parts, unreachableTemporal } from './parts.ts';
import { postgresIsReady } from './readiness/postgres.ts';
import type { Look } from './readiness/readiness.ts';
import { temporalIsReady, thisWorkerPolls } from './readiness/temporal.ts';
import { firstLine, portFailure, StartError } from './startError.ts';
import { measureStoppedWorkflows } from './stoppedMetric.ts';

export interface RunWorkerOptions {
  /** One worker for each; all when absent. */
  queues?: readonly TaskQueue[];
  limits?: Record<TaskQueue, QueueLimits>;
  deployment?: string;
  /** Where Prometheus finds the metrics of all workers of this process. */
  metrics: { host: string; port: number };
  /** Writes one entry of the workers' log; with the stacks of errors to stderr when absent. */
  log?: (entry: LogEntry) => void;
}

export interface RunningWorkers {
  /** One for each task queue. */
  workers: RunningWorker[];
  /** Resolves when the first of them ends, with which one and why. */
  ended: Promise<string>;
  /** Tell whether each of them can do its work. */
  parts: Record<string, Look>;
  /** Lets the activities of all end, then closes their connection. */
  shutdown(): Promise<void>;
}

/**
 * Connects and starts a worker for each task queue, all on one connection.
 * @throws StartError when the port of the metrics is in use, or Temporal does not take a worker
 */
export async function runWorker(
  settings: Settings,
  parts: Parts,
  { queues = taskQueues, limits = defaultLimits, deployment, metrics, log }: RunWorkerOptions,
): Promise<RunningWorkers> {
  try {
    // Signals are ours to handle: the SDK would stop the workers before what feeds them.
    Runtime.install({
      shutdownSignals: [],
      telemetryOptions: { metrics: { prometheus: { bindAddress: `${metrics.host}:${metrics.port}` } } },
      logger: new DefaultLogger(settings.logLevel.toUpperCase() as LogLevel, log),
    });
  } catch (error) {
    throw portFailure(error, { ...metrics, setting: 'METRICS_PORT' });
  }
  const bundle = await workflowBundle();
  const { connectionOptions, namespace } = settings.temporal;
  await expectNamespace(parts.connection, namespace);
  const connection = await NativeConnection.connect(connectionOptions).catch((error) => {
    throw unreachableTemporal(connectionOptions.address, error);
  });
  const workers: RunningWorker[] = [];
  const stop = async () => {
    await Promise.allSettled(workers.map((worker) => worker.shutdown()));
    await connection.close();
  };
  try {
    for (const queue of queues)
      workers.push(
        await startWorker({
          connection,
          namespace,
          dataConverter: parts.dataConverter,
          outside: parts,
          bundle,
          queue,
          limits: limits[queue],
          deployment,
        }),
      );
  } catch (error) {
    await stop();
    throw new StartError(
      `The worker could not be started in the namespace ${namespace} (${firstLine(error)}): check TEMPORAL_NAMESPACE and the rights of its API key`,
    );
  }
  // On the workers' own connection, so that what they cannot reach is noticed.
  const temporal = new Client({ connection, namespace });
  const endMeasuring = [measureStoppedWorkflows(temporal), measuringFeeds(parts.database.db)];
  return {
    workers,
    ended: Promise.race(workers.map(endOf)),
    parts: {
      postgres: postgresIsReady(parts.database),
      temporal: temporalIsReady(temporal),
      ...Object.fromEntries(
        workers.map((worker) => [
          worker.queue === taskQueue ? 'worker' : 'bulk_worker',
          thisWorkerPolls(temporal, worker),
        ]),
      ),
    },
    async shutdown() {
      for (const end of endMeasuring) end();
      await stop();
    },
  };
}

function endOf({ queue, done }: RunningWorker): Promise<string> {
  return done.then(
    () => `the worker of ${queue} stopped`,
    (error) => `the worker of ${queue}: ${firstLine(error)}`,
  );
}
