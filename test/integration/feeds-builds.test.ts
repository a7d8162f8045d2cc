import proto from '@temporalio/proto';
import { afterAll, expect, test } from 'vitest';
import { importSchedule } from '../../domain/feeds/workflowStarts.ts';
import { feedFile } from '../../sandbox/sftp/feedFile.ts';
import { runsCheck } from '../../worker/maintenance/feeds.ts';
import { buildsOf } from '../support/builds.ts';
import { eventually } from '../support/eventually.ts';
import { feedOf } from '../support/feeds.ts';
import { startService } from '../support/service.ts';

const oneSale = Buffer.concat([...feedFile({ rows: 1, seed: 1, dms: 'ids', kind: 'sales', customers: 1 })]).toString();
const service = await startService({ withoutWorker: true });
const { currentWorkersOf, shutdown } = buildsOf(service);
afterAll(async () => {
  await shutdown();
  await service.close();
});

async function versionOf(workflowId: string) {
  const { raw } = await service.client.workflow.getHandle(workflowId).describe();
  const { behavior, deploymentVersion } = raw.workflowExecutionInfo?.versioningInfo ?? {};
  return { behavior, buildId: deploymentVersion?.buildId };
}
const { VERSIONING_BEHAVIOR_PINNED: pinned, VERSIONING_BEHAVIOR_AUTO_UPGRADE: autoUpgrade } =
  proto.temporal.api.enums.v1.VersioningBehavior;

test('a run ends with the build that it began with, and one whose build has no workers is replaced', async () => {
  const old = await currentWorkersOf('old');
  const [scheduled, stranded] = [await feedOf(service), await feedOf(service)];
  for (const feed of [scheduled, stranded]) {
    feed.put('a_SL.csv', oneSale);
    await eventually(async () => (await feed.current()).appliedVersion === 1);
  }
  service.outside.feeds.secondLookMs = 20_000;
  await service.outside.schedules.trigger(importSchedule(scheduled.id));
  const [run] = await eventually(async () => (await scheduled.runs()).length === 1 && scheduled.runs());
  service.outside.feeds.secondLookMs = 3_600_000;
  const lost = await stranded.start();
  await eventually(async () => (await stranded.runs()).length === 1);

  service.outside.feeds.secondLookMs = 100;
  const young = await currentWorkersOf('young');
  await runsCheck(service.outside)();
  await eventually(async () => (await scheduled.endedRuns()).length === 1, { within: 90_000 });
  expect(await versionOf(run!.workflowId)).toEqual({ behavior: pinned, buildId: old.buildId });
  expect(await scheduled.runs()).toMatchObject([{ trigger: 'schedule', outcome: 'imported' }]);
  const next = await scheduled.start();
  expect(await next.result()).toEqual({ outcome: 'no_files' });
  expect(await versionOf(next.workflowId)).toEqual({ behavior: pinned, buildId: young.buildId });

  await old.shutdown();
  await eventually(
    async () => {
      await runsCheck(service.outside, { goneAfterMs: 2_000 })();
      return (await stranded.endedRuns()).length === 2;
    },
    { within: 60_000, every: 1_000 },
  );
  const runs = await stranded.runs();
  expect(runs).toMatchObject([
    { workflowId: lost.workflowId, outcome: 'failed', reason: expect.stringContaining('its build are gone') },
    { trigger: 'manual', requestedBy: 'dealerops', outcome: 'imported' },
  ]);
  expect(await versionOf(runs[1]!.workflowId)).toEqual({ behavior: pinned, buildId: young.buildId });

  service.sandbox.faults.sftp.refusePassword = true;
  await stranded.run();
  const task = await stranded.task('feed-credentials');
  expect(await versionOf(task.workflowId)).toEqual({ behavior: autoUpgrade, buildId: young.buildId });
}, 400_000);
