import { type WorkerSettings, workerSettings } from './config.ts';
import { serveHealth } from './health.ts';
import { openParts, type Parts } from './parts.ts';
import { askedToEnd, runProgram } from './runProgram.ts';
import { runWorker } from './runWorker.ts';

/** The production worker: configured by the environment, ends in order on SIGTERM and when a part of it fails. */
await runProgram(async () => {
  const settings = workerSettings();
  const ended = askedToEnd();
  const parts = await openParts(settings);
  try {
    await work(settings, parts, ended);
  } finally {
    await parts.close();
  }
});

async function work(settings: WorkerSettings, parts: Parts, ended: Promise<unknown>): Promise<void> {
  const { host, healthPort, metricsPort, deployment } = settings;
  const worker = await runWorker(settings, parts, { prebuilt: true, deployment, metrics: { host, port: metricsPort } });
  try {
    const health = await serveHealth({ host, port: healthPort }, async () => {
      await parts.database.pool.query('select 1');
    });
    console.log('The worker runs');
    await Promise.race([ended, worker.done]).finally(() => health.close());
  } finally {
    await worker.shutdown();
  }
}
