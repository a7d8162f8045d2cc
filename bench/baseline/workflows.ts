import { condition, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { FeedActivities } from '../../activities/feeds/index.ts';
import type { FileImport, FileResult } from '../../domain/feeds/runs.ts';
import { bulkTaskQueue } from '../../domain/shared/taskQueues.ts';
import type { activities } from './worker.ts';

const { nothing } = proxyActivities<typeof activities>({ startToCloseTimeout: '30 seconds' });

const imports = proxyActivities<Pick<FeedActivities, 'importFile'>>({
  taskQueue: bulkTaskQueue,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { maximumAttempts: 1 },
});

const answerUpdate = defineUpdate<void, [string]>('answer');

/** As little as a workflow can do with so many activities, timers and updates. */
export async function minimal(counts: { activities: number; timers: number; updates: number }): Promise<void> {
  let answers = 0;
  setHandler(answerUpdate, () => {
    answers += 1;
  });
  for (let n = 0; n < counts.timers; n += 1) void sleep('30 days');
  for (let n = 0; n < counts.activities; n += 1) await nothing(`D-${n}`);
  await condition(() => answers >= counts.updates);
}

/** One file of a feed by the worker of feeds, without the run's waits. */
export function importFile(of: FileImport): Promise<FileResult> {
  return imports.importFile(of);
}
