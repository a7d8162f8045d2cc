import { DateTime } from 'luxon';
import { longestFollowUpDays } from './followUp.ts';

/** Business days of a dealer's time zone: Monday to Friday without the federal holidays of the United States. */

/** Hours of the local day at which a due day ends, and at which reminders go out. */
const closing = 17;
const morning = 9;

/**
 * Whether the local day is one on which people work; a holiday on a weekend is observed on the weekday next to it.
 * @internal exported for tests
 */
export function isBusinessDay(day: DateTime): boolean {
  if (day.weekday > 5) return false;
  const date = day.toISODate()!;
  // New Year's Day on a Saturday is observed in the year before.
  return ![day.year, day.year + 1].some((year) => federalHolidays(year).has(date));
}

/** By year: there are few, and finding them takes longer than all else here. */
const knownHolidays = new Map<number, Set<string>>();

/** The federal holidays of the United States, on the days on which they are observed, as ISO dates. */
function federalHolidays(year: number): Set<string> {
  const known = knownHolidays.get(year);
  if (known) return known;
  const holidays = [
    observed(year, 1, 1),
    nthWeekday(year, 1, 1, 3), // Birthday of Martin Luther King, Jr.
    nthWeekday(year, 2, 1, 3), // Washington's Birthday
    lastMonday(year, 5), // Memorial Day
    ...(year >= 2021 ? [observed(year, 6, 19)] : []), // Juneteenth
    observed(year, 7, 4), // Independence Day
    nthWeekday(year, 9, 1, 1), // Labor Day
    nthWeekday(year, 10, 1, 2), // Columbus Day
    observed(year, 11, 11), // Veterans Day
    nthWeekday(year, 11, 4, 4), // Thanksgiving Day
    observed(year, 12, 25),
  ];
  const dates = new Set(holidays.map((holiday) => holiday.toISODate()!));
  knownHolidays.set(year, dates);
  return dates;
}

function observed(year: number, month: number, day: number): DateTime {
  const date = DateTime.utc(year, month, day);
  if (date.weekday === 6) return date.minus({ days: 1 });
  return date.weekday === 7 ? date.plus({ days: 1 }) : date;
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
 * @param days a whole number of at least 1
 * @param timeZone IANA name, such as `America/Chicago`
 * @throws RangeError when the time zone is not known, or `days` is less than 1
 */
export function addBusinessDays(from: Date, days: number, timeZone: string): Date {
  if (!(days >= 1)) throw new RangeError(`Business days to add must be at least 1, not ${days}`);
  return at(closing, step(from, days, timeZone));
}

/**
 * The morning (09:00 local) of the business day that lies `days` business days after the local day of `from`.
 * @throws RangeError when the time zone is not known
 */
export function businessMorning(from: Date, days: number, timeZone: string): Date {
  return at(morning, step(from, days, timeZone));
}

/**
 * When a task is reminded of, in the dealer's time zone.
 * @param dueAt 17:00 local of its due day
 * @returns `remindAt`: 09:00 local of the business day before, or of the due day itself when that has passed at the opening;
 *   `escalateAt`: 17:00 local, one business day after it was due
 * @throws RangeError when the time zone is not known
 */
export function reminderTimes(openedAt: Date, dueAt: Date, timeZone: string): { remindAt: Date; escalateAt: Date } {
  const dayBefore = at(morning, step(dueAt, -1, timeZone));
  return {
    remindAt: dayBefore > openedAt ? dayBefore : at(morning, step(dueAt, 0, timeZone)),
    escalateAt: addBusinessDays(dueAt, 1, timeZone),
  };
}

/**
 * The mornings of business days, 09:00 local, on both sides of a time.
 * @returns `last`: at `now` or before; `next`: after it
 * @throws RangeError when the time zone is not known
 */
export function morningsAround(now: Date, timeZone: string): { last: Date; next: Date } {
  const today = step(now, 0, timeZone);
  const thisMorning = isBusinessDay(today) ? at(morning, today) : undefined;
  return {
    last: thisMorning && thisMorning <= now ? thisMorning : at(morning, step(now, -1, timeZone)),
    next: thisMorning && thisMorning > now ? thisMorning : at(morning, step(now, 1, timeZone)),
  };
}

/**
 * When a task returns that is to be followed up on a local date.
 * @param on a real date, such as `2026-11-27`
 * @returns 09:00 local, or what is wrong with the date: it must be a business day after today and at most 60 days away
 * @throws RangeError when the time zone is not known
 */
export function followUpTime(on: string, now: Date, timeZone: string): { at: Date } | { problem: string } {
  const today = step(now, 0, timeZone);
  const last = today.plus({ days: longestFollowUpDays }).toISODate()!;
  if (on > today.toISODate()! && on <= last) {
    const day = DateTime.fromISO(on, { zone: timeZone });
    if (isBusinessDay(day)) return { at: at(morning, day) };
    const why = day.weekday > 5 ? day.toFormat('cccc', { locale: 'en-US' }) : 'federal holiday';
    return { problem: `must be a business day, and ${on} is a ${why}: ${nextAfter(day, last)}` };
  }
  return { problem: `must be after ${today.toISODate()}, which is today in ${timeZone}, and not after ${last}` };
}

/** Which date to choose instead. */
function nextAfter(day: DateTime, last: string): string {
  const next = step(day.toJSDate(), 1, day.zoneName!);
  const fits = next.toISODate()! <= last;
  const other = fits ? next : step(day.toJSDate(), -1, day.zoneName!);
  return `choose ${other.toFormat('cccc', { locale: 'en-US' })}, ${other.toISODate()}`;
}

/** The local date of a time, such as `2026-11-27`. */
export function localDate(time: Date, timeZone: string): string {
  return DateTime.fromJSDate(time, { zone: timeZone }).toISODate()!;
}

function at(hour: number, day: DateTime): Date {
  return day.set({ hour }).toJSDate();
}

/** The start of the local day that lies so many business days after (or before) the local day of `from`. */
function step(from: Date, days: number, timeZone: string): DateTime {
  let day = DateTime.fromJSDate(from, { zone: timeZone }).startOf('day');
  if (!day.isValid) throw new RangeError(`No business day can be told: ${day.invalidExplanation}`);
  for (let left = Math.abs(days); left > 0; ) {
    day = day.plus({ days: Math.sign(days) });
    if (isBusinessDay(day)) left -= 1;
  }
  return day;
}
