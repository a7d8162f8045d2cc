import proto from '@temporalio/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDatabase } from '../../db/migrate.ts';
import type { Readiness } from '../../domain/shared/readiness.ts';
import type { TaskQueue } from '../../domain/shared/taskQueues.ts';
import { workerSettings } from '../../service/config.ts';
import { openParts } from '../../service/parts.ts';
import { runWorker } from '../../service/runWorker.ts';
import { feedOf } from '../support/feeds.ts';
import { freePort } from '../support/freePort.ts';
import { type Production, startProduction } from '../support/production.ts';
import { buildTimeout } from '../support/release.ts';

let production: Production;
beforeAll(async () => {
  production = await startProduction();
  await migrateDatabase(production.database.url);
}, buildTimeout);
afterAll(() => production?.close());

/** Of the worker that runs; undefined while it has none of this name. */
async function gauge(name: string): Promise<string | undefined> {
  const metrics = await (await fetch(`http://127.0.0.1:${production.environment.METRICS_PORT}/metrics`)).text();
  return new RegExp(`^\\w*${name}(?:{.*})? (\\d+)$`, 'm').exec(metrics)?.[1];
}

/** The workers that poll a task queue for workflows. */
async function pollersOf(queue: TaskQueue): Promise<string[]> {
  const { client, namespace } = production.temporal;
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  return pollers!.map(({ identity }) => identity!);
}

test('WORKER_QUEUES=dealerops-bulk works for bulk work only, and is ready without the other worker', async () => {
  const worker = production.run('worker', { WORKER_QUEUES: 'dealerops-bulk', WORKER_DEPLOYMENT: '' });
  await worker.prints('The worker runs (dealerops-bulk)');
  const { HEALTH_PORT, METRICS_PORT } = production.environment;
  const ready = async () => (await (await fetch(`http://127.0.0.1:${HEALTH_PORT}/readyz`)).json()) as Readiness;
  await expect.poll(ready, { timeout: 180_000, interval: 500 }).toMatchObject({
    status: 'ready',
    checks: [{ name: 'postgres' }, { name: 'temporal' }, { name: 'bulk_worker', status: 'ok' }],
  });
  expect(await pollersOf('dealerops-bulk')).toHaveLength(1);
  expect(await pollersOf('dealerops')).toEqual([]);
  const metrics = await (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
  expect(metrics).toContain('task_queue="dealerops-bulk"');
  expect(metrics).not.toContain('task_queue="dealerops"');
  worker.process.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});

test('in one process both task queues have a worker; the end of one is reported by name, and both drain', async () => {
  const port = await freePort();
  const settings = workerSettings({ ...production.environment, METRICS_PORT: String(port), WORKER_DEPLOYMENT: '' });
  const parts = await openParts(settings);
  const running = await runWorker(settings, parts, { metrics: { host: '127.0.0.1', port } });
  try {
    expect(running.workers.map(({ queue, state }) => [queue, state()])).toEqual([
      ['dealerops', 'RUNNING'],
      ['dealerops-bulk', 'RUNNING'],
    ]);
    for (const { queue, identity } of running.workers)
      await expect.poll(() => pollersOf(queue), { timeout: 180_000 }).toContain(identity);
    await running.workers[1]!.shutdown();
    expect(await running.ended).toBe('the worker of dealerops-bulk stopped');
    expect(running.workers[0]!.state()).toBe('RUNNING');
  } finally {
    await running.shutdown();
    await parts.close();
  }
  expect(running.workers.map(({ state }) => state())).toEqual(['STOPPED', 'STOPPED']);
});

test('a worker’s metrics have the feeds’', async () => {
  const { database, temporal, sandbox } = production;
  const feed = await feedOf({ db: database.db, client: temporal.client, sandbox, env: undefined });
  const worker = production.run('worker', { WORKER_QUEUES: 'dealerops-bulk', WORKER_DEPLOYMENT: '' });
  await worker.prints('The worker runs (dealerops-bulk)');
  await expect.poll(() => gauge('dealerops_feeds_active'), { timeout: 180_000 }).toBe('1');
  for (const name of ['needing_person', 'quiet', 'rows_last_day', 'rejected_rows_last_day'])
    expect([name, await gauge(`dealerops_feeds_${name}`)]).toEqual([name, '0']);
  await feed.change({ state: 'ended' });
  worker.process.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});

test('while Temporal cannot say which workflows are stopped, a metric says so and the worker lives on', async () => {
  const worker = production.run('worker', { WORKER_DEPLOYMENT: '' });
  await worker.prints('The worker runs (dealerops, dealerops-bulk)');
  const unknown = () => gauge('dealerops_stopped_workflows_unknown');
  await expect.poll(unknown, { timeout: 180_000 }).toBe('0');
  const { client, namespace } = production.temporal;
  await client.connection.operatorService.deleteNamespace({ namespace });
  await expect.poll(unknown, { timeout: 40_000, interval: 500 }).toBe('1');
  expect(worker.process.exitCode).toBe(null);
});
