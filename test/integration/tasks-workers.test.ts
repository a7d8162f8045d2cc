import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { tasks } from '../../db/schema/shared.ts';
import { bulkTaskQueue, type TaskQueue, taskQueue } from '../../domain/shared/taskQueues.ts';
import { defaultLimits } from '../../worker/limits.ts';
import { bundleOf, type RunningWorker, startWorker } from '../../worker/worker.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
let api: TestApi;
const workers: RunningWorker[] = [];

/** What the bulk worker is busy with until the test ends. */
let importsInProgress = 0;
let endImports = () => {};
const importsEnd = new Promise<void>((resolve) => {
  endImports = resolve;
});
/** Whether the next change of a task cannot be saved. */
let saveFails = false;

beforeAll(async () => {
  service = await startService({ withoutWorker: true });
  api = await apiOf(service);
  const { native: connection, namespace, dataConverter, outside } = service;
  const bundle = await bundleOf(fileURLToPath(new URL('../support/oneTaskWorkflow.ts', import.meta.url)));
  const own = createActivities(outside);
  const activities = {
    ...own,
    async saveTask(...args: never[]) {
      if (!saveFails) return own.saveTask!(...args);
      saveFails = false;
      throw ApplicationFailure.nonRetryable('The test lets it fail', 'Test');
    },
    importFile() {
      importsInProgress += 1;
      return importsEnd;
    },
  };
  for (const queue of [taskQueue, bulkTaskQueue] as const)
    workers.push(await startWorker({ connection, namespace, dataConverter, outside, bundle, queue, activities }));
});
afterAll(async () => {
  endImports();
  await Promise.all(workers.map((worker) => worker.shutdown()));
  await api.close();
  await service.close();
});

async function oneTask(workflowId: string, queue: TaskQueue) {
  const handle = await service.client.workflow.start('oneTask', { workflowId, taskQueue: queue, args: [] });
  const { id } = await eventually(async () => {
    const rows = await service.db.select().from(tasks);
    return rows.find((row) => row.workflowId === workflowId);
  });
  return { handle, id };
}

it('the task of a bulk workflow is opened, claimed and done while imports take all of the bulk worker', async () => {
  const { activities: count } = defaultLimits[bulkTaskQueue];
  await service.client.workflow.start('imports', { workflowId: 'imports', taskQueue: bulkTaskQueue, args: [count] });
  await eventually(async () => importsInProgress === count);
  const { handle, id } = await oneTask('task-of-bulk-work', bulkTaskQueue);
  expect(await api.post('olivia', `/v1/tasks/${id}/claim`)).toMatchObject({ status: 200 });
  const answers = { submitted: true };
  expect(await api.post('olivia', `/v1/tasks/${id}/complete`, { answers })).toMatchObject({ status: 200 });
  expect(await handle.result()).toMatchObject({ how: 'done', by: 'olivia' });
});

it('a change of a task that cannot be saved does not keep its workflow from continuing as new', async () => {
  const { id } = await oneTask('task-not-saved', taskQueue);
  saveFails = true;
  expect(await api.post('olivia', `/v1/tasks/${id}/claim`)).not.toMatchObject({ status: 200 });
  expect(saveFails).toBe(false);
  await startOver(service, 'task-not-saved');
});
