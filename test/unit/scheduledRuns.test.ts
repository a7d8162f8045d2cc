import { describe, expect, it } from 'vitest';
import { datesLeftOut } from '../../domain/shared/dailyTimes.ts';
import { dateOfRun, runStartedBy, starterId, triggerTime } from '../../domain/shared/scheduledRuns.ts';

describe('a scheduled run', () => {
  it.each([
    ['America/New_York', '2026-11-26T04:30:00Z', '2026-11-25'],
    ['America/Chicago', '2026-11-26T06:00:00Z', '2026-11-26'],
    ['Etc/GMT-5', '2026-11-25T19:00:00Z', '2026-11-26'],
  ])('of %s at %s has the ID of its local date', (timeZone, time, date) => {
    const run = runStartedBy(`${starterId('feeds/import/F-17', timeZone)}-${time}`);
    expect(run).toEqual({ workflowId: `feeds/import/F-17/${date}`, date });
    expect(dateOfRun('feeds/import/F-17', run!.workflowId)).toBe(date);
    expect(dateOfRun('feeds/import', run!.workflowId)).toBeNull();
  });

  it('that is triggered, even at a whole minute, has no date', () => {
    for (const now of ['2026-11-26T10:00:00.400Z', '2026-11-26T10:00:59.900Z']) {
      const time = `${triggerTime(new Date(now)).toISOString().slice(0, 19)}Z`;
      const run = runStartedBy(`${starterId('feeds/import/F-17', 'UTC')}-${time}`)!;
      expect(run).toEqual({ workflowId: `feeds/import/F-17/${time}`, date: null });
      expect(dateOfRun('feeds/import/F-17', run.workflowId)).toBeNull();
    }
  });

  it('is not known by the ID of another workflow', () => {
    expect(runStartedBy('feeds/import/F-17-2026-11-26T10:00:00Z')).toBeNull();
  });
});

describe('a change of the times leaves out the run', () => {
  const before = { timeZone: 'America/New_York', localTime: '12:00', jitterMs: 30 * 60_000 };
  // 10:00 in New York
  const now = new Date('2026-11-26T15:00:00Z');
  it.each([
    ['of today, when the new time has passed', { localTime: '09:00' }, now, ['2026-11-26']],
    ['of no date, when the new time is still to come', { localTime: '11:00' }, now, []],
    ['of no date, when the run of today was before', { localTime: '09:00' }, new Date('2026-11-26T18:00:00Z'), []],
    [
      'of today, while it waits for its jitter',
      { localTime: '09:00' },
      new Date('2026-11-26T17:20:00Z'),
      ['2026-11-26'],
    ],
    ['of no date, when the times stay', {}, new Date('2026-11-26T17:20:00Z'), []],
    ['of today, when noon has passed in the new zone', { timeZone: 'Europe/London' }, now, ['2026-11-26']],
    [
      'of tomorrow, when it has passed in the new zone',
      { timeZone: 'Pacific/Kiritimati' },
      new Date('2026-11-26T22:30:00Z'),
      ['2026-11-27'],
    ],
  ])('%s', (_which, after, at, dates) => {
    expect(datesLeftOut(before, { timeZone: before.timeZone, localTime: before.localTime, ...after }, at)).toEqual(
      dates,
    );
  });
});
