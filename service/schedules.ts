import { randomUUID } from 'node:crypto';
import {
  type CalendarSpec,
  type Client,
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  type ScheduleSpec,
  type ScheduleSpecDescription,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { z } from 'zod';
import {
  type DailyTime,
  datesFrom,
  datesLeftOut,
  exceptionsOf,
  localDate,
  runOf,
} from '../domain/shared/dailyTimes.ts';
import { dateOfRun, runPrefix, runStartedBy, starterId, triggerTime } from '../domain/shared/scheduledRuns.ts';
import {
  NoSuchSchedule,
  type ScheduledStart,
  type ScheduledWorkflow,
  type ScheduleKey,
  type ScheduleSummary,
  type Schedules,
  ScheduleTimes,
} from '../domain/shared/schedules.ts';

const { Payload } = proto.temporal.api.common.v1;
const { ScheduleOverlapPolicy: ScheduleOverlap } = proto.temporal.api.enums.v1;

/** Exceptions are known for a backfill of the past, and for as long as time zones are likely to keep their rules. */
const exceptionYears = { before: 2, after: 12 };
const longestBackfill = 100;
const dayMs = 24 * 3_600_000;
const overlaps = { skip: ScheduleOverlapPolicy.SKIP, wait: ScheduleOverlapPolicy.BUFFER_ONE };
const keyPattern = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,190}$/;

const notFound = 5;

/** The schedules of the processes, as Temporal Schedules that start `runScheduled`. */
export function schedulesOf(temporal: Client): Schedules {
  const handleOf = (key: ScheduleKey) => temporal.schedule.getHandle(idOf(key));

  async function found<T>(key: ScheduleKey, use: (handle: ScheduleHandle) => Promise<T>): Promise<T> {
    try {
      return await use(handleOf(key));
    } catch (error) {
      if (error instanceof ScheduleNotFoundError || (isGrpcServiceError(error) && error.code === notFound))
        throw new NoSuchSchedule(`There is no schedule ${idOf(key)}`);
      throw error;
    }
  }

  /** The local dates of which a run is in progress or completed, of those that Temporal still keeps. */
  async function datesWithRun(key: ScheduleKey): Promise<Set<string>> {
    const had = new Set<string>();
    const query = `WorkflowId STARTS_WITH '${runPrefix(idOf(key))}' AND ExecutionStatus IN ('Running', 'Completed')`;
    for await (const { workflowId } of temporal.workflow.list({ query })) {
      const date = dateOfRun(idOf(key), workflowId);
      if (date) had.add(date);
    }
    return had;
  }

  return {
    async save(key, times, workflow) {
      const after = ScheduleTimes.parse(times);
      const options = optionsOf(key, after, workflow);
      try {
        await temporal.schedule.create(options);
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        await found(key, async (handle) => {
          let was!: ScheduleDescription;
          await handle.update((now) => {
            was = now;
            return { ...options, state: now.state };
          });
          // Waits until it is done: of what comes at the same moment Temporal does a pause or a backfill first, and the update
          // then takes the pause back.
          await handle.describe();
          const before = dailyTimeOf(was.spec);
          if (!before || was.state.paused) return;
          // Temporal starts nothing whose time was before the update.
          const dates = datesLeftOut({ ...before, jitterMs: was.spec.jitter ?? 0 }, after, new Date());
          await startDates(handle, dates, after, after.jitterMinutes * 60_000);
        });
      }
    },

    pause: (key, by, reason) => found(key, async (handle) => handle.pause(await sealed(temporal, { by, reason }))),

    resume: (key) => found(key, (handle) => handle.unpause('Resumed')),

    trigger: (key) =>
      found(key, async () => {
        const { namespace, identity } = temporal.options;
        const time = triggerTime(new Date()).getTime();
        await temporal.workflowService.patchSchedule({
          ...{ namespace, identity, scheduleId: idOf(key), requestId: randomUUID() },
          patch: {
            triggerImmediately: {
              overlapPolicy: ScheduleOverlap.SCHEDULE_OVERLAP_POLICY_BUFFER_ALL,
              scheduledTime: msToTs(time),
            },
          },
        });
      }),

    async backfill(key, first, last) {
      const dates = datesFrom(first, last);
      if (dates.length === 0) throw new RangeError(`${last} is before ${first}`);
      if (dates.length > longestBackfill) throw new RangeError(`At most ${longestBackfill} dates at once`);
      await found(key, async (handle) => {
        const { spec } = await handle.describe();
        const daily = ownDailyTime(key, spec);
        const lastRun = runOf(last, daily);
        if (lastRun && lastRun.getTime() > Date.now()) throw new RangeError(`The run of ${last} is still to come`);
        await startDates(handle, dates, daily, spec.jitter ?? 0);
      });
    },

    datesWithoutRun: (key, first, last) =>
      found(key, async (handle) => {
        const { spec, policies } = await handle.describe();
        const daily = ownDailyTime(key, spec);
        const keptSince = Date.now() - (await retentionMs(temporal));
        // Of the first whole date.
        const knownFrom = localDate(new Date(keptSince + dayMs), daily.timeZone);
        const overBefore = Date.now() - policies.catchupWindow - (spec.jitter ?? 0);
        const expected = datesFrom(first, last).filter((date) => {
          const run = date < knownFrom ? null : runOf(date, daily);
          return run !== null && run.getTime() < overBefore;
        });
        const had = await datesWithRun(key);
        return { dates: expected.filter((date) => !had.has(date)), knownFrom };
      }),

    describe: (key) => found(key, async (handle) => summaryOf(temporal, key.key, await handle.describe())),

    async list(process) {
      const summaries: ScheduleSummary[] = [];
      for await (const schedule of temporal.schedule.list({ query: `Process = '${process}'` })) {
        const { scheduleId, spec, state, info } = schedule;
        if (scheduleId.startsWith(`${process}/`))
          summaries.push(await summaryOf(temporal, scheduleId.slice(process.length + 1), { spec, state, info }));
      }
      return summaries.sort((a, b) => (a.key < b.key ? -1 : 1));
    },

    async delete(key) {
      await handleOf(key)
        .delete()
        .catch((error) => {
          if (!(error instanceof ScheduleNotFoundError)) throw error;
        });
    },
  };
}

