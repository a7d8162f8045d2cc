import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysBetween, silentDays, smallDelivery, usualRows } from '../../domain/feeds/health.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';

/** Mondays before 2026-03-30, the last one first. */
const mondays = ['2026-03-23', '2026-03-16', '2026-03-09', '2026-03-02', '2026-02-23'];
const days = (...rows: number[]) => rows.map((count, index) => ({ date: mondays[index]!, rows: count }));
const monday = '2026-03-30';

describe('what is usual for a weekday', () => {
  it('is the median of the same weekday, so that one odd day does not count', () => {
    expect(usualRows(days(100, 90, 5_000), monday)).toBe(100);
    expect(usualRows(days(100, 90, 5_000, 110), monday)).toBe(105);
  });

  it('leaves out other weekdays, later dates, days without rows and what is long ago', () => {
    const others = [
      { date: '2026-03-29', rows: 1 },
      { date: monday, rows: 1 },
      { date: '2026-04-06', rows: 1 },
      { date: '2026-01-26', rows: 1 },
      { date: '2026-02-16', rows: 0 },
    ];
    expect(usualRows([...days(100, 90, 110), ...others], monday)).toBe(100);
  });

  it('is not known with fewer than three such days', () => {
    expect(usualRows(days(100, 90), monday)).toBeUndefined();
    expect(usualRows(days(100, 90, 0), monday)).toBeUndefined();
    expect(usualRows([], monday)).toBeUndefined();
  });
});

describe('a small delivery', () => {
  const small = (rows: number, share = 0.25, before = days(100, 100, 100)) =>
    smallDelivery(before, { date: monday, rows, share });

  it('has less than the share of the usual rows', () => {
    expect(small(24)).toEqual({ usual: 100 });
    expect(small(25)).toBeUndefined();
    expect(small(0)).toEqual({ usual: 100 });
    expect(small(60, 0.7)).toEqual({ usual: 100 });
  });

  it('is none where the comparison is off, nothing is usual yet, or few rows are usual', () => {
    expect(small(0, 0)).toBeUndefined();
    expect(small(1, 0.25, days(100, 100))).toBeUndefined();
    expect(small(0, 1, days(19, 19, 19))).toBeUndefined();
  });

  it('is told of with a number, whatever was delivered before', () => {
    const day = fc.record({
      date: fc.date({ min: new Date('2026-01-01'), max: new Date(monday), noInvalidDate: true }).map(isoOf),
      rows: fc.nat(100_000),
    });
    fc.assert(
      fc.property(fc.array(day), fc.nat(100_000), fc.double({ min: 0, max: 1, noNaN: true }), (before, rows, share) => {
        const found = smallDelivery(before, { date: monday, rows, share });
        expect(found === undefined || (found.usual >= 20 && rows < found.usual)).toBe(true);
      }),
    );
  });
});
const isoOf = (date: Date) => date.toISOString().slice(0, 10);

describe('a silent feed', () => {
  const silent = (today: string, toldOn: string | null = null) =>
    silentDays({ since: '2026-03-06', toldOn, today, afterDays: 3 });

  it('opens a task after so many dates without a delivery, and again after as many more', () => {
    expect([silent('2026-03-08'), silent('2026-03-09'), silent('2026-03-12')]).toEqual([undefined, 3, 6]);
    expect([silent('2026-03-10', '2026-03-09'), silent('2026-03-12', '2026-03-09')]).toEqual([undefined, 6]);
    expect(silent('2026-03-09', '2026-03-01')).toBe(3);
  });

  it.each([
    ['forward', '2026-03-08', '2026-03-07T12:00:00Z', '2026-03-10T05:30:00Z'],
    ['back', '2026-11-01', '2026-10-31T12:00:00Z', '2026-11-03T06:30:00Z'],
  ])('counts local dates, also when clocks go %s on %s', (_way, _date, delivered, now) => {
    const [since, today] = [delivered, now].map((at) => localDate(new Date(at), 'America/Chicago'));
    expect(daysBetween(since!, today!)).toBe(3);
    expect(silentDays({ since: since!, toldOn: null, today: today!, afterDays: 3 })).toBe(3);
    expect(silentDays({ since: since!, toldOn: null, today: today!, afterDays: 4 })).toBeUndefined();
  });

  it('compares the same weekdays across a change of clocks', () => {
    expect(
      usualRows(
        [
          { date: '2026-03-01', rows: 10 },
          { date: '2026-02-22', rows: 10 },
          { date: '2026-02-15', rows: 10 },
        ],
        '2026-03-08',
      ),
    ).toBe(10);
    expect(
      usualRows(
        [
          { date: '2026-10-25', rows: 10 },
          { date: '2026-10-18', rows: 10 },
          { date: '2026-10-11', rows: 10 },
        ],
        '2026-11-01',
      ),
    ).toBe(10);
  });
});
