import { localDate } from './dailyTimes.ts';

/**
 * The IDs of scheduled runs. Temporal starts `runScheduled` by the schedule's ID, its time zone and the run's time, such as
 * `feeds/import/F-17/in/America/Chicago-2026-11-26T10:00:00Z`; that starts the run by the local date, `feeds/import/F-17/2026-11-26`,
 * so that a date has one run only, however the schedule changes in the meantime.
 */

const starterPattern = /^(.+)\/in\/(.+)-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;
const wholeMinute = /:00Z$/;
const datePattern = /^\d{4}-\d\d-\d\d$/;

/** The workflow ID of a schedule's `runScheduled`, to which Temporal adds the run's time, without jitter. */
export function starterId(scheduleId: string, timeZone: string): string {
  return `${scheduleId}/in/${timeZone}`;
}

export interface ScheduledRun {
  workflowId: string;
  /** The local date (ISO) whose run it is; null when it was triggered. */
  date: string | null;
}

/**
 * The run that a `runScheduled` starts.
 * @returns null where the ID is not that of a `runScheduled`
 */
export function runStartedBy(workflowId: string): ScheduledRun | null {
  const [, scheduleId, timeZone, time] = starterPattern.exec(workflowId) ?? [];
  if (!scheduleId || !timeZone || !time) return null;
  // Schedules run at whole minutes; what is triggered is not given one.
  if (!wholeMinute.test(time)) return { workflowId: `${scheduleId}/${time}`, date: null };
  const date = localDate(new Date(time), timeZone);
  return { workflowId: `${scheduleId}/${date}`, date };
}

/** A time near this one for which `runStartedBy` names no date. */
export function triggerTime(now: Date): Date {
  return now.getUTCSeconds() === 0 ? new Date(now.getTime() + 1_000) : now;
}

/** By which the runs of a schedule's dates are found. */
export function runPrefix(scheduleId: string): string {
  return `${scheduleId}/`;
}

/** @returns null where the ID is not that of the run of one of the schedule's dates */
export function dateOfRun(scheduleId: string, workflowId: string): string | null {
  const rest = workflowId.startsWith(runPrefix(scheduleId)) ? workflowId.slice(runPrefix(scheduleId).length) : '';
  return datePattern.test(rest) ? rest : null;
}