/** The runs of these dates, one after the other; `runScheduled` starts none that a date has had. */
async function startDates(handle: ScheduleHandle, dates: string[], daily: DailyTime, jitterMs: number): Promise<void> {
  const runs = dates.flatMap((date) => runOf(date, daily)?.getTime() ?? []);
  if (runs.length === 0) return;
  await handle.backfill(
    runs.map((at) => ({
      // Temporal's start is exclusive, and it compares the end with times to which it has added jitter.
      start: new Date(at - 1_000),
      end: new Date(at + jitterMs + 1_000),
      overlap: ScheduleOverlapPolicy.BUFFER_ALL,
    })),
  );
}

/** @throws RangeError when the key has other characters than an ID may have */
function idOf({ process, key }: ScheduleKey): string {
  if (!keyPattern.test(key)) throw new RangeError('A schedule key has letters, digits and . _ / - only, 191 at most');
  return `${process}/${key}`;
}

function optionsOf(key: ScheduleKey, times: ScheduleTimes, workflow: ScheduledWorkflow): ScheduleOptions {
  const { type, taskQueue, args, summary, searchAttributes } = workflow;
  const start: ScheduledStart = { type, taskQueue, args, summary };
  return {
    scheduleId: idOf(key),
    spec: specOf(times),
    action: {
      type: 'startWorkflow',
      workflowType: 'runScheduled',
      workflowId: starterId(idOf(key), times.timeZone),
      taskQueue,
      args: [start],
      staticSummary: `Scheduled: ${summary}`,
      typedSearchAttributes: searchAttributes,
    },
    policies: { overlap: overlaps[times.overlap], catchupWindow: times.catchUpHours * 3_600_000 },
    typedSearchAttributes: searchAttributes,
  };
}

/**
 * Every date at its local time. Where clocks change near it, all other times of the date are left out: Temporal skips a time
 * that does not exist, runs twice at one that is repeated, and in some time zones also an hour after one that is not, which
 * may then be on the next date.
 */
function specOf({ timeZone, localTime, jitterMinutes }: ScheduleTimes): ScheduleSpec {
  const year = new Date().getUTCFullYear();
  const years = { from: year - exceptionYears.before, to: year + exceptionYears.after };
  const exceptions = new Map(exceptionsOf({ timeZone, localTime }, years).map((one) => [one.date, one.localTime]));
  const only = new Map(exceptions);
  if (localTime >= '20:00')
    for (const next of [...exceptions.keys()].map(dateAfter)) if (!only.has(next)) only.set(next, localTime);
  const others = [...exceptions].filter(([, time]) => time !== null && time !== localTime);
  return {
    timezone: timeZone,
    jitter: jitterMinutes * 60_000,
    calendars: [timeOf(localTime), ...others.map(([date, time]) => ({ ...dayOf(date), ...timeOf(time!) }))],
    skip: [...only].flatMap(([date, time]) => (time === null ? [] : otherTimesOf(date, time))),
  };
}

const dateAfter = (date: string) => new Date(Date.parse(date) + dayMs).toISOString().slice(0, 10);

function timeOf(localTime: string): { hour: number; minute: number } {
  const [hour = 0, minute = 0] = localTime.split(':').map(Number);
  return { hour, minute };
}

