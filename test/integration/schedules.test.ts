import { fileURLToPath } from 'node:url';
import { Client, type WorkflowExecutionInfo, type WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { datesFrom, exceptionsOf, localDate } from '../../domain/shared/dailyTimes.ts';
import { NoSuchSchedule, type ScheduleKey, type Schedules, ScheduleTimes } from '../../domain/shared/schedules.ts';
import { bulkTaskQueue } from '../../domain/shared/taskQueues.ts';
import { schedulesOf } from '../../service/schedules.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { bundleOf } from '../../worker/worker.ts';
import type { scheduled } from '../support/scheduledWorkflow.ts';
import { testKeyring } from '../support/service.ts';
import { type TestTemporal, testTemporal } from '../support/testTemporal.ts';

let temporal: TestTemporal;
let schedules: Schedules;
let worker: Worker;
let running: Promise<void>;
const dayMs = 24 * 3_600_000;
const process = defineSearchAttributeKey('Process', SearchAttributeType.KEYWORD);

beforeAll(async () => {
  const dataConverter = encryptingDataConverter(testKeyring);
  temporal = await testTemporal({ dataConverter });
  // So long ago, what has run is known.
  await temporal.client.workflowService.updateNamespace({
    namespace: temporal.namespace,
    config: { workflowExecutionRetentionTtl: msToTs('90 days') },
  });
  schedules = schedulesOf(temporal.client);
  worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    namespace: temporal.namespace,
    taskQueue: bulkTaskQueue,
    dataConverter,
    workflowBundle: await bundleOf(fileURLToPath(new URL('../support/scheduledWorkflow.ts', import.meta.url))),
  });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await temporal?.close();
});

let made = 0;
/** A schedule of its own for a test. */
async function schedule(times: Times, how?: How): Promise<ScheduleKey> {
  made += 1;
  const key: ScheduleKey = { process: 'feeds', key: `import/F-${made}` };
  await save(key, times, how);
  return key;
}

type Times = Partial<ScheduleTimes> & { timeZone: string; localTime: string };
type How = Parameters<typeof scheduled>[1];

function save(key: ScheduleKey, times: Times, how: How = 'ends'): Promise<void> {
  return schedules.save(key, ScheduleTimes.parse(times), {
    type: 'scheduled',
    taskQueue: bulkTaskQueue,
    args: ['feed F-17', how],
    summary: 'Import of feed F-17',
    searchAttributes: [{ key: process, value: 'feeds' }],
  });
}

const idOf = ({ process, key }: ScheduleKey) => `${process}/${key}`;

/** When Temporal would run it, from one moment to another. */
async function runsOf(key: ScheduleKey, first: string, last: string): Promise<Date[]> {
  const { startTime } = await temporal.client.workflowService.listScheduleMatchingTimes({
    namespace: temporal.namespace,
    scheduleId: idOf(key),
    startTime: msToTs(Date.parse(first)),
    endTime: msToTs(Date.parse(last)),
  });
  return startTime!.map(({ seconds }) => new Date(Number(seconds) * 1_000));
}

/** What the schedule has started, by ID and start: its runs, or with `runScheduled` what starts them. */
async function workflowsOf(key: ScheduleKey, type = 'scheduled') {
  const query = `WorkflowId STARTS_WITH '${idOf(key)}/' AND WorkflowType = '${type}'`;
  const found: WorkflowExecutionInfo[] = [];
  for await (const one of temporal.client.workflow.list({ query })) found.push(one);
  return found.sort(
    (a, b) => a.workflowId.localeCompare(b.workflowId) || a.startTime.getTime() - b.startTime.getTime(),
  );
}

/** The IDs of its runs, once there are so many. */
async function startedBy(key: ScheduleKey, many: number): Promise<string[]> {
  await expect.poll(async () => (await workflowsOf(key)).length, { timeout: 100_000 }).toBe(many);
  return (await workflowsOf(key)).map(({ workflowId }) => workflowId);
}

