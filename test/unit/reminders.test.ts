import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { addBusinessDays, followUpTime, isBusinessDay } from '../../domain/shared/businessDays.ts';
import { isPossibleFollowUp, longestFollowUpDays } from '../../domain/shared/followUp.ts';
import { remindersAt } from '../../domain/shared/reminders.ts';

const timeZone = 'America/Chicago';
const local = (text: string) => DateTime.fromISO(text, { zone: timeZone }).toJSDate();
const shown = (at: Date) => DateTime.fromJSDate(at, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HH:mm");

/** All reminders of a task until a date, each as it is due. */
function allUntil(end: string, task: { openedAt: Date; dueAt: Date; followUpAt: Date | null }): string[] {
  const sent: string[] = [];
  for (let now = task.openedAt; now <= local(end); ) {
    const { due, next } = remindersAt(now, { ...task, timeZone });
    if (due) sent.push(`${due.stage} ${shown(due.at)}`);
    expect(next.getTime()).toBeGreaterThan(now.getTime());
    now = next;
  }
  return sent;
}

const openedAt = local('2026-03-19T10:00');
const dueAt = local('2026-03-24T17:00');

describe('reminders of a task', () => {
  test('come the morning before it is due, when it is due, a business day later, and then each business day', () => {
    expect(allUntil('2026-03-30T10:00', { openedAt, dueAt, followUpAt: null })).toEqual([
      'due-soon 2026-03-23T09:00',
      'late 2026-03-24T17:00',
      'overdue 2026-03-25T17:00',
      'overdue 2026-03-26T09:00',
      'overdue 2026-03-27T09:00',
      'overdue 2026-03-30T09:00',
    ]);
  });

  test('pause until the follow-up date, and so does the escalation', () => {
    expect(allUntil('2026-04-01T10:00', { openedAt, dueAt, followUpAt: local('2026-03-27T08:00') })).toEqual([
      'follow-up 2026-03-27T08:00',
      'overdue 2026-03-30T17:00',
      'overdue 2026-03-31T09:00',
      'overdue 2026-04-01T09:00',
    ]);
  });

  test('are unchanged by a follow-up date before the first of them', () => {
    expect(allUntil('2026-03-25T18:00', { openedAt, dueAt, followUpAt: local('2026-03-20T08:00') })).toEqual([
      'follow-up 2026-03-20T08:00',
      'due-soon 2026-03-23T09:00',
      'late 2026-03-24T17:00',
      'overdue 2026-03-25T17:00',
    ]);
  });

  test('the mail of the follow-up date comes also where another reminder is due at the same time', () => {
    expect(allUntil('2026-03-25T18:00', { openedAt, dueAt, followUpAt: local('2026-03-23T09:00') })).toEqual([
      'follow-up 2026-03-23T09:00',
      'late 2026-03-24T17:00',
      'overdue 2026-03-25T17:00',
    ]);
  });

  test('the mail of the follow-up date comes that morning, whatever date was chosen and however the clocks change', () => {
    const days = fc.integer({ min: 1, max: longestFollowUpDays });
    const from = fc.date({ min: local('2026-01-01T00:00'), max: local('2027-12-31T00:00'), noInvalidDate: true });
    fc.assert(
      fc.property(from, days, fc.integer({ min: 1, max: 10 }), (openedAt, days, dueDays) => {
        const day = DateTime.fromJSDate(openedAt, { zone: timeZone }).startOf('day').plus({ days });
        fc.pre(isBusinessDay(day));
        const on = day.toISODate()!;
        const found = followUpTime(on, openedAt, timeZone);
        if (!('at' in found)) throw new Error(found.problem);
        expect(shown(found.at)).toBe(`${on}T09:00`);
        expect(isPossibleFollowUp(found.at.toISOString(), openedAt)).toBe(true);
        const task = { openedAt, dueAt: addBusinessDays(openedAt, dueDays, timeZone), followUpAt: found.at, timeZone };
        expect(remindersAt(openedAt, task)).toEqual({ due: undefined, next: found.at });
        expect(remindersAt(found.at, task).due).toEqual({ stage: 'follow-up', at: found.at });
      }),
      { numRuns: 300 },
    );
  });

  test('come at most once per stage and local date', () => {
    const dates = fc.date({ min: openedAt, max: local('2027-03-19T10:00'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.option(dates), fc.integer({ min: 1, max: 5 }), (now, followUpAt, days) => {
        const task = { openedAt, dueAt: addBusinessDays(openedAt, days, timeZone), followUpAt, timeZone };
        const { due, next } = remindersAt(now, task);
        expect(next.getTime()).toBeGreaterThan(now.getTime());
        if (due) expect(due.at.getTime()).toBeLessThanOrEqual(now.getTime());
        if (followUpAt && now < followUpAt) expect(due).toBeUndefined();
        // The same until the next one: who looks twice sends it once.
        const justBefore = remindersAt(new Date(next.getTime() - 1), task);
        expect(justBefore.due).toEqual(due);
      }),
      { numRuns: 300 },
    );
  });
});
