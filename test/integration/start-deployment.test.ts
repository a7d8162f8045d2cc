import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { buildIdOf } from '../../worker/buildId.ts';
import { makeCurrent } from '../../worker/deployment.ts';
import { startWorker } from '../../worker/worker.ts';
import { dealerOf } from '../support/dealer.ts';
import { startService, type TestService, testBundle } from '../support/service.ts';

const deployment = 'dealerops';
let service: TestService;
beforeAll(async () => {
  service = await startService({ withoutWorker: true });
});
const running: { shutdown(): Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(running.map((worker) => worker.shutdown()));
  await service?.close();
});

/** A worker of a build of its own; its code is the same but for a comment. */
async function workerOf(build: string) {
  const { code } = await testBundle();
  // Before the code: its source map must stay at its end.
  const bundle = { code: `// ${build}\n${code}` } as Awaited<ReturnType<typeof testBundle>>;
  const { namespace, dataConverter, outside, native: connection } = service;
  const worker = await startWorker({ connection, namespace, dataConverter, outside, bundle, deployment });
  running.push(worker);
  return { buildId: buildIdOf(bundle), shutdown: () => worker.shutdown() };
}

async function currentBuild(): Promise<string | undefined> {
  const { namespace, client } = service;
  const described = await client.workflowService.describeWorkerDeployment({ namespace, deploymentName: deployment });
  return described.workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? undefined;
}

test('a build becomes current only by make-current, not when an older worker restarts', async () => {
  const old = await workerOf('old');
  await makeCurrent(service.client, { deployment, buildId: old.buildId }, 20_000);
  expect(await currentBuild()).toBe(old.buildId);

  const young = await workerOf('young');
  await makeCurrent(service.client, { deployment, buildId: young.buildId }, 20_000);
  await makeCurrent(service.client, { deployment, buildId: young.buildId }, 20_000);
  expect(await currentBuild()).toBe(young.buildId);

  await old.shutdown();
  await workerOf('old');
  const dealer = dealerOf(service, 'D-1302');
  const { id, ended } = await dealer.cancel(['crm/reynolds']);
  await ended();
  const { events } = await service.client.workflow.getHandle(cancellationWorkflowId('D-1302'), id).fetchHistory();
  const builds = events?.flatMap((event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion ?? []);
  expect(new Set(builds?.map(({ buildId }) => buildId))).toEqual(new Set([young.buildId]));
  expect(await currentBuild()).toBe(young.buildId);
});

test('make-current rejects a build without a worker, and the current build stays', async () => {
  const before = await currentBuild();
  await expect(makeCurrent(service.client, { deployment, buildId: 'nobody' }, 1_500)).rejects.toThrow(/nobody/);
  expect(await currentBuild()).toBe(before);
});
