import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it, test } from 'vitest';
import { datesFrom, exceptionsOf, localDate, localTimeOn, runOf } from '../../domain/shared/dailyTimes.ts';

const utc = (date: string, timeZone: string, localTime: string) => runOf(date, { timeZone, localTime })?.toISOString();

describe('the run of a date on which clocks change', () => {
  it.each([
    ['2027-03-14', 'America/New_York', '02:30', '04:00', '2027-03-14T08:00:00.000Z'],
    ['2027-11-07', 'America/New_York', '01:30', '03:00', '2027-11-07T08:00:00.000Z'],
    ['2027-03-14', 'America/New_York', '01:59', '01:59', '2027-03-14T06:59:00.000Z'],
    ['2027-03-14', 'America/New_York', '04:00', '04:00', '2027-03-14T08:00:00.000Z'],
    ['2027-11-07', 'America/New_York', '00:59', '00:59', '2027-11-07T04:59:00.000Z'],
    ['2027-10-03', 'Australia/Lord_Howe', '02:15', '03:30', '2027-10-02T16:30:00.000Z'],
    ['2027-04-04', 'Australia/Lord_Howe', '01:45', '03:00', '2027-04-03T16:30:00.000Z'],
    // Midnight does not exist.
    ['2018-11-04', 'America/Sao_Paulo', '00:00', '02:00', '2018-11-04T04:00:00.000Z'],
    ['2027-03-14', 'America/Havana', '00:30', '02:00', '2027-03-14T06:00:00.000Z'],
    // The last hour of the date comes twice: later is the next date, so the run is before it.
    ['2018-02-17', 'America/Sao_Paulo', '23:30', '22:59', '2018-02-18T00:59:00.000Z'],
    ['2027-10-28', 'Africa/Cairo', '23:30', '22:59', '2027-10-28T19:59:00.000Z'],
    ['2027-03-14', 'America/Phoenix', '02:30', '02:30', '2027-03-14T09:30:00.000Z'],
  ])('%s in %s at %s is at %s', (date, timeZone, localTime, expected, at) => {
    expect(localTimeOn(date, { timeZone, localTime })).toBe(expected);
    expect(utc(date, timeZone, localTime)).toBe(at);
  });
});

it('has no run on a date that does not exist', () => {
  expect(runOf('2011-12-30', { timeZone: 'Pacific/Apia', localTime: '12:00' })).toBeNull();
  const exceptions = exceptionsOf({ timeZone: 'Pacific/Apia', localTime: '12:00' }, { from: 2011, to: 2011 });
  expect(exceptions).toContainEqual({ date: '2011-12-30', localTime: null });
  expect(exceptions.filter(({ localTime }) => localTime !== '12:00')).toHaveLength(1);
});

it('names the dates of years to come on which clocks change near the local time, and no others', () => {
  expect(exceptionsOf({ timeZone: 'America/Chicago', localTime: '01:30' }, { from: 2026, to: 2027 })).toEqual([
    { date: '2026-03-08', localTime: '01:30' },
    { date: '2026-11-01', localTime: '03:00' },
    { date: '2027-03-14', localTime: '01:30' },
    { date: '2027-11-07', localTime: '03:00' },
  ]);
  expect(exceptionsOf({ timeZone: 'America/Chicago', localTime: '07:00' }, { from: 2020, to: 2040 })).toEqual([]);
  expect(exceptionsOf({ timeZone: 'America/Phoenix', localTime: '02:30' }, { from: 2020, to: 2040 })).toEqual([]);
});

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
/** Mostly near the hours at which clocks change. */
const minutes = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 4 * 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 23 * 60, max: 24 * 60 - 1 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 24 * 60 - 1 }) },
);
const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The minutes of the UTC days around a date whose local clock shows this, found by looking at each. */
function minutesShowing(date: string, localTime: string, timeZone: string): number[] {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const first = Date.parse(date) - 15 * 3_600_000;
  const all = Array.from({ length: 54 * 60 }, (_, minute) => first + minute * 60_000);
  return all.filter((at) => shown.format(at) === `${date} ${localTime}`);
}

test('in every time zone, and near every clock change, each local date has exactly one run', () => {
  fc.assert(
    fc.property(zones, minutes, fc.integer({ min: 2020, max: 2035 }), (timeZone, minute, year) => {
      const daily = { timeZone, localTime: time(minute) };
      const dates = datesFrom(`${year}-01-01`, `${year}-12-31`);
      const changes = dates.filter((date) => {
        const day = DateTime.fromISO(date, { zone: timeZone });
        return day.startOf('day').offset !== day.endOf('day').offset;
      });
      const exceptions = new Map(exceptionsOf(daily, { from: year, to: year }).map((one) => [one.date, one.localTime]));
      for (const date of [...changes, `${year}-06-15`]) {
        const at = exceptions.get(date) ?? daily.localTime;
        expect([date, minutesShowing(date, at, timeZone).length]).toEqual([date, 1]);
        expect(runOf(date, daily)!.getTime()).toBe(minutesShowing(date, at, timeZone)[0]);
        expect(localDate(runOf(date, daily)!, timeZone)).toBe(date);
      }
    }),
    { numRuns: 60 },
  );
});
