import { workerSettings } from './config.ts';
import { serveHealth } from './health.ts';
import { openParts } from './parts.ts';
import { askedToEnd, runProgram } from './runProgram.ts';
import { runWorker } from './runWorker.ts';

/** The production worker: configured by the environment, ends in order on SIGTERM. */
await runProgram(async () => {
  const settings = workerSettings();
  const ended = askedToEnd();
  const parts = await openParts(settings);
  const worker = await runWorker(settings, parts, {
    prebuilt: true,
    deployment: settings.deployment,
    metrics: `${settings.host}:${settings.metricsPort}`,
  });
  const health = await serveHealth({ host: settings.host, port: settings.healthPort }, async () => {
    await parts.database.pool.query('select 1');
  });
  console.log('The worker runs');
  try {
    await Promise.race([ended, worker.done]);
  } finally {
    await health.close();
    await worker.shutdown();
    await parts.close();
  }
});