function dayOf(date: string): CalendarSpec {
  const [year, month, dayOfMonth] = date.split('-').map(Number);
  return { year, month: months[month! - 1], dayOfMonth };
}

/** All minutes of a date but one. */
function otherTimesOf(date: string, localTime: string): CalendarSpec[] {
  const { hour, minute } = timeOf(localTime);
  const all: (CalendarSpec | false)[] = [
    hour > 0 && { hour: { start: 0, end: hour - 1 }, minute: '*' },
    hour < 23 && { hour: { start: hour + 1, end: 23 }, minute: '*' },
    minute > 0 && { hour, minute: { start: 0, end: minute - 1 } },
    minute < 59 && { hour, minute: { start: minute + 1, end: 59 } },
  ];
  return all.flatMap((one) => (one ? { ...dayOf(date), ...one } : []));
}

const months = [
  ...(['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE'] as const),
  ...(['JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'] as const),
];

/**
 * The time of every date is that of the calendar without a year.
 * @returns null where another program made the schedule
 */
function dailyTimeOf({
  timezone,
  calendars,
}: Pick<ScheduleSpecDescription, 'timezone' | 'calendars'>): DailyTime | null {
  const everyDate = calendars?.filter(({ year }) => year.length === 0) ?? [];
  const [{ hour, minute } = { hour: [], minute: [] }] = everyDate;
  if (!timezone || everyDate.length !== 1 || hour.length !== 1 || minute.length !== 1) return null;
  const two = (value: number) => String(value).padStart(2, '0');
  return { timeZone: timezone, localTime: `${two(hour[0]!.start)}:${two(minute[0]!.start)}` };
}

const notOurs =
  'its times are not those of one run a day: it was made in Temporal itself; delete it there, or save it again';

function ownDailyTime(key: ScheduleKey, spec: ScheduleSpecDescription): DailyTime {
  const daily = dailyTimeOf(spec);
  if (!daily) throw new Error(`The schedule ${idOf(key)} cannot be used: ${notOurs}`);
  return daily;
}

/** The local date of a run that begins at this time, to which jitter may have been added. */
function dateOfNext(at: Date, daily: DailyTime): string {
  const date = localDate(at, daily.timeZone);
  if (runOf(date, daily)! <= at) return date;
  return new Date(Date.parse(date) - dayMs).toISOString().slice(0, 10);
}

type Described = Pick<Awaited<ReturnType<ScheduleHandle['describe']>>, 'state'> & {
  spec?: ScheduleSpecDescription;
  info: Pick<Awaited<ReturnType<ScheduleHandle['describe']>>['info'], 'recentActions' | 'nextActionTimes'>;
};

async function summaryOf(temporal: Client, key: string, { spec, state, info }: Described): Promise<ScheduleSummary> {
  const daily = spec ? dailyTimeOf(spec) : null;
  return {
    key,
    ...(daily ?? { problem: notOurs }),
    paused: state.paused ? await opened(temporal, state.note ?? '') : undefined,
    next: info.nextActionTimes.map((at) => ({ date: daily ? dateOfNext(at, daily) : undefined, at })),
    recent: info.recentActions.map(({ takenAt, action }) => {
      const run = runStartedBy(action.workflow.workflowId);
      return { date: run?.date ?? undefined, at: takenAt, workflowId: (run ?? action.workflow).workflowId };
    }),
  };
}

async function retentionMs({ workflowService, options: { namespace } }: Client): Promise<number> {
  const { config } = await workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
}

const sealMark = 'Paused, reason encrypted: ';
const Pause = z.object({ by: z.string(), reason: z.string() });

/** A note does not go through the codec by itself, and what people write may name somebody. */
async function sealed(temporal: Client, pause: z.infer<typeof Pause>): Promise<string> {
  let payloads = [defaultPayloadConverter.toPayload(pause)!];
  for (const codec of temporal.options.loadedDataConverter.payloadCodecs) payloads = await codec.encode(payloads);
  return `${sealMark}${Buffer.from(Payload.encode(payloads[0]!).finish()).toString('base64')}`;
}

async function opened(temporal: Client, note: string): Promise<z.infer<typeof Pause>> {
  if (!note.startsWith(sealMark)) return { by: 'temporal', reason: note };
  try {
    let payloads = [Payload.decode(Buffer.from(note.slice(sealMark.length), 'base64'))] as Parameters<
      typeof defaultPayloadConverter.fromPayload
    >[0][];
    for (const codec of [...temporal.options.loadedDataConverter.payloadCodecs].reverse())
      payloads = await codec.decode(payloads);
    return Pause.parse(defaultPayloadConverter.fromPayload(payloads[0]!));
  } catch {
    // Such as with a key that is no longer in DEALEROPS_CODEC_KEYS.
    return { by: 'unknown', reason: 'The reason cannot be read: its codec key is missing, or the note was changed' };
  }
}
