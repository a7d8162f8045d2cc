import { fileURLToPath } from 'node:url';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datesFrom, exceptionsOf, localDate } from '../../domain/shared/dailyTimes.ts';
import { NoSuchSchedule, type ScheduleKey, type Schedules, ScheduleTimes } from '../../domain/shared/schedules.ts';
import { bulkTaskQueue } from '../../domain/shared/taskQueues.ts';
import { schedulesOf } from '../../service/schedules.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { bundleOf } from '../../worker/worker.ts';
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
async function schedule(times: Partial<ScheduleTimes> & { timeZone: string; localTime: string }): Promise<ScheduleKey> {
  made += 1;
  const key: ScheduleKey = { process: 'feeds', key: `import/F-${made}` };
  await save(key, times);
  return key;
}

function save(
  key: ScheduleKey,
  times: Partial<ScheduleTimes> & { timeZone: string; localTime: string },
): Promise<void> {
  return schedules.save(key, ScheduleTimes.parse(times), {
    type: 'scheduled',
    taskQueue: bulkTaskQueue,
    args: ['feed F-17'],
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

/** The workflows that it has started, the oldest first; it waits until there are so many. */
async function startedBy(key: ScheduleKey, many: number): Promise<string[]> {
  const started = async () => {
    const ids: string[] = [];
    for await (const { workflowId } of temporal.client.workflow.list({
      query: `TemporalScheduledById = '${idOf(key)}'`,
    }))
      ids.push(workflowId);
    return ids.sort();
  };
  await expect.poll(async () => (await started()).length, { timeout: 100_000 }).toBe(many);
  return started();
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
  const runs = [
    `${idOf(spring)}-${springFirst}T07:30:00Z`,
    `${idOf(spring)}-${inSpring}T08:00:00Z`,
    `${idOf(spring)}-${springLast}T06:30:00Z`,
  ];
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
  expect(await startedBy(fall, 3)).toEqual([
    `${idOf(fall)}-${fallFirst}T05:30:00Z`,
    `${idOf(fall)}-${inFall}T08:00:00Z`,
    `${idOf(fall)}-${fallLast}T06:30:00Z`,
  ]);
  expect(await startedBy(spring, 3)).toEqual(runs);
  const handle = temporal.client.workflow.getHandle(`${idOf(fall)}-${inFall}T08:00:00Z`);
  expect(await handle.result(), 'its argument was encrypted and is read again').toBe('feed F-17');
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
  expect(next.map(({ date }) => date)).toEqual(datesFrom(next[0]!.date, next.at(-1)!.date));
});

it('shows the reason of a pause that was made in Temporal itself', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '04:00' });
  await temporal.client.schedule.getHandle(idOf(key)).pause('by an operator');
  expect((await schedules.describe(key)).paused).toEqual({ by: 'temporal', reason: 'by an operator' });
});

it('the date of a run whose jitter reaches beyond midnight is that of its local time', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '23:59', jitterMinutes: 240 });
  const { next } = await schedules.describe(key);
  expect([day(0), day(1)]).toContain(next[0]!.date);
  expect(next.map(({ date }) => date)).toEqual(datesFrom(next[0]!.date, next.at(-1)!.date));
});

it('runs at once when it is triggered, besides the run of the date', async () => {
  const key = await schedule({ timeZone: 'UTC', localTime: '04:00' });
  await schedules.trigger(key);
  const [workflowId] = await startedBy(key, 1);
  await expect
    .poll(async () => (await schedules.describe(key)).recent, { timeout: 20_000 })
    .toMatchObject([{ date: expect.stringMatching(`${day(-1)}|${day(0)}`), workflowId }]);
});

it('lists the schedules of a process; one that is deleted is gone, and deleting it again does nothing', async () => {
  const key = await schedule({ timeZone: 'Europe/London', localTime: '04:00' });
  const listed = async () => (await schedules.list('feeds')).find((one) => one.key === key.key);
  await expect.poll(listed, { timeout: 20_000 }).toMatchObject({ timeZone: 'Europe/London', localTime: '04:00' });
  expect(await schedules.list('leads')).toEqual([]);
  for (let round = 0; round < 2; round += 1) await schedules.delete(key);
  await expect(schedules.describe(key)).rejects.toThrow(NoSuchSchedule);
  await expect(schedules.pause(key, 'olivia', 'why')).rejects.toThrow(`There is no schedule ${idOf(key)}`);
  await expect.poll(listed, { timeout: 20_000 }).toBeUndefined();
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
