import { describe, expect, test } from 'vitest';
import { fromNow } from '../../domain/shared/times.ts';

const zone = 'America/Chicago';
/** 8:00 PM on Wednesday, November 25 in Chicago. */
const now = Date.parse('2026-11-26T02:00:00Z');
const inChicago = (at: string) => fromNow(at, now, zone);

describe('a time from now', () => {
  test.each([
    // 8:30 AM and 10 PM on Friday there: both are the day after tomorrow, though the first is less than 48 hours away.
    ['2026-11-27T14:30:00Z', 'in 2 days'],
    ['2026-11-28T04:00:00Z', 'in 2 days'],
    ['2026-11-27T02:30:00Z', 'tomorrow'],
    ['2026-11-24T14:00:00Z', 'yesterday'],
    ['2026-11-24T03:00:00Z', '2 days ago'],
    ['2026-11-26T14:30:00Z', 'in 13 hours'],
    ['2026-11-26T02:20:00Z', 'in 20 minutes'],
    ['2026-11-26T01:59:30Z', 'just now'],
  ])('%s is %s in Chicago', (at, words) => {
    expect(inChicago(at)).toBe(words);
  });

  test('counts the dates of the time zone that is shown beside it', () => {
    expect(fromNow('2026-11-28T00:30:00Z', Date.parse('2026-11-26T23:00:00Z'), 'UTC')).toBe('in 2 days');
    expect(fromNow('2026-11-28T00:30:00Z', Date.parse('2026-11-26T23:00:00Z'), zone)).toBe('tomorrow');
  });
});