/** Waits until everything that Temporal has started for the schedule, so many times, has ended. @returns how */
async function outcomes(key: ScheduleKey, many: number): Promise<string[]> {
  const closed = async () => (await workflowsOf(key, 'runScheduled')).filter(({ status }) => status.name !== 'RUNNING');
  await expect.poll(async () => (await closed()).length, { timeout: 100_000 }).toBe(many);
  const ended = await closed();
  const results = ended.map(({ workflowId, runId }) => temporal.client.workflow.getHandle(workflowId, runId).result());
  return (await Promise.all(results)).sort();
}

/** Waits until the run of a date is in progress. */
async function runOfDate(key: ScheduleKey, date: string): Promise<WorkflowHandle> {
  const handle = temporal.client.workflow.getHandle(`${idOf(key)}/${date}`);
  const status = () =>
    handle.describe().then(
      ({ status }) => status.name,
      () => 'NOT_STARTED',
    );
  await expect.poll(status, { timeout: 100_000 }).toBe('RUNNING');
  return handle;
}

/** Where it is noon now, so that no date ends in a test. */
function noonZone(): string {
  const hours = 12 - new Date().getUTCHours();
  return hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

/** ISO date so many days from today, in UTC. */
const day = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

describe('Temporal runs a schedule once on each local date', () => {
  it.each([
    ['America/New_York', '02:30', '2027-03-12', '2027-03-16', '2027-03-14T08:00:00.000Z'],
    ['America/New_York', '01:30', '2027-11-05', '2027-11-09', '2027-11-07T08:00:00.000Z'],
    ['Australia/Lord_Howe', '02:15', '2027-10-01', '2027-10-05', '2027-10-02T16:30:00.000Z'],
    ['Australia/Lord_Howe', '01:45', '2027-04-02', '2027-04-06', '2027-04-03T16:30:00.000Z'],
    ['America/Havana', '00:30', '2027-03-12', '2027-03-16', '2027-03-14T06:00:00.000Z'],
    ['Africa/Cairo', '23:30', '2027-10-26', '2027-10-31', '2027-10-28T19:59:00.000Z'],
    ['Africa/Cairo', '22:30', '2027-10-26', '2027-10-31', '2027-10-28T19:30:00.000Z'],
    ['Africa/Cairo', '00:30', '2027-04-28', '2027-05-02', '2027-04-29T23:00:00.000Z'],
    ['Australia/Lord_Howe', '01:15', '2027-04-02', '2027-04-06', '2027-04-03T14:15:00.000Z'],
    ['Pacific/Chatham', '03:00', '2027-04-02', '2027-04-06', '2027-04-03T16:00:00.000Z'],
    ['Pacific/Chatham', '03:45', '2027-04-02', '2027-04-06', '2027-04-03T16:00:00.000Z'],
    ['America/Phoenix', '02:30', '2027-03-12', '2027-03-16', '2027-03-14T09:30:00.000Z'],
  ])('in %s at %s, where clocks change', async (timeZone, localTime, first, last, atTheChange) => {
    const key = await schedule({ timeZone, localTime });
    const runs = await runsOf(key, `${first}T12:00:00Z`, `${last}T12:00:00Z`);
    const dates = runs.map((at) => localDate(at, timeZone));
    expect(dates).toEqual(datesFrom(dates[0]!, dates.at(-1)!));
    expect(runs.length).toBe(datesFrom(first, last).length - 1);
    expect(runs.map((at) => at.toISOString())).toContain(atTheChange);
  });

  it('in any time zone at any time of day, for years', async () => {
    const minute = fc.oneof(fc.integer({ min: 0, max: 240 }), fc.integer({ min: 1_380, max: 1_439 }));
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    await fc.assert(
      fc.asyncProperty(zone, minute, fc.integer({ min: -1, max: 10 }), async (timeZone, wanted, years) => {
        const localTime = new Date(wanted * 60_000).toISOString().slice(11, 16);
        const key = await schedule({ timeZone, localTime });
        const year = new Date().getUTCFullYear() + years;
        // Temporal lists a thousand times at most.
        const runs = await runsOf(key, `${year}-01-01T00:00:00Z`, `${year + 1}-01-01T00:00:00Z`);
        const dates = runs.map((at) => localDate(at, timeZone));
        expect(dates.length).toBeGreaterThan(363);
        expect(dates).toEqual(datesFrom(dates[0]!, dates.at(-1)!));
        await schedules.delete(key);
      }),
      { numRuns: 40 },
    );
  });
});

it('backfills past local dates across both clock changes, each once, however often it is asked to', async () => {
  const spring = await schedule({ timeZone: 'America/New_York', localTime: '02:30' });
  const year = new Date().getUTCFullYear();
  const changes = exceptionsOf({ timeZone: 'America/New_York', localTime: '02:30' }, { from: year - 1, to: year - 1 });
  const [inSpring, inFall] = changes.map(({ date }) => date);
  const around = (date: string) => [-1, 1].map((days) => new Date(Date.parse(date) + days * dayMs).toISOString());
  const [springFirst, springLast] = around(inSpring!).map((at) => at.slice(0, 10));
  const runs = [springFirst, inSpring, springLast].map((date) => `${idOf(spring)}/${date}`);
  await schedules.backfill(spring, springFirst!, inSpring!);
  expect(await startedBy(spring, 2)).toEqual(runs.slice(0, 2));
  for (const id of runs.slice(0, 2)) await temporal.client.workflow.getHandle(id).result();
  // What has ended is not run again, and the rest is.
  await schedules.backfill(spring, springFirst!, springLast!);
  expect(await startedBy(spring, 3)).toEqual(runs);
  await temporal.client.workflow.getHandle(runs[2]!).result();
  await schedules.backfill(spring, springFirst!, springLast!);
  const fall = await schedule({ timeZone: 'America/New_York', localTime: '01:30' });
  const [fallFirst, fallLast] = around(inFall!).map((at) => at.slice(0, 10));
  await schedules.backfill(fall, fallFirst!, fallLast!);
  expect(await startedBy(fall, 3)).toEqual([fallFirst, inFall, fallLast].map((date) => `${idOf(fall)}/${date}`));
  expect((await workflowsOf(fall, 'runScheduled')).map(({ workflowId }) => workflowId)).toEqual([
    `${idOf(fall)}/in/America/New_York-${fallFirst}T05:30:00Z`,
    `${idOf(fall)}/in/America/New_York-${inFall}T08:00:00Z`,
    `${idOf(fall)}/in/America/New_York-${fallLast}T06:30:00Z`,
  ]);
  expect(await startedBy(spring, 3)).toEqual(runs);
  const handle = temporal.client.workflow.getHandle(`${idOf(fall)}/${inFall}`);
  expect(await handle.result(), 'its arguments were encrypted and are read again').toBe(`feed F-17 of ${inFall}`);
  expect((await handle.describe()).searchAttributes).toMatchObject({ Process: ['feeds'] });
  expect(JSON.stringify(await handle.fetchHistory())).not.toContain(Buffer.from('feed F-17').toString('base64'));
}, 240_000);

it('names the past dates without a run, and from when on it knows', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '00:00', jitterMinutes: 5, catchUpHours: 1 });
  await schedules.backfill(key, day(-5), day(-4));
  await startedBy(key, 2);
  const without = async (first: string) => schedules.datesWithoutRun(key, first, day(1));
  const { dates, knownFrom } = await without(day(-7));
  // Today's is missing an hour after midnight, and not before.
  expect(dates.filter((date) => date < day(0))).toEqual([-7, -6, -3, -2, -1].map(day));
  expect(dates).not.toContain(day(1));
  expect((await without('2020-01-01')).dates[0]).toBe(knownFrom);
  expect([day(-90), day(-89)]).toContain(knownFrom);
});

