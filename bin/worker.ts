import { workerSettings } from '../service/config.ts';
import { serveHealth } from '../service/health.ts';
import { openParts } from '../service/parts.ts';
import { failed, readinessOf } from '../service/readiness/readiness.ts';
import { runWorker } from '../service/runWorker.ts';
import { endLater, endWith, runService } from '../service/shutdown.ts';

/**
 * The production workers, of the task queues in `WORKER_QUEUES`: configured by the environment; on SIGTERM, or when one of
 * them fails, all drain, then the process ends.
 */
await runService(
  async () => {
    const settings = workerSettings();
    const { host, healthPort, metricsPort, deployment, queues, limits } = settings;
    const parts = await openParts(settings);
    endLater('The connections', () => parts.close());
    // Before the worker, so that it still answers while the worker drains.
    let readiness = readinessOf({ worker: async () => failed('the worker is being started') });
    const health = await serveHealth({ host, port: healthPort }, () => readiness());
    endLater('The health check', () => health.close());
    const metrics = { host, port: metricsPort };
    const running = await runWorker(settings, parts, { queues, limits, deployment, metrics });
    readiness = readinessOf(running.parts);
    endLater('The worker', () => running.shutdown());
    endWith('The worker', running.ended);
    console.log(`The worker runs (${queues.join(', ')})`);
  },
  // Less than the compose file's stop_grace_period, more than the worker gives its activities.
  { endWithinMs: 55_000 },
);
