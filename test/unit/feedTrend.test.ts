import { expect, it } from 'vitest';
import { daysWords, trendWords } from '../../console/src/pages/feeds/health/trend.ts';

const days = (...rows: number[]) =>
  rows.map((count, index) => ({
    ...{ date: `2026-11-${String(index + 1).padStart(2, '0')}`, rows: count, rejected: 0 },
    ...{ runs: 1, seconds: 1 },
  }));
const weeks = (before: number, now: number) => days(...Array(7).fill(before), ...Array(7).fill(now));

it('a trend compares a week with the week before', () => {
  expect([weeks(100, 130), weeks(100, 55), weeks(100, 100), weeks(0, 5), weeks(0, 0)].map(trendWords)).toEqual([
    ...['up 30%', 'down 45%', 'unchanged', 'first rows in 14 days', 'no rows in 14 days'],
  ]);
});

it('a chart of days is said in words', () => {
  expect(daysWords(days(0, 1_200, 3))).toBe('1,203 rows in the last 3 days, on 2 of them; most on 2026-11-02: 1,200');
  expect(daysWords([{ ...days(0)[0]!, rejected: 2 }])).toBe('No rows in the last 1 days; 2 rejected');
});