it.each([
  ['2026-01-02', '2026-01-01', '2026-01-01 is before 2026-01-02'],
  ['2025-01-01', '2025-12-31', 'At most 100 dates at once'],
  [day(-1), day(2), `The run of ${day(2)} is still to come`],
])('does not backfill from %s to %s', async (first, last, message) => {
  const key = await schedule({ timeZone: 'UTC', localTime: '00:00' });
  await expect(schedules.backfill(key, first, last)).rejects.toThrow(new RangeError(message));
  expect((await schedules.describe(key)).recent).toEqual([]);
});

it('a paused schedule says who paused it and why, stays paused when it is changed, and runs again once resumed', async () => {
  const key = await schedule({ timeZone: 'America/Chicago', localTime: '04:00' });
  await schedules.pause(key, 'olivia', 'The dealer Jane Doe asked for it');
  const { note } = (await temporal.client.schedule.getHandle(idOf(key)).describe()).state;
  expect(note).not.toMatch(/olivia|Jane/);
  expect(note).not.toContain(Buffer.from('Jane Doe').toString('base64').slice(0, 8));
  await save(key, { timeZone: 'America/Denver', localTime: '05:15' });
  expect(await schedules.describe(key)).toMatchObject({
    key: key.key,
    timeZone: 'America/Denver',
    localTime: '05:15',
    paused: { by: 'olivia', reason: 'The dealer Jane Doe asked for it' },
  });
  await schedules.resume(key);
  const { paused, next } = await schedules.describe(key);
  expect(paused).toBeUndefined();
  expect(next.length).toBeGreaterThan(1);
  expect(next.map(({ date }) => date)).toEqual(datesFrom(next[0]!.date!, next.at(-1)!.date!));
});

