import { condition, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { activities } from './worker.ts';

const { nothing } = proxyActivities<typeof activities>({ startToCloseTimeout: '30 seconds' });

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
