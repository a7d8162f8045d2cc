import { describe, expect, it } from 'vitest';
import { followUpTime } from '../../domain/shared/businessDays.ts';
import { isForLater, isPossibleFollowUp } from '../../domain/shared/followUp.ts';

describe('a follow-up date', () => {
  // 23:30 of November 26 in Chicago, 00:30 of November 27 in New York.
  const now = new Date('2026-11-27T05:30:00Z');

  it.each([
    ['2026-11-27', 'America/Chicago', '2026-11-27T15:00:00.000Z'],
    ['2026-11-30', 'America/New_York', '2026-11-30T14:00:00.000Z'],
    ['2026-11-27', 'Pacific/Honolulu', '2026-11-27T19:00:00.000Z'],
    // Guam is a day ahead.
    ['2026-11-30', 'Pacific/Guam', '2026-11-29T23:00:00.000Z'],
    // The last one that is possible; the clocks do not change until then.
    ['2027-01-25', 'America/Chicago', '2027-01-25T15:00:00.000Z'],
  ])('%s in %s is 09:00 there', (on, timeZone, at) => {
    expect(followUpTime(on, now, timeZone)).toEqual({ at: new Date(at) });
  });

  it.each([
    [
      '2026-11-26',
      'America/Chicago',
      'must be after 2026-11-26, which is today in America/Chicago, and not after 2027-01-25',
    ],
    [
      '2026-11-27',
      'America/New_York',
      'must be after 2026-11-27, which is today in America/New_York, and not after 2027-01-26',
    ],
    [
      '2027-01-26',
      'America/Chicago',
      'must be after 2026-11-26, which is today in America/Chicago, and not after 2027-01-25',
    ],
    [
      '2020-02-29',
      'America/Chicago',
      'must be after 2026-11-26, which is today in America/Chicago, and not after 2027-01-25',
    ],
    [
      '2026-11-28',
      'America/Chicago',
      'must be a business day, and 2026-11-28 is a Saturday: choose Monday, 2026-11-30',
    ],
    [
      '2026-12-25',
      'America/Chicago',
      'must be a business day, and 2026-12-25 is a federal holiday: choose Monday, 2026-12-28',
    ],
  ])('%s in %s is not possible', (on, timeZone, problem) => {
    expect(followUpTime(on, now, timeZone)).toEqual({ problem });
  });

  it('at the end of the 60 days is a business day before it', () => {
    const friday = new Date('2026-11-24T18:00:00Z');
    expect(followUpTime('2027-01-23', friday, 'America/Chicago')).toEqual({
      problem: 'must be a business day, and 2027-01-23 is a Saturday: choose Friday, 2027-01-22',
    });
  });

  it.each([
    ['2026-11-27T05:29:59Z', false],
    ['2026-11-27T05:30:00Z', false],
    ['2026-11-27T05:30:01Z', true],
    ['2027-01-27T05:30:00Z', true],
    ['2027-01-27T05:30:01Z', false],
    ['next week', false],
  ])('%s is possible for the workflow: %s', (at, possible) => {
    expect(isPossibleFollowUp(at, now)).toBe(possible);
  });

  it('keeps a task for later until it has come', () => {
    expect(isForLater({ followUpAt: new Date(now.getTime() + 1) }, now)).toBe(true);
    expect(isForLater({ followUpAt: now }, now)).toBe(false);
    expect(isForLater({ followUpAt: null }, now)).toBe(false);
  });
});
