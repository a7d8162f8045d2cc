import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { bulkTaskQueue, taskQueues } from '../domain/shared/taskQueues.ts';
import { completionMs } from './completions.ts';
import { type Figure, inTurn, parts } from './measure.ts';
import type { Servers } from './servers.ts';
import { claimedTasks, untilAllClosed } from './tasks.ts';

/** As many as the bulk worker carries out at once. */
const loads = 4;
const endlessRows = 1_000_000_000;

export const bulkModes = ['one process', 'two processes'] as const;

/**
 * How long an Update that completes a task takes while bulk loads run, against the same without; with both workers in one
 * process, as with `npm start`, and in two, as in production.
 */
export async function bulk(
  servers: Servers,
  mode: (typeof bulkModes)[number],
  accounts: string[],
  rounds: number,
): Promise<Figure> {
  const { client, start } = servers;
  const separate = mode === 'two processes';
  const workers = separate
    ? [await servers.startWorker(), await servers.startBulkWorker(bulkTaskQueue)]
    : [await servers.startBulkWorker(taskQueues.join(','))];
  await pMap(accounts, start, { concurrency: 8 });
  const tasks = await claimedTasks(servers, accounts.length);
  const shares = parts(tasks, 2 * rounds);
  const underLoad = async (share: (typeof shares)[number]) => {
    const ids = Array.from({ length: loads }, () => `bulk-load/${randomUUID()}`);
    for (const workflowId of ids)
      await client.workflow.start('bulkLoad', {
        workflowId,
        taskQueue: bulkTaskQueue,
        args: [workflowId, endlessRows],
      });
    await Promise.all(ids.map((id) => untilLoading(servers, id)));
    try {
      return await completionMs(servers, share);
    } finally {
      const handles = ids.map((id) => client.workflow.getHandle(id));
      await Promise.all(handles.map((handle) => handle.cancel()));
      await Promise.allSettled(handles.map((handle) => handle.result()));
    }
  };
  const times = await inTurn(
    rounds,
    (round) => completionMs(servers, shares[2 * round]!),
    (round) => underLoad(shares[2 * round + 1]!),
    () => untilAllClosed(servers, tasks),
  );
  for (const { process } of workers) process.kill('SIGTERM');
  await Promise.all(workers.map(({ ended }) => ended));
  return {
    name: `Update during a bulk load, workers in ${mode}`,
    ...times,
    unit: ' ms',
    target: { atMostRatio: 1.5 },
  };
}

/** Its activity has loaded rows, as its heartbeats say. */
async function untilLoading({ client }: Servers, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  while (!(await handle.describe()).raw.pendingActivities?.some(({ heartbeatDetails }) => heartbeatDetails)) {
    await sleep(100);
  }
}
