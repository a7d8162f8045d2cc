import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { openFeedServer } from '../../activities/feeds/server.ts';
import { createActivities, type Outside } from '../../activities/index.ts';
import { importById } from '../../db/queries/feeds/runs.ts';
import { eventually } from '../support/eventually.ts';
import { feedRunsForFile } from '../support/feedRuns.ts';
import { feedOf } from '../support/feeds.ts';
import { freePort } from '../support/freePort.ts';

/** Folders are listed by servers that answer within a second: a run tries one that does not some forty times. */
const impatient = (outside: Outside) => ({
  async listFolder(of: { importId: string }): Promise<unknown> {
    const row = await importById(outside.database.db, of.importId);
    const session = await openFeedServer(outside.feeds, row!, { connectMs: 1_000 });
    await session.close();
    return createActivities(outside).listFolder!(of as never);
  },
});
const service = await feedRunsForFile(impatient);

function allow(port: number): void {
  service.outside.feeds.sftp!.hosts = [...service.outside.feeds.sftp!.hosts, { host: '127.0.0.1', port }];
}

it('a server that is down is tried for hours, then the run fails with a task; a later run closes it', async () => {
  const port = await freePort();
  allow(port);
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

it('a server that takes connections and never answers: the run ends after hours with what has happened, and one task', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  allow(port);
  const feed = await feedOf(service, { host: '127.0.0.1', port });
  const run = await feed.start();
  await service.env!.sleep('7 hours');
  expect(await run.result()).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/sent nothing for 1 s \(connecting\)/),
  });
  const [ended] = await feed.runs();
  const hours = (ended!.endedAt!.getTime() - ended!.startedAt.getTime()) / 3_600_000;
  expect(hours).toBeGreaterThan(5);
  expect(hours).toBeLessThan(7);
  const task = await feed.task('feed-server');
  expect(JSON.stringify(task.content)).toContain('sent nothing for 1 s');
  expect((await feed.tasks()).map(({ kind, state }) => [kind, state])).toEqual([['feed-server', 'open']]);
  expect(await feed.files()).toEqual([]);
  server.close();
}, 240_000);
