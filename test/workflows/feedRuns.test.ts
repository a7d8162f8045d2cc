import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { feedRunsForFile } from '../support/feedRuns.ts';
import { feedOf } from '../support/feeds.ts';

const row = '1/10/2030,1HGCM82633A004352\n';
const sales = (rows: number) => `SoldDate,VIN\n${row.repeat(rows)}`;

const service = await feedRunsForFile();

describe('a run', () => {
  it('imports what matches, removes it, and leaves the rest', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(2));
    feed.put('b_SL.csv.tmp', sales(1));
    expect(await feed.run()).toEqual({ outcome: 'imported' });
    expect(feed.left()).toEqual(['b_SL.csv.tmp']);
    expect(await feed.runs()).toMatchObject([{ outcome: 'imported', counts: { read: 2, inserted: 2 } }]);
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
  });

  it('waits until a file has stopped growing', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    const { seen } = service.sandbox.sftp;
    const run = await feed.start();
    let appended = 0;
    while (seen.connections < 5) {
      appendFileSync(join(feed.folder, 'a_SL.csv'), row);
      appended += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await run.result()).toEqual({ outcome: 'imported' });
    expect(await feed.runs()).toMatchObject([{ counts: { inserted: 1 + appended } }]);
  });

  it('leaves a file that does not stop growing to the next run', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    const growing = setInterval(() => appendFileSync(join(feed.folder, 'a_SL.csv'), row), 10);
    expect(await feed.run().finally(() => clearInterval(growing))).toEqual({
      outcome: 'no_files',
      reason: '1 file changed while being looked at: left to the next run',
    });
    expect(feed.left()).toEqual(['a_SL.csv']);
    expect(await feed.run()).toEqual({ outcome: 'imported' });
  });

  it('takes a file that arrives later with an older time, and the oldest first', async () => {
    const feed = await feedOf(service);
    feed.put('new_SL.csv', sales(1), new Date('2026-11-20T10:00:00Z'));
    feed.put('old_SL.csv', sales(2), new Date('2026-11-19T10:00:00Z'));
    await feed.run();
    expect((await feed.files()).map(({ path }) => path.split('/').at(-1))).toEqual(['old_SL.csv', 'new_SL.csv']);
    feed.put('late_SL.csv', sales(3), new Date('2025-01-01T10:00:00Z'));
    expect(await feed.run()).toEqual({ outcome: 'imported' });
  });

  it('continues as new in a folder of many files', async () => {
    const feed = await feedOf(service);
    for (let n = 1; n <= 120; n += 1) feed.put(`${n}_SL.csv`, sales(n));
    const run = await feed.start('backfill');
    expect(await run.result()).toEqual({ outcome: 'imported' });
    expect(feed.left()).toEqual([]);
    const [ended] = await feed.runs();
    expect(ended).toMatchObject({ trigger: 'backfill', counts: { read: (120 * 121) / 2, inserted: (120 * 121) / 2 } });
    expect(await feed.runs()).toHaveLength(1);
    const first = await service.client.workflow.getHandle(run.workflowId, run.firstExecutionRunId).fetchHistory();
    expect(first.events!.at(-1)).toMatchObject({ workflowExecutionContinuedAsNewEventAttributes: {} });
    expect(first.events!.length).toBeLessThan(800);
  }, 240_000);

  it('of a paused or ended import takes nothing, but may look', async () => {
    const feed = await feedOf(service, { state: 'paused', pausedBy: 'finn', pausedReason: 'moving' });
    feed.put('a_SL.csv', sales(1));
    expect(await feed.run()).toEqual({ outcome: 'not_run', reason: 'the import is paused' });
    expect(await feed.run('dry_run')).toEqual({ outcome: 'imported' });
    await feed.change({ state: 'active', endsOn: '2026-01-01' });
    expect(await feed.run()).toEqual({ outcome: 'not_run', reason: 'the import has ended' });
    expect(feed.left()).toEqual(['a_SL.csv']);
    expect(await feed.runs()).toMatchObject([{ trigger: 'dry_run' }]);
  });

  it('takes nothing more, and opens no task, when its import ends meanwhile', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    service.sandbox.faults.sftp.slowListingMs = 1_500;
    const run = await feed.start();
    await eventually(async () => (await feed.runs()).length > 0);
    await feed.change({ state: 'ended' });
    expect(await run.result()).toEqual({ outcome: 'failed', reason: 'the import has ended' });
    expect([feed.left(), await feed.files(), await feed.tasks()]).toEqual([['a_SL.csv'], [], []]);
  });

  it('takes nothing more, and opens no task, when its import is paused meanwhile', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    service.sandbox.faults.sftp.slowListingMs = 1_500;
    const run = await feed.start();
    await eventually(async () => (await feed.runs()).length > 0);
    await feed.change({ state: 'paused', pausedBy: 'finn', pausedReason: 'moving' });
    expect(await run.result()).toEqual({ outcome: 'failed', reason: 'the import is paused' });
    expect([feed.left(), await feed.files(), await feed.tasks()]).toEqual([['a_SL.csv'], [], []]);
  });

  it('that is dry changes nothing and counts what would be', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(3));
    feed.put('b_SL.csv', sales(1).replace('1/10', 'bad'));
    expect(await feed.run('dry_run')).toEqual({ outcome: 'needs_person' });
    expect(await feed.runs()).toMatchObject([{ trigger: 'dry_run', counts: { inserted: 3 } }]);
    expect([feed.left(), await feed.files(), await feed.tasks()]).toEqual([['a_SL.csv', 'b_SL.csv'], [], []]);
  });

  it('waits for another one of its import', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    const slow = service.sandbox.faults.sftp;
    slow.slowListingMs = 1_500;
    const first = await feed.start();
    await eventually(async () => (await feed.runs()).length > 0);
    const second = await feed.start();
    await first.result();
    slow.slowListingMs = 0;
    await service.env!.sleep('15 seconds');
    expect(await second.result()).toEqual({ outcome: 'no_files' });
    const [one, other] = await feed.runs();
    expect(other!.startedAt.getTime()).toBeGreaterThanOrEqual(one!.startedAt.getTime());
    expect(await feed.files()).toHaveLength(1);
  });

  it('keeps a file whose removal is refused, and removes it the next time without importing it again', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    service.sandbox.faults.sftp.refuseRemoval = true;
    expect(await feed.run()).toMatchObject({
      outcome: 'imported',
      reason: expect.stringContaining('1 file could not be removed'),
    });
    expect(feed.left()).toEqual(['a_SL.csv']);
    service.sandbox.faults.sftp.refuseRemoval = false;
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
    expect(feed.left()).toEqual([]);
    expect(await feed.runs()).toMatchObject([{ counts: { inserted: 1 } }, { counts: { inserted: 0 } }]);
  });

  it('does not look again at files that stay on the server', async () => {
    const feed = await feedOf(service, { deleteFromServer: false });
    feed.put('a_SL.csv', sales(1));
    await feed.run();
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
    expect(await feed.files()).toHaveLength(1);
    feed.put('a_SL.csv', sales(2));
    expect(await feed.run()).toEqual({ outcome: 'imported' });
    expect(feed.left()).toEqual(['a_SL.csv']);
  });
});
