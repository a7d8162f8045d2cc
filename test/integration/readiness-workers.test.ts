import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { afterEach, expect, it, vi } from 'vitest';
import type { Readiness } from '../../domain/shared/readiness.ts';
import { bulkTaskQueue, type TaskQueue, taskQueue } from '../../domain/shared/taskQueues.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { workerSettings } from '../faults/workerSettings.ts';
import { apiOf } from '../support/api.ts';
import { ownTemporal } from '../support/ownServers.ts';
import { runProgram } from '../support/program.ts';
import { startService, type TestService, testBundle } from '../support/service.ts';

const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

/** When a worker of the queue last polled for workflows, by Temporal's clock. */
async function lastPoll({ client, namespace }: TestService, queue: TaskQueue): Promise<string> {
  const taskQueueType = proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW;
  const { pollers } = await client.workflowService.describeTaskQueue({
    ...{ namespace, taskQueue: { name: queue }, taskQueueType },
  });
  return JSON.stringify(pollers![0]?.lastAccessTime);
}

it('the API is not ready 90 seconds after the last poll of a killed worker, and stays ready while one polls', async () => {
  // Polls last a second, so that a worker that lives polls again soon.
  const server = await ownTemporal({ 'matching.longPollExpirationInterval': '"2s"' });
  closing.push(server);
  const keyring = `readiness:${randomBytes(32).toString('base64')}`;
  const service = await startService({
    ...{ withoutWorker: true, bulkWorker: true, temporalAddress: server.address, keyring: parseKeyring(keyring) },
  });
  const api = await apiOf(service);
  closing.push(service, api);
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-readiness-'));
  closing.push({ close: () => rmSync(folder, { recursive: true }) });
  const bundleFile = join(folder, 'bundle.js');
  writeFileSync(bundleFile, (await testBundle()).code);
  const settings = { WORKER_SETTINGS: workerSettings(service, { keyring, bundleFile }) };
  const worker = runProgram('test/faults/workerProcess.ts', settings);
  closing.push({ close: () => worker.process.kill('SIGKILL') });
  await worker.prints('running');

  const now = performance.now.bind(performance);
  let laterMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs);
  closing.push({ close: () => clock.mockRestore() });
  const ready = async () => {
    const { status, body } = await api.call<Readiness>(null, 'GET', '/readyz');
    return { status, wrong: body.checks.filter((check) => check.status !== 'ok') };
  };
  const ready90SecondsLater = () => {
    laterMs += 90_000;
    return ready();
  };
  await expect.poll(ready, { timeout: 180_000, interval: 500 }).toMatchObject({ status: 200 });
  for (let round = 0; round < 2; round += 1) {
    const newPoll = async (queue: TaskQueue) => {
      const before = await lastPoll(service, queue);
      await expect.poll(() => lastPoll(service, queue), { timeout: 180_000 }).not.toBe(before);
    };
    await Promise.all([newPoll(taskQueue), newPoll(bulkTaskQueue)]);
    expect(await ready90SecondsLater()).toMatchObject({ status: 200, wrong: [] });
  }

  worker.process.kill('SIGKILL');
  await worker.ended;
  const reason = 'no worker polls the task queue dealerops of Temporal: start one';
  await expect
    .poll(ready90SecondsLater, { timeout: 180_000, interval: 500 })
    .toMatchObject({ status: 503, wrong: [{ name: 'workers', status: 'failed', reason }] });
});
