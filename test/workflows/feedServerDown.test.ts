import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { feedRunsForFile } from '../support/feedRuns.ts';
import { feedOf } from '../support/feeds.ts';
import { freePort } from '../support/freePort.ts';

const service = await feedRunsForFile();

it('a server that is down is tried for hours, then the run fails with a task; a later run closes it', async () => {
  const port = await freePort();
  service.outside.feeds.sftp!.hosts = [...service.outside.feeds.sftp!.hosts, { host: '127.0.0.1', port }];
  const feed = await feedOf(service, { host: '127.0.0.1', port });
  feed.put('a_SL.csv', 'SoldDate,VIN\n1/10/2030,1HGCM82633A004352\n');
  const run = await feed.start();
  await eventually(async () => (await run.describe()).raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 2));
  await service.env!.sleep('5 hours');
  expect(await feed.endedRuns()).toEqual([]);
  await service.env!.sleep('2 hours');
  expect(await run.result()).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('cannot be reached'),
  });
  const [ended] = await feed.runs();
  const hours = (ended!.endedAt!.getTime() - ended!.startedAt.getTime()) / 3_600_000;
  expect(hours).toBeGreaterThan(5);
  expect(hours).toBeLessThan(7);
  const task = await feed.task('feed-server');
  expect(task).toMatchObject({ team: 'feeds', subject: feed.id, account: feed.row.account });
  await feed.change({ host: service.sandbox.sftp.host, port: service.sandbox.sftp.port });
  expect(await feed.run()).toEqual({ outcome: 'imported' });
  await feed.task('feed-server', 'closed');
  expect(await feed.problem('server').result()).toBe('closed');
}, 240_000);
