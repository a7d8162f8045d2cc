import { afterAll, expect, test } from 'vitest';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { bulkTaskQueue, taskQueue, taskQueues } from '../../domain/shared/taskQueues.ts';
import { buildIdOf } from '../../worker/buildId.ts';
import { makeCurrent } from '../../worker/deployment.ts';
import { buildsOf, bundleOfBuild, deployment } from '../support/builds.ts';
import { dealerOf } from '../support/dealer.ts';
import { startService } from '../support/service.ts';

const service = await startService({ withoutWorker: true });
const { workersOf, currentWorkersOf, shutdown: shutDownAll } = buildsOf(service);
afterAll(async () => {
  await shutDownAll();
  await service.close();
});

async function currentBuild(): Promise<string | undefined> {
  const { namespace, client } = service;
  const described = await client.workflowService.describeWorkerDeployment({ namespace, deploymentName: deployment });
  return described.workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? undefined;
}

test('a build becomes current only by make-current, not when an older worker restarts', async () => {
  const old = await currentWorkersOf('old');
  expect(await currentBuild()).toBe(old.buildId);

  const young = await currentWorkersOf('young');
  await makeCurrent(service.client, { deployment, buildId: young.buildId }, 90_000);
  expect(await currentBuild()).toBe(young.buildId);

  await old.shutdown();
  await workersOf('old');
  const dealer = dealerOf(service, 'D-1302');
  const { ended } = await dealer.cancel(['crm/reynolds']);
  await ended();
  const { events } = await service.client.workflow.getHandle(cancellationWorkflowId('D-1302')).fetchHistory();
  const builds = events?.flatMap((event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion ?? []);
  expect(new Set(builds?.map(({ buildId }) => buildId))).toEqual(new Set([young.buildId]));
  expect(await currentBuild()).toBe(young.buildId);
}, 240_000);

test('a build is made current once its workers of both task queues poll, and then for both', async () => {
  const before = await currentBuild();
  const buildId = buildIdOf(await bundleOfBuild('next'));
  const waiting = makeCurrent(service.client, { deployment, buildId }, 15_000);
  await Promise.all([
    workersOf('next', [taskQueue]),
    expect(waiting).rejects.toThrow('no worker of it polls dealerops-bulk'),
  ]);
  expect(await currentBuild()).toBe(before);
  await workersOf('next', [bulkTaskQueue]);
  await makeCurrent(service.client, { deployment, buildId }, 90_000);
  for (const queue of taskQueues) {
    const described = () =>
      service.client.workflowService.describeTaskQueue({ namespace: service.namespace, taskQueue: { name: queue } });
    await expect
      .poll(async () => (await described()).versioningInfo?.currentDeploymentVersion?.buildId, { timeout: 180_000 })
      .toBe(buildId);
  }
}, 240_000);

test('make-current rejects a build whose workers have stopped, and the current build stays', async () => {
  const before = await currentBuild();
  const { buildId, shutdown } = await workersOf('stopped');
  await shutdown();
  const waiting = makeCurrent(service.client, { deployment, buildId }, 5_000);
  await expect(waiting).rejects.toThrow('no worker of it polls dealerops or dealerops-bulk');
  expect(await currentBuild()).toBe(before);
});

test('make-current rejects a build without a worker, and the current build stays', async () => {
  const before = await currentBuild();
  const waiting = makeCurrent(service.client, { deployment, buildId: 'nobody' }, 1_500);
  await expect(waiting).rejects.toThrow('no worker of it polls dealerops or dealerops-bulk');
  expect(await currentBuild()).toBe(before);
});
