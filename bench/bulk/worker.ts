import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeConnection, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bulkTaskQueue, taskQueue } from '../../domain/shared/taskQueues.ts';
import { workerSettings } from '../../service/config.ts';
import { openParts } from '../../service/parts.ts';
import { builtBundleName } from '../../worker/buildId.ts';
import { packageFolder } from '../../worker/files.ts';
import { bundleOf, type RunningWorker, startWorker } from '../../worker/worker.ts';
import { bulkActivities } from './activities.ts';

/** The workers of `WORKER_QUEUES` in one process, as the service runs them, with the bulk load as the bulk work. */
const settings = workerSettings();
const parts = await openParts(settings);
const { connectionOptions, namespace } = settings.temporal;
const connection = await NativeConnection.connect(connectionOptions);
// Of `npm run build`: made here, its making would be most of the memory.
const builtBundle = {
  code: readFileSync(join(packageFolder, 'dist/worker', builtBundleName), 'utf8'),
} as WorkflowBundleWithSourceMap;
const common = { connection, namespace, dataConverter: parts.dataConverter, outside: parts };
const workers: RunningWorker[] = [];
for (const queue of settings.queues) {
  const limits = settings.limits[queue];
  if (queue === taskQueue) workers.push(await startWorker({ ...common, queue, limits, bundle: builtBundle }));
  if (queue === bulkTaskQueue)
    workers.push(
      await startWorker({
        ...common,
        queue,
        limits,
        bundle: await bundleOf(fileURLToPath(new URL('./workflows.ts', import.meta.url))),
        activities: bulkActivities(settings.databaseUrl),
      }),
    );
}
console.log(`The worker runs (${settings.queues.join(', ')})`);
// The SDK stops them on SIGTERM.
await Promise.all(workers.map(({ done }) => done));
process.exit();
