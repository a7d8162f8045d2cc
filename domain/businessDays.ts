import { DateTime } from 'luxon';
import type { TaskKind } from './tasks.ts';

/** Business days of a dealer's time zone: Monday to Friday without the federal holidays of the United States. */

/** Hour of the local day at which a due day ends, and at which reminders go out. */
const closing = 17;
const morning = 9;

/** Business days that a person has. */
const dueDays: Record<TaskKind, number> = {
  'dealersocket-form': 2,
  'vinsolutions-portal': 3,
  'vin-event-stream': 1,
  'vin-event-stream-failed': 1,
  'elead-mail-by-hand': 1,
  'elead-mail-unknown': 1,
  'cdk-case': 3,
  'cdk-clean-up': 1,
  'dealervault-sales': 2,
  'dealervault-service': 2,
  'set-up-again': 1,
};

/** Whether the local day is one on which people work; a holiday on a weekend is observed on the weekday next to it. */
export function isBusinessDay(day: DateTime): boolean {
  if (day.weekday > 5) return false;
  const years = [day.year - 1, day.year, day.year + 1];
  return !years.some((year) =>
    holidays(year).some((holiday) => holiday.hasSame(day.setZone('utc', { keepLocalTime: true }), 'day')),
  );
}

/** The federal holidays of a year as they are observed, as days in UTC. */
function holidays(year: number): DateTime[] {
  const fixed = [
    [1, 1],
    [6, 19],
    [7, 4],
    [11, 11],
    [12, 25],
  ].filter(([month]) => month !== 6 || year >= 2021) as [number, number][];
  const observed = fixed.map(([month, day]) => {
    const date = DateTime.utc(year, month, day);
    if (date.weekday === 6) return date.minus({ days: 1 });
    return date.weekday === 7 ? date.plus({ days: 1 }) : date;
  });
  return [
    ...observed,
    nthWeekday(year, 1, 1, 3), // Martin Luther King
    nthWeekday(year, 2, 1, 3), // Washington
    lastMonday(year, 5), // Memorial Day
    nthWeekday(year, 9, 1, 1), // Labor Day
    nthWeekday(year, 10, 1, 2), // Columbus
    nthWeekday(year, 11, 4, 4), // Thanksgiving
  ];
}

function nthWeekday(year: number, month: number, weekday: number, n: number): DateTime {
  const first = DateTime.utc(year, month, 1);
  return first.plus({ days: ((weekday - first.weekday + 7) % 7) + 7 * (n - 1) });
}

function lastMonday(year: number, month: number): DateTime {
  const last = DateTime.utc(year, month, 1).endOf('month').startOf('day');
  return last.minus({ days: (last.weekday - 1 + 7) % 7 });
}

/**
 * The end (17:00 local) of the business day that lies `days` business days after the local day of `from`.
 * @param days at least 1
 */
export function addBusinessDays(from: Date, days: number, timeZone: string): Date {
  return step(from, days, timeZone).set({ hour: closing }).toJSDate();
}

/** When a task is due, and when its person (the business day before, 09:00 local) and the lead (a business day later) hear of it. */
export function taskTimes(
  openedAt: Date,
  kind: TaskKind,
  timeZone: string,
): { remindAt: Date; dueAt: Date; escalateAt: Date } {
  const dueAt = addBusinessDays(openedAt, dueDays[kind], timeZone);
  const remindAt = step(dueAt, -1, timeZone).set({ hour: morning }).toJSDate();
  return {
    // A task of one day is reminded of in the morning of the day when it is due.
    remindAt:
      remindAt > openedAt ? remindAt : DateTime.fromJSDate(dueAt, { zone: timeZone }).set({ hour: morning }).toJSDate(),
    dueAt,
    escalateAt: addBusinessDays(dueAt, 1, timeZone),
  };
}

/** 09:00 local of the next business day. */
export function nextDailyReminder(after: Date, timeZone: string): Date {
  return step(after, 1, timeZone).set({ hour: morning }).toJSDate();
}

function step(from: Date, days: number, timeZone: string): DateTime {
  let day = DateTime.fromJSDate(from, { zone: timeZone }).startOf('day');
  for (let left = Math.abs(days); left > 0; ) {
    day = day.plus({ days: Math.sign(days) });
    if (isBusinessDay(day)) left -= 1;
  }
  return day;
}
