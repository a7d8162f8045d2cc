import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { measureFeeds } from '../../db/queries/feeds/health.ts';
import { feedImports, feedRejectedRows, feedRuns } from '../../db/schema/feeds.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { applyFeedImportWorkflow, importSchedule } from '../../domain/feeds/workflowStarts.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import { NoSuchSchedule } from '../../domain/shared/schedules.ts';
import { runsCheck, schedulesCheck, silenceCheck } from '../../worker/maintenance/feeds.ts';
import { apiOf } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { feedOf } from '../support/feeds.ts';
import { startService } from '../support/service.ts';

const service = await startService({ bulkWorker: true, secondLookMs: 100 });
afterAll(() => service.close());
beforeEach(() => service.sandbox.reset());
const { schedules } = service.outside;
/** As Temporal's client says it. */
const unavailable = Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });

type Feed = Awaited<ReturnType<typeof feedOf>>;
const scheduleOf = (feed: Feed) => schedules.describe(importSchedule(feed.id));
const isApplied = (feed: Feed) =>
  eventually(async () => {
    const { version, appliedVersion } = await feed.current();
    return version === appliedVersion;
  });
/** A change as the API makes it, but without its start of the workflow. */
async function change(feed: Feed, set: Partial<Feed['row']>) {
  const { version } = await feed.current();
  await feed.change({ ...set, version: version + 1 });
  return { ...feed.row, version: version + 1 };
}
const apply = async (feed: Feed, version: number) =>
  service.client.workflow.execute('applyFeedImport', applyFeedImportWorkflow({ ...feed.row, version }));

describe('the schedule of a feed import', () => {
  it('is made, changed, paused, resumed and deleted as the import says, also by the maintenance alone', async () => {
    const feed = await feedOf(service, { jitterMinutes: 30 });
    await isApplied(feed);
    expect(await scheduleOf(feed)).toMatchObject({
      timeZone: 'America/Chicago',
      localTime: '05:00',
      paused: undefined,
    });
    const { spec, policies } = await service.client.schedule.getHandle(`feeds/import/${feed.id}`).describe();
    expect([spec.jitter, policies.overlap]).toEqual([30 * 60_000, 'SKIP']);
    await change(feed, { localTime: '06:30', state: 'paused', pausedBy: 'finn', pausedReason: 'the server moves' });
    await isApplied(feed);
    expect(await scheduleOf(feed)).toMatchObject({
      localTime: '06:30',
      paused: { by: 'finn', reason: 'the server moves' },
    });
    await change(feed, { state: 'active' });
    await isApplied(feed);
    expect((await scheduleOf(feed)).paused).toBeUndefined();
    await change(feed, { state: 'ended' });
    await isApplied(feed);
    await expect(scheduleOf(feed)).rejects.toThrow(NoSuchSchedule);
  });

  it('is that of the last version, whatever order the changes are applied in', async () => {
    const feed = await feedOf(service, { appliedVersion: 1 });
    await change(feed, { localTime: '07:00' });
    await change(feed, { localTime: '08:00' });
    await Promise.all([apply(feed, 3), apply(feed, 2), apply(feed, 1)]);
    await apply(feed, 2);
    expect(await scheduleOf(feed)).toMatchObject({ localTime: '08:00' });
    expect(await feed.current()).toMatchObject({ version: 3, appliedVersion: 3 });
  });

  it('runs the import; a date has one run', async () => {
    const feed = await feedOf(service);
    await isApplied(feed);
    await schedules.trigger(importSchedule(feed.id));
    const [run] = await eventually(async () => (await feed.endedRuns()).length === 1 && feed.endedRuns());
    expect(run).toMatchObject({ trigger: 'schedule', date: null, outcome: 'no_files' });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    for (let time = 0; time < 2; time += 1) await schedules.backfill(importSchedule(feed.id), yesterday, yesterday);
    await eventually(async () => (await feed.endedRuns()).length === 2);
    expect(await feed.runs()).toContainEqual(
      expect.objectContaining({ date: yesterday, workflowId: `feeds/import/${feed.id}/${yesterday}` }),
    );
  });
});

