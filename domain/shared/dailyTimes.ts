import { DateTime, IANAZone } from 'luxon';

/**
 * When something that runs once a day runs. A local time such as 02:30 does not exist on the date on which clocks go forward,
 * and 01:30 comes twice on the date on which they go back: on such a date the run is at the next local time of the same date
 * that comes exactly once, or else at the one before.
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

const comesOnce = (date: string, localTime: string, zone: IANAZone) => momentsOf(date, localTime, zone).length === 1;

/**
 * At which local time the run of an ISO date is; null where the whole date does not exist, such as 2011-12-30 in Samoa.
 */
export function localTimeOn(date: string, { timeZone, localTime }: DailyTime): string | null {
  const zone = IANAZone.create(timeZone);
  if (comesOnce(date, localTime, zone)) return localTime;
  const wanted = Number(localTime.slice(0, 2)) * 60 + Number(localTime.slice(3));
  const later = Array.from({ length: minutesOfDay - wanted }, (_, index) => timeOf(wanted + index));
  const earlier = Array.from({ length: wanted }, (_, index) => timeOf(wanted - 1 - index));
  return [...later, ...earlier].find((time) => comesOnce(date, time, zone)) ?? null;
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
 * The dates on which the local time does not come exactly once, each with the time at which the run is then.
 * @param years both included
 */
export function exceptionsOf(
  daily: DailyTime,
  years: { from: number; to: number },
): { date: string; localTime: string | null }[] {
  const zone = IANAZone.create(daily.timeZone);
  const noonOffset = (date: string) => zone.offset(Date.parse(`${date}T12:00:00Z`));
  const dates = datesFrom(`${years.from}-01-01`, `${years.to}-12-31`);
  const offsets = dates.map(noonOffset);
  // Only near a change of the offset: a day before and after, since a time zone's date may differ from that of UTC.
  const nearChange = dates.filter((_, index) =>
    [index - 1, index, index + 1].some((near) => offsets[near] !== (offsets[near + 1] ?? offsets[near])),
  );
  return nearChange
    .filter((date) => !comesOnce(date, daily.localTime, zone))
    .map((date) => ({ date, localTime: localTimeOn(date, daily) }));
}
