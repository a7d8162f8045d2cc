import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { addBusinessDays, isBusinessDay, morningsAround, reminderTimes } from '../../domain/shared/businessDays.ts';

const chicago = 'America/Chicago';
const zones = ['America/New_York', chicago, 'America/Phoenix', 'America/Los_Angeles', 'Pacific/Honolulu'];

function local(text: string, zone = chicago): Date {
  return DateTime.fromISO(text, { zone }).toJSDate();
}

function shown(date: Date, zone = chicago): string {
  return DateTime.fromJSDate(date, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
}

describe('business days', () => {
  // As published by the Office of Personnel Management.
  test.each([
    [2020, ['01-01', '01-20', '02-17', '05-25', '07-03', '09-07', '10-12', '11-11', '11-26', '12-25']],
    [
      2021,
      ['01-01', '01-18', '02-15', '05-31', '06-18', '07-05', '09-06', '10-11', '11-11', '11-25', '12-24', '12-31'],
    ],
    [2022, ['01-17', '02-21', '05-30', '06-20', '07-04', '09-05', '10-10', '11-11', '11-24', '12-26']],
    [2023, ['01-02', '01-16', '02-20', '05-29', '06-19', '07-04', '09-04', '10-09', '11-10', '11-23', '12-25']],
    [2026, ['01-01', '01-19', '02-16', '05-25', '06-19', '07-03', '09-07', '10-12', '11-11', '11-26', '12-25']],
  ])('of %i are all weekdays except the observed federal holidays', (year, holidays) => {
    const free: string[] = [];
    for (let day = DateTime.local(year, 1, 1, { zone: chicago }); day.year === year; day = day.plus({ days: 1 })) {
      if (day.weekday <= 5 && !isBusinessDay(day)) free.push(day.toFormat('MM-dd'));
      if (day.weekday > 5) expect(isBusinessDay(day)).toBe(false);
    }
    expect(free).toEqual(holidays);
  });

  test.each([
    ['over a weekend', '2026-03-20T10:00', 1, '2026-03-23T17:00'],
    ['from a Saturday', '2026-03-21T10:00', 1, '2026-03-23T17:00'],
    ['over the change to summer time', '2026-03-06T23:59', 1, '2026-03-09T17:00'],
    ['over the change to winter time', '2026-10-30T00:00', 2, '2026-11-03T17:00'],
    ['over Thanksgiving', '2026-11-25T16:00', 1, '2026-11-27T17:00'],
    ['over an observed New Year in the year before', '2021-12-30T12:00', 1, '2022-01-03T17:00'],
  ])('%s', (_what, from, days, expected) => {
    expect(shown(addBusinessDays(local(from), days, chicago))).toBe(expected);
  });

  test("follow the dealer's time zone, not the server's", () => {
    const justAfterMidnightInNewYork = new Date('2026-03-20T04:30:00Z');
    expect(shown(addBusinessDays(justAfterMidnightInNewYork, 1, 'America/New_York'), 'America/New_York')).toBe(
      '2026-03-23T17:00',
    );
    expect(shown(addBusinessDays(justAfterMidnightInNewYork, 1, 'Pacific/Honolulu'), 'Pacific/Honolulu')).toBe(
      '2026-03-20T17:00',
    );
  });

  test('add up: n days and then m days are n + m days, always at 17:00 of a business day', () => {
    const dates = fc.date({ min: new Date('2021-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(
        dates,
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom(...zones),
        (from, n, m, zone) => {
          const both = addBusinessDays(from, n + m, zone);
          expect(addBusinessDays(addBusinessDays(from, n, zone), m, zone)).toEqual(both);
          const day = DateTime.fromJSDate(both, { zone });
          expect([day.hour, day.minute, isBusinessDay(day)]).toEqual([17, 0, true]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('reject an unknown time zone and fewer than one day', () => {
    expect(() => addBusinessDays(new Date(), 1, 'America/Nowhere')).toThrow(/America\/Nowhere/);
    expect(() => addBusinessDays(new Date(), 0, chicago)).toThrow('at least 1, not 0');
  });
});

describe('due dates and reminders of a task', () => {
  const timesOf = (openedAt: Date, days: number, zone: string) => {
    const dueAt = addBusinessDays(openedAt, days, zone);
    return { dueAt, ...reminderTimes(openedAt, dueAt, zone) };
  };

  test('a task of three business days has a reminder the morning before it is due and is escalated one day late', () => {
    const times = timesOf(local('2026-03-19T10:00'), 3, chicago);
    expect([times.remindAt, times.dueAt, times.escalateAt].map((at) => shown(at))).toEqual([
      '2026-03-23T09:00',
      '2026-03-24T17:00',
      '2026-03-25T17:00',
    ]);
  });

  test('a one-day task has its reminder in the morning of its due day', () => {
    const times = timesOf(local('2026-03-19T10:00'), 1, chicago);
    expect([times.remindAt, times.dueAt].map((at) => shown(at))).toEqual(['2026-03-20T09:00', '2026-03-20T17:00']);
  });

  test('are in order and after the opening', () => {
    const dates = fc.date({ min: new Date('2021-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 10 }), fc.constantFrom(...zones), (openedAt, days, zone) => {
        const { remindAt, dueAt, escalateAt } = timesOf(openedAt, days, zone);
        const times = [openedAt, remindAt, dueAt, escalateAt].map(Number);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(new Set(times).size).toBe(4);
      }),
      { numRuns: 200 },
    );
  });

  test('daily reminders come at 09:00 local of business days, one each day', () => {
    let at = local('2026-03-05T17:00');
    const days = Array.from({ length: 3 }, () => {
      at = morningsAround(at, chicago).next;
      return at.toISOString();
    });
    // Summer time begins on the Sunday between.
    expect(days).toEqual(['2026-03-06T15:00:00.000Z', '2026-03-09T14:00:00.000Z', '2026-03-10T14:00:00.000Z']);
    expect(morningsAround(local('2026-03-08T12:00'), chicago).last.toISOString()).toBe('2026-03-06T15:00:00.000Z');
    expect(shown(morningsAround(local('2026-03-09T08:59'), chicago).next)).toBe('2026-03-09T09:00');
  });
});