describe('the maintenance', () => {
  it('ends the rows of runs whose workflow was stopped, so that the next run can begin', async () => {
    const feed = await feedOf(service);
    service.sandbox.faults.sftp.slowListingMs = 20_000;
    const run = await feed.start();
    await eventually(async () => (await feed.runs()).length === 1);
    await service.client.workflow.getHandle(run.workflowId).terminate('by mistake');
    service.sandbox.faults.sftp.slowListingMs = 0;
    const next = await feed.start();
    expect(await next.result()).toEqual({ outcome: 'no_files' });
    expect(await feed.runs()).toMatchObject([
      { outcome: 'failed', reason: 'its workflow was stopped in Temporal, or failed' },
      { outcome: 'no_files' },
    ]);
  });

  it('leaves alone what runs, and what is applied', async () => {
    const feed = await feedOf(service);
    await isApplied(feed);
    service.sandbox.faults.sftp.slowListingMs = 3_000;
    const run = await feed.start();
    await eventually(async () => (await feed.runs()).length === 1);
    await runsCheck(service.outside)();
    await schedulesCheck(service.outside)();
    expect(await run.result()).toEqual({ outcome: 'no_files' });
  });

  it('ends a row that no workflow has', async () => {
    const feed = await feedOf(service);
    const id = randomUUID();
    await service.db.insert(feedRuns).values({
      ...{ id, importId: feed.id, importVersion: 1, workflowId: `feeds/import/${feed.id}/gone` },
      ...{ trigger: 'manual', counts: noRows },
    });
    await eventually(async () => (await feed.endedRuns()).some((one) => one.id === id));
    await service.db.delete(feedImports).where(eq(feedImports.id, feed.id));
    expect(await feed.run()).toEqual({ outcome: 'not_run', reason: 'there is no such feed import' });
  });
});