it('a pause right after a change is kept, also while Temporal is busy', async () => {
  const rounds = Array.from({ length: 10 }, (_, round) => round);
  const changed = Array.from({ length: 6 }, async () => {
    const key = await schedule({ timeZone: 'UTC', localTime: '04:00' });
    const kept: boolean[] = [];
    for (const round of rounds) {
      await save(key, { timeZone: 'UTC', localTime: `04:1${round}` });
      await schedules.pause(key, 'olivia', 'The dealer is closed');
      kept.push((await schedules.describe(key)).paused !== undefined);
      await schedules.resume(key);
    }
    return kept;
  });
  expect(await Promise.all(changed)).toEqual(changed.map(() => rounds.map(() => true)));
});

it('shows the reason of a pause that was made in Temporal itself', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '04:00' });
  await temporal.client.schedule.getHandle(idOf(key)).pause('by an operator');
  expect((await schedules.describe(key)).paused).toEqual({ by: 'temporal', reason: 'by an operator' });
});

it('the date of a run whose jitter reaches beyond midnight is that of its local time', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '23:59', jitterMinutes: 240 });
  const { next } = await schedules.describe(key);
  expect([day(0), day(1)]).toContain(next[0]!.date!);
  expect(next.map(({ date }) => date)).toEqual(datesFrom(next[0]!.date!, next.at(-1)!.date!));
});

it('a backfill that is asked for again while it goes on runs each date once, one after the other', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '00:00' }, 'waits');
  await schedules.backfill(key, day(-4), day(-2));
  const first = await runOfDate(key, day(-4));
  await schedules.backfill(key, day(-4), day(-2));
  await first.signal('end', true);
  for (const date of [day(-3), day(-2)]) await (await runOfDate(key, date)).signal('end', true);
  expect(await outcomes(key, 6)).toEqual([...Array(3).fill('already_run'), ...Array(3).fill('completed')]);
  const runs = await workflowsOf(key);
  expect(runs.map(({ workflowId }) => workflowId)).toEqual([-4, -3, -2].map((days) => `${idOf(key)}/${day(days)}`));
  for (const [index, { startTime }] of runs.slice(1).entries())
    expect(startTime.getTime()).toBeGreaterThanOrEqual(runs[index]!.closeTime!.getTime());
}, 240_000);

