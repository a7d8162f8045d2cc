import type { SearchAttributePair } from '@temporalio/common';
import { z } from 'zod';
import { TimeZone } from './accounts.ts';

import type { Process } from './processes.ts';
import type { TaskQueue } from './taskQueues.ts';

/** What the API and the activities know of schedules; `service/schedules.ts` keeps them in Temporal. */

const LocalTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from 00:00 to 23:59, such as 02:30')
  .meta({ description: 'Time of day (HH:mm) in the time zone' });

/** When a schedule runs: once on each local date. */
export const ScheduleTimes = z.object({
  timeZone: TimeZone,
  localTime: LocalTime,
  jitterMinutes: z.int().min(0).max(240).default(0).meta({
    description: 'Each run begins up to so many minutes later, so that not all begin at once',
  }),
  overlap: z.enum(['skip', 'wait']).default('skip').meta({
    description: 'When the run before has not ended: `skip` this one, or `wait` until it has',
  }),
  catchUpHours: z.int().min(1).max(72).default(12).meta({
    description: 'A run that an outage has delayed by more hours is not made up for',
  }),
});
export type ScheduleTimes = z.output<typeof ScheduleTimes>;

/** By which a schedule is known: its ID is `process/key`. */
export interface ScheduleKey {
  process: Process;
  /** Of the process's own, such as `import/F-17`; nothing personal. */
  key: string;
}

/** What each run starts. */
export interface ScheduledWorkflow {
  type: string;
  taskQueue: TaskQueue;
  /** After them the run is given its local date, or null when it was triggered. */
  args: unknown[];
  /** Shown in Temporal's Web UI for each run. */
  summary: string;
  /** Of the schedule and of each run: with `Process`, by which schedules are listed. */
  searchAttributes: SearchAttributePair[];
}

/** What `runScheduled` starts: a schedule's workflow without what it passes on from itself. */
export type ScheduledStart = Omit<ScheduledWorkflow, 'searchAttributes'>;

export interface ScheduleSummary {
  key: string;
  /** The times; absent where `problem` says why they are not known. */
  timeZone?: string;
  localTime?: string;
  /** Why the schedule cannot be used, and what to do. */
  problem?: string;
  /** Who paused it and why; `by` is `temporal` where that was not this service, `unknown` where the note cannot be read. */
  paused?: { by: string; reason: string };
  /** The next runs, each with its local date. */
  next: { date?: string; at: Date }[];
  /** The last runs that were started, the newest last; without a date those that were triggered. */
  recent: { date?: string; at: Date; workflowId: string }[];
}

/** The daily schedules of the processes. A method that is given the key of no schedule throws `NoSuchSchedule`, if not said otherwise. */
export interface Schedules {
  /**
   * Creates the schedule, or gives the existing one these times and this workflow; a paused one stays paused. A new schedule has
   * its first run the next time that its local time comes. On the day on which the times change, the date still has one run: none
   * if it has had it, else at the new time, or at once if that has passed.
   */
  save(key: ScheduleKey, times: ScheduleTimes, workflow: ScheduledWorkflow): Promise<void>;
  /** Nothing runs until `resume`. The reason is encrypted. Paused again, the last one counts. */
  pause(key: ScheduleKey, by: string, reason: string): Promise<void>;
  resume(key: ScheduleKey): Promise<void>;
  /** One run now, or when those in progress or waiting have ended, besides that of the date. */
  trigger(key: ScheduleKey): Promise<void>;
  /**
   * The runs of past local dates (ISO, both included), one after the other, also while the schedule is paused. A date of which a
   * run is in progress or completed gets no second one; one whose run failed, was canceled or was terminated does. What the
   * schedule itself would start in the meantime is skipped or waits, as its `overlap` says.
   *
   * What Temporal no longer keeps (see `knownFrom` of `datesWithoutRun`) counts as not run.
   * @throws RangeError when the last date's time has not come, the first is after the last, or there are more than 100
   */
  backfill(key: ScheduleKey, first: string, last: string): Promise<void>;
  /**
   * The local dates (ISO, both included) of which no run is in progress or completed, such as after a failure, a long outage, a
   * pause or an overlap; without those whose time, jitter and hours to catch up are not over.
   * @returns `knownFrom`: of earlier dates Temporal keeps no record, they are not in `dates`
   */
  datesWithoutRun(key: ScheduleKey, first: string, last: string): Promise<{ dates: string[]; knownFrom: string }>;
  describe(key: ScheduleKey): Promise<ScheduleSummary>;
  /** All of a process; a change may be some seconds late. */
  list(process: Process): Promise<ScheduleSummary[]>;
  /** Ends it; what it has started goes on. Deleted again, nothing happens. */
  delete(key: ScheduleKey): Promise<void>;
}

export class NoSuchSchedule extends Error {
  override name = 'NoSuchSchedule';
}