describe('the deliveries of a feed', () => {
  const header = 'DealNumber,SoldDate,Amount.Financed,Email\n';
  const sales = (rows: number, from = 0) =>
    header + Array.from({ length: rows }, (_, n) => `${from + n},1/5/2026,,lee${from + n}@example.com\n`).join('');
  /** By the dealer's calendar: a day on which clocks change does not have 24 hours. */
  const daysAgo = (days: number) => DateTime.now().setZone('America/Chicago').minus({ days }).toJSDate();
  /** As many rows on this weekday as in each of the three weeks before. */
  const usual = async (feed: Feed, read: number) => {
    await service.db.insert(feedRuns).values(
      [7, 14, 21].map((days) => ({
        ...{
          id: randomUUID(),
          importId: feed.id,
          importVersion: 1,
          workflowId: `feeds/import/${feed.id}/${days}`,
          outcome: 'imported' as const,
        },
        ...{ trigger: 'schedule' as const, date: localDate(daysAgo(days), feed.row.timeZone) },
        ...{ startedAt: daysAgo(days), endedAt: daysAgo(days), counts: { ...noRows, read, inserted: read } },
      })),
    );
  };
  const quiet = (feed: Feed, days: number) => feed.change({ activeSince: daysAgo(days) });
  const health = async (feed: Feed) => {
    const api = await apiOf(service);
    const { body } = await api.get<{ feeds: Record<string, unknown>[] }>(
      'reader',
      `/v1/feeds/health?account=${feed.row.account}`,
    );
    await api.close();
    return body.feeds[0]!;
  };

  it('have a task when they are far smaller than usual, until a date has as many as usual', async () => {
    const feed = await feedOf(service);
    await usual(feed, 40);
    feed.put('a_SL.csv', sales(9));
    expect(await feed.run()).toMatchObject({ outcome: 'imported' });
    const task = await feed.task('feed-small');
    expect(JSON.stringify(task.content)).toContain('has 9 rows, and 40 are usual for its weekday');
    expect((await health(feed)).lastRun).toMatchObject({ outcome: 'imported', isSmall: true });
    expect(await feed.run()).toMatchObject({ outcome: 'no_files' });
    expect(await health(feed)).toMatchObject({
      needsPerson: [{ taskId: task.id, kind: 'feed-small' }],
      ...{ usualRows: 40, quietDays: 0, lastRun: { outcome: 'no_files' }, lastSuccess: { rows: 40 } },
    });
    feed.put('b_SL.csv', sales(31, 9));
    await feed.run();
    await feed.task('feed-small', 'closed');
    expect(await health(feed)).toMatchObject({ needsPerson: [], lastSuccess: { rows: 31, rejected: 0 } });
  });

  it('have one task when there are none for the days that the import says, until there are', async () => {
    const feed = await feedOf(service, { silentAfterDays: 4 });
    await quiet(feed, 3);
    await silenceCheck(service.outside)();
    expect(await feed.tasks()).toEqual([]);
    await quiet(feed, 5);
    await silenceCheck(service.outside)();
    const task = await feed.task('feed-silent');
    expect(JSON.stringify(task.content)).toContain('No rows were delivered for 5 days');
    feed.put('a_SL.csv', header);
    expect(await feed.run()).toMatchObject({ outcome: 'empty' });
    await silenceCheck(service.outside)();
    expect(await feed.tasks()).toMatchObject([{ id: task.id, state: 'open' }]);
    feed.put('b_SL.csv', sales(1));
    await feed.run();
    await feed.task('feed-silent', 'closed');
    await silenceCheck(service.outside)();
    expect(await feed.tasks()).toHaveLength(1);
  });

  it('are on the health board with 30 days and the next run; a run without rows is no success', async () => {
    const feed = await feedOf(service);
    await isApplied(feed);
    await usual(feed, 40);
    feed.put('a_SL.csv', header);
    await feed.run();
    const { days, ...board } = await health(feed);
    const lastRun = { outcome: 'empty', isSmall: false };
    expect(board).toMatchObject({ needsPerson: [], lastRun, nextRunAt: expect.any(String), nextRunIsKnown: true });
    expect(board.lastSuccess).toMatchObject({ rows: 40 });
    const shown = days as { date: string; rows: number; runs: number }[];
    expect(shown).toHaveLength(30);
    expect(shown.at(-1)).toMatchObject({ date: localDate(new Date(), feed.row.timeZone), rows: 0, runs: 1 });
    expect(shown.filter(({ rows }) => rows > 0).map(({ rows }) => rows)).toEqual([40, 40, 40]);
    vi.spyOn(schedules, 'list').mockRejectedValueOnce(unavailable);
    expect(await health(feed)).toMatchObject({ nextRunAt: null, nextRunIsKnown: false });
  });

  it('have as many rows to correct as are open of all runs, however many the last one has rejected', async () => {
    const feed = await feedOf(service, { maxRejectedShare: 0.9 });
    const bad = (n: number) => `${n},never,,lee${n}@example.com\n`;
    feed.put('a_SL.csv', sales(1) + bad(7) + bad(8));
    expect(await feed.run()).toMatchObject({ outcome: 'imported' });
    feed.put('b_SL.csv', sales(1, 9));
    expect(await feed.run()).toMatchObject({ outcome: 'imported' });
    expect(await health(feed)).toMatchObject({ lastSuccess: { rejected: 0 }, rowsToCorrect: 2 });
    await service.db.update(feedRejectedRows).set({ state: 'corrected' }).where(eq(feedRejectedRows.importId, feed.id));
    expect(await health(feed)).toMatchObject({ rowsToCorrect: 0 });
  });

  it('are measured for all feeds together: dry runs, earlier days and feeds that have ended do not count', async () => {
    await service.db.delete(feedRuns);
    await service.db.delete(feedImports);
    const feed = await feedOf(service, { maxRejectedShare: 0.5 });
    await usual(feed, 3);
    feed.put('a_SL.csv', `${sales(3)}9,never,,lee@example.com\n`);
    await feed.run('dry_run');
    await feed.run();
    await service.db
      .update(feedRuns)
      .set({ startedAt: sql`${feedRuns.endedAt} - interval '90 seconds'` })
      .where(and(eq(feedRuns.importId, feed.id), eq(feedRuns.trigger, 'manual')));
    const silent = await feedOf(service, { silentAfterDays: 4 });
    await quiet(silent, 5);
    await silenceCheck(service.outside)();
    await silent.task('feed-silent');
    const longAgo = { activeSince: daysAgo(50) };
    await feedOf(service, { ...longAgo, state: 'paused', pausedBy: 'finn', pausedReason: 'the server moves' });
    await feedOf(service, { ...longAgo, state: 'ended' });
    expect(await measureFeeds(service.db)).toEqual({
      ...{ active: 2, needing_person: 1, quiet: 1 },
      ...{ rows_last_day: 3, rejected_rows_last_day: 1, longest_run_seconds_last_day: 90 },
    });
  });
});