it.each<[string, (run: WorkflowHandle) => Promise<unknown>]>([
  ['failed', (run) => run.signal('end', false)],
  ['was terminated', (run) => run.terminate()],
  ['was canceled', (run) => run.cancel()],
])(
  'a date whose run %s is without a run, and a backfill runs it again',
  async (_how, stop) => {
    const key = await schedule({ timeZone: 'UTC', localTime: '00:00', catchUpHours: 1 }, 'waits');
    const without = async () => (await schedules.datesWithoutRun(key, day(-3), day(-3))).dates;
    await schedules.backfill(key, day(-3), day(-3));
    const run = await runOfDate(key, day(-3));
    await expect.poll(without, { timeout: 180_000 }).toEqual([]);
    await stop(run);
    await expect.poll(without, { timeout: 180_000 }).toEqual([day(-3)]);
    await schedules.backfill(key, day(-3), day(-3));
    await (await runOfDate(key, day(-3))).signal('end', true);
    expect(await outcomes(key, 2)).toEqual(['completed', 'not_completed']);
    expect(await without()).toEqual([]);
  },
  240_000,
);

it('what is triggered is not the run of the date, which is still missing and can be made up for', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '00:00', catchUpHours: 1 });
  // At a whole minute, at which it might be taken for the run of a date.
  const minute = new Date(Math.ceil(Date.now() / 60_000) * 60_000);
  vi.useFakeTimers({ toFake: ['Date'], now: minute });
  await schedules.trigger(key).finally(() => vi.useRealTimers());
  const triggered = `${idOf(key)}/${minute.toISOString().slice(0, 16)}:01Z`;
  expect(await startedBy(key, 1)).toEqual([triggered]);
  expect(await temporal.client.workflow.getHandle(triggered).result()).toBe('feed F-17 of null');
  await expect
    .poll(async () => (await schedules.describe(key)).recent, { timeout: 180_000 })
    .toEqual([{ date: undefined, at: expect.any(Date), workflowId: triggered }]);
  await schedules.backfill(key, day(0), day(0));
  expect(await startedBy(key, 2)).toEqual([`${idOf(key)}/${day(0)}`, triggered]);
}, 240_000);

describe('a schedule that is changed', () => {
  const timeZone = noonZone();
  const today = localDate(new Date(), timeZone);

  it('to a later time of a day that has had its run, has no second one', async () => {
    const key = await schedule({ timeZone, localTime: '00:00' });
    await schedules.backfill(key, today, today);
    await outcomes(key, 1);
    const soon = new Date(Date.now() + 70_000);
    const localTime = soon.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    await save(key, { timeZone, localTime });
    expect(await outcomes(key, 2)).toEqual(['already_run', 'completed']);
    expect(await startedBy(key, 1)).toEqual([`${idOf(key)}/${today}`]);
  }, 240_000);

  it('to a time that has passed before the run of the day, has it at once; a paused one does not', async () => {
    const key = await schedule({ timeZone, localTime: '23:00' });
    const paused = await schedule({ timeZone, localTime: '23:00' });
    await schedules.pause(paused, 'olivia', 'The dealer is closed');
    for (const one of [paused, key]) await save(one, { timeZone, localTime: '00:10' });
    expect(await startedBy(key, 1)).toEqual([`${idOf(key)}/${today}`]);
    await outcomes(key, 1);
    await save(key, { timeZone, localTime: '00:20' });
    await save(key, { timeZone, localTime: '00:20', overlap: 'wait' });
    const { next } = await schedules.describe(key);
    expect(next[0]!.date).toBe(localDate(new Date(Date.now() + dayMs), timeZone));
    expect(await workflowsOf(key, 'runScheduled')).toHaveLength(1);
    expect(await workflowsOf(paused, 'runScheduled')).toHaveLength(0);
  }, 240_000);

  it('to another time zone, keeps the dates of its runs', async () => {
    const key = await schedule({ timeZone: 'America/New_York', localTime: '00:30', catchUpHours: 1 });
    await schedules.backfill(key, day(-4), day(-3));
    await outcomes(key, 2);
    // There the runs were at 23:30 of the date before.
    await save(key, { timeZone: 'America/Chicago', localTime: '00:30', catchUpHours: 1 });
    const { recent } = await schedules.describe(key);
    expect(recent.map(({ date }) => date)).toEqual([day(-4), day(-3)]);
    const { dates } = await schedules.datesWithoutRun(key, day(-5), day(-2));
    expect(dates).toEqual([day(-5), day(-2)]);
    await schedules.backfill(key, day(-5), day(-3));
    expect(await outcomes(key, 5)).toEqual(['already_run', 'already_run', ...Array(3).fill('completed')]);
    expect(await startedBy(key, 3)).toEqual([-5, -4, -3].map((days) => `${idOf(key)}/${day(days)}`));
  }, 240_000);
});

