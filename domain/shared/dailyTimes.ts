import { DateTime, IANAZone } from 'luxon';

/**
 * When something that runs once a day runs. A local time such as 02:30 does not exist on the date on which clocks go forward,
 * and 01:30 comes twice on the date on which they go back. Instead of at such a time, or less than an hour after it, the run is
 * then an hour after the change, or, where that is the next date, right before it.
 */

/** A time of day in a time zone. */
export interface DailyTime {
  /** IANA name */
  timeZone: string;
  /** `HH:mm` */
  localTime: string;
}

const hourMs = 3_600_000;
const minutesOfDay = 24 * 60;

/** The moments at which a local time comes on an ISO date: none where clocks skip it, two where they repeat it. */
function momentsOf(date: string, localTime: string, zone: IANAZone): number[] {
  const asUtc = Date.parse(`${date}T${localTime}:00Z`);
  // Offsets are from UTC-12 to UTC+14: one of these two is in force before a change near this moment, the other after it.
  const offsets = new Set([zone.offset(asUtc - 36 * hourMs), zone.offset(asUtc + 36 * hourMs)]);
  const moments = [...offsets].map((offset) => ({ offset, at: asUtc - offset * 60_000 }));
  return moments.filter(({ offset, at }) => zone.offset(at) === offset).map(({ at }) => at);
}

/** No change of the clocks on earth is shorter. */
const stepMinutes = 15;

/** The local time and the hour before it come exactly once: at the very minute of a change Temporal may leave out a run. */
function isClear(date: string, localTime: string, zone: IANAZone): boolean {
  const minute = minuteOf(localTime);
  const hourBefore = Array.from({ length: 60 / stepMinutes }, (_, index) => minute - stepMinutes * (index + 1));
  const checked = [minute, minute - 1, ...hourBefore].filter((one) => one >= 0);
  return checked.every((one) => momentsOf(date, timeOf(one), zone).length === 1);
}

/**
 * At which local time the run of an ISO date is; null where the whole date does not exist, such as 2011-12-30 in Samoa.
 * @internal exported for tests
 */
export function localTimeOn(date: string, { timeZone, localTime }: DailyTime): string | null {
  const zone = IANAZone.create(timeZone);
  if (isClear(date, localTime, zone)) return localTime;
  const wanted = minuteOf(localTime);
  const later = Array.from({ length: minutesOfDay - wanted }, (_, index) => timeOf(wanted + index));
  const earlier = Array.from({ length: wanted }, (_, index) => timeOf(wanted - 1 - index));
  return [...later, ...earlier].find((time) => isClear(date, time, zone)) ?? null;
}

function minuteOf(localTime: string): number {
  return Number(localTime.slice(0, 2)) * 60 + Number(localTime.slice(3));
}

function timeOf(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The moment of the run of an ISO date; null where the date does not exist. */
export function runOf(date: string, daily: DailyTime): Date | null {
  const time = localTimeOn(date, daily);
  return time === null ? null : new Date(momentsOf(date, time, IANAZone.create(daily.timeZone))[0]!);
}

/** The ISO date in a time zone. */
export function localDate(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toISODate()!;
}

/** All ISO dates from one to another, both included. */
export function datesFrom(first: string, last: string): string[] {
  const days = Math.round((Date.parse(last) - Date.parse(first)) / (24 * hourMs));
  return Array.from({ length: Math.max(0, days + 1) }, (_, index) =>
    new Date(Date.parse(first) + index * 24 * hourMs).toISOString().slice(0, 10),
  );
}

/**
 * The ISO dates whose run a change of the times would leave out: it has not come by the old times, and has passed by the new.
 * @param before.jitterMs by how much later than its time the run may begin
 */
export function datesLeftOut(before: DailyTime & { jitterMs: number }, after: DailyTime, now: Date): string[] {
  if (before.timeZone === after.timeZone && before.localTime === after.localTime) return [];
  const near = datesFrom(
    ...([-2, 2].map((days) => new Date(now.getTime() + days * 24 * hourMs).toISOString().slice(0, 10)) as [
      string,
      string,
    ]),
  );
  return near.filter((date) => {
    const [old, young] = [runOf(date, before), runOf(date, after)];
    return old && young && old.getTime() + before.jitterMs > now.getTime() && young <= now;
  });
}

/** Nearer to a change of the clocks than this, Temporal may take a local time for one that is skipped or repeated. */
const nearMs = 3 * hourMs;

/**
 * The dates on which clocks change near the local time, each with the time at which the run is then.
 * @param years both included
 */
export function exceptionsOf(
  daily: DailyTime,
  years: { from: number; to: number },
): { date: string; localTime: string | null }[] {
  const zone = IANAZone.create(daily.timeZone);
  const changes = changesOf(zone, years);
  const dates = changes.flatMap((change) => datesNear(change).filter((date) => isNear(date, daily, change, zone)));
  return [...new Set(dates)].map((date) => ({ date, localTime: localTimeOn(date, daily) }));
}

/** The moments at which the offset changes. */
function changesOf(zone: IANAZone, years: { from: number; to: number }): number[] {
  const noons = datesFrom(`${years.from}-01-01`, `${years.to}-12-31`).map((date) => Date.parse(`${date}T12:00:00Z`));
  const before = noons.filter((noon) => zone.offset(noon) !== zone.offset(noon + 24 * hourMs));
  return before.map((noon) => {
    let [low, high] = [noon, noon + 24 * hourMs];
    while (high - low > 60_000) {
      const middle = Math.floor((low + high) / 2);
      if (zone.offset(middle) === zone.offset(noon)) low = middle;
      else high = middle;
    }
    return high;
  });
}

/** Wherever on earth. */
function datesNear(moment: number): string[] {
  return [-1, 0, 1].map((days) => new Date(moment + days * 24 * hourMs).toISOString().slice(0, 10));
}

function isNear(date: string, { localTime }: DailyTime, change: number, zone: IANAZone): boolean {
  const asUtc = Date.parse(`${date}T${localTime}:00Z`);
  const offsets = [zone.offset(change - hourMs), zone.offset(change + hourMs)];
  if (Math.abs(offsets[0]! - offsets[1]!) * 60_000 > nearMs) return true;
  return offsets.some((offset) => Math.abs(asUtc - offset * 60_000 - change) <= nearMs);
}
