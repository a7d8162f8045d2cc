import { workerSettings } from '../service/config.ts';
import { serveHealth } from '../service/health.ts';
import { openParts } from '../service/parts.ts';
import { failed, readinessOf } from '../service/readiness/readiness.ts';
import { runWorker } from '../service/runWorker.ts';
import { endLater, endWith, runService } from '../service/shutdown.ts';

/** The production worker: configured by the environment; on SIGTERM, or when a part of it fails, it drains, then ends. */
await runService(
  async () => {
    const settings = workerSettings();
    const { host, healthPort, metricsPort, deployment } = settings;
    const parts = await openParts(settings);
    endLater('The connections', () => parts.close());
    // Before the worker, so that it still answers while the worker drains.
    let readiness = readinessOf({ worker: async () => failed('the worker is being started') });
    const health = await serveHealth({ host, port: healthPort }, () => readiness());
    endLater('The health check', () => health.close());
    const metrics = { host, port: metricsPort };
    const worker = await runWorker(settings, parts, { prebuilt: true, deployment, metrics });
    readiness = readinessOf(worker.parts);
    endLater('The worker', () => worker.shutdown());
    endWith(
      'The worker',
      worker.done.then(
        () => 'it stopped',
        (error: Error) => error.message,
      ),
    );
    console.log('The worker runs');
  },
  // Less than the compose file's stop_grace_period, more than the worker gives its activities.
  { endWithinMs: 55_000 },
);