it('lists the other schedules beside one whose note cannot be read and one that was made in Temporal itself', async () => {
  const paused = await schedule({ timeZone: 'UTC', localTime: '04:00' });
  await schedules.pause(paused, 'olivia', 'The dealer is closed');
  const manual: ScheduleKey = { process: 'feeds', key: 'manual' };
  await temporal.client.schedule.create({
    scheduleId: idOf(manual),
    spec: { intervals: [{ every: '1 hour' }] },
    action: { type: 'startWorkflow', workflowType: 'scheduled', taskQueue: bulkTaskQueue },
    typedSearchAttributes: [{ key: process, value: 'feeds' }],
  });
  const keyring = parseKeyring(`other:${Buffer.alloc(32, 1).toString('base64')}`);
  const { connection, options } = temporal.client;
  const { namespace } = options;
  const other = schedulesOf(new Client({ connection, namespace, dataConverter: encryptingDataConverter(keyring) }));
  const listed = async (key: ScheduleKey) => (await other.list('feeds')).find((one) => one.key === key.key);
  await expect
    .poll(() => listed(paused), { timeout: 180_000 })
    .toMatchObject({
      localTime: '04:00',
      paused: { by: 'unknown', reason: expect.stringContaining('its codec key is missing') },
    });
  await expect
    .poll(() => listed(manual), { timeout: 180_000 })
    .toMatchObject({ problem: expect.stringContaining('it was made in Temporal itself') });
  await expect(other.backfill(manual, day(-2), day(-1))).rejects.toThrow('feeds/manual cannot be used');
});

it('lists the schedules of a process; one that is deleted is gone, and deleting it again does nothing', async () => {
  const key = await schedule({ timeZone: 'Europe/London', localTime: '04:00' });
  const listed = async () => (await schedules.list('feeds')).find((one) => one.key === key.key);
  await expect.poll(listed, { timeout: 180_000 }).toMatchObject({ timeZone: 'Europe/London', localTime: '04:00' });
  expect(await schedules.list('leads')).toEqual([]);
  for (let round = 0; round < 2; round += 1) await schedules.delete(key);
  await expect(schedules.describe(key)).rejects.toThrow(NoSuchSchedule);
  await expect(schedules.pause(key, 'olivia', 'why')).rejects.toThrow(`There is no schedule ${idOf(key)}`);
  await expect.poll(listed, { timeout: 180_000 }).toBeUndefined();
});

it.each([
  [{ timeZone: 'Mars/Base', localTime: '04:00' }, 'must be an IANA time zone'],
  [{ timeZone: 'UTC', localTime: '24:00' }, 'must be a time of day from 00:00 to 23:59'],
  [{ timeZone: 'UTC', localTime: '4:00' }, 'must be a time of day from 00:00 to 23:59'],
])('rejects %j', (times, message) => {
  const { error } = ScheduleTimes.safeParse(times);
  expect(error?.issues).toMatchObject([{ message: expect.stringContaining(message) }]);
});

it("rejects a key that cannot be part of Temporal's queries", async () => {
  const key: ScheduleKey = { process: 'feeds', key: "F-1' OR true" };
  await expect(schedules.describe(key)).rejects.toThrow(RangeError);
  await expect(save(key, { timeZone: 'UTC', localTime: '04:00' })).rejects.toThrow(RangeError);
});
