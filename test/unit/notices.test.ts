import { describe, expect, it } from 'vitest';
import { isStillTrue, noticesOfChange, noticesOfPutOff, noticesOfReturn } from '../../domain/shared/notices.ts';
import { type NoticeTopic, noticeMail } from '../../domain/shared/noticeTexts.ts';
import { taskStates } from '../../domain/shared/tasks.ts';

const dueAt = new Date('2026-11-27T23:00:00Z');
const before = new Date('2026-11-27T22:00:00Z');

describe('a notice is still wanted', () => {
  it.each<[NoticeTopic, readonly string[]]>([
    ['assigned', ['open']],
    ['returned', ['open']],
    ['reassigned', []],
    ['due-soon', ['open', 'claimed']],
    ['late', ['open', 'claimed']],
    ['follow-up', ['open', 'claimed']],
    ['overdue', ['open', 'claimed', 'escalated']],
    ['put-off', ['open', 'claimed', 'escalated']],
    ['escalated', ['escalated']],
    ['still-escalated', ['escalated']],
    ['closed', ['closed']],
    ['not-completed', ['not_completed']],
    ['stopped', ['closed']],
  ])('%s: for a task in %j', (topic, states) => {
    const task = (state: (typeof taskStates)[number]) => ({ state, assignee: 'olivia', dueAt, followUpAt: null });
    expect(taskStates.filter((state) => isStillTrue({ topic, person: 'olivia' }, task(state), before))).toEqual(states);
  });

  it('only while the task exists and its assignee and due date still match', () => {
    const task = { state: 'open', assignee: 'oscar', dueAt, followUpAt: null } as const;
    expect(isStillTrue({ topic: 'assigned', person: 'olivia' }, task, before)).toBe(false);
    expect(isStillTrue({ topic: 'reassigned', person: 'olivia' }, task, before)).toBe(true);
    expect(isStillTrue({ topic: 'reassigned', person: 'olivia' }, { ...task, state: 'done' }, before)).toBe(false);
    expect(isStillTrue({ topic: 'due-soon' }, task, dueAt)).toBe(false);
    expect(isStillTrue({ topic: 'late' }, undefined, before)).toBe(false);
  });

  describe('after its follow-up date was changed', () => {
    const [past, soon, later] = [-1, 1, 2].map((days) => new Date(before.getTime() + days * 86_400_000));
    const stillTrue = (topic: NoticeTopic, was: Date | null, followUpAt: Date | null) =>
      isStillTrue(
        { topic, followUpAt: was?.toISOString() ?? null },
        { state: 'open', assignee: null, dueAt, followUpAt },
        before,
      );

    it.each(['due-soon', 'late', 'overdue'] as const)(
      'a reminder is not, if the task is for later now: %s',
      (topic) => {
        expect(stillTrue(topic, null, soon!)).toBe(false);
        expect(stillTrue(topic, soon!, later!)).toBe(false);
        expect(stillTrue(topic, soon!, null)).toBe(true);
        expect(stillTrue(topic, null, past!)).toBe(true);
        // The clocks of the workflow and of PostgreSQL differ: the date that has come for one may not have for the other.
        expect(stillTrue(topic, soon!, soon!)).toBe(true);
      },
    );

    it('the mail that it was put off until then is not', () => {
      expect(stillTrue('put-off', soon!, soon!)).toBe(true);
      expect(stillTrue('put-off', soon!, later!)).toBe(false);
      expect(stillTrue('put-off', soon!, null)).toBe(false);
    });

    it('the mail of that morning is not', () => {
      expect(stillTrue('follow-up', soon!, soon!)).toBe(true);
      expect(stillTrue('follow-up', soon!, later!)).toBe(false);
      expect(stillTrue('follow-up', soon!, null)).toBe(false);
    });
  });
});

it('the new and the previous assignee are notified, but not of their own changes', () => {
  const given = { state: 'open', assignee: 'oscar' } as const;
  expect(noticesOfChange(given, { by: 'lena', before: 'olivia' })).toEqual([
    { topic: 'reassigned', person: 'olivia' },
    { topic: 'assigned', person: 'oscar' },
  ]);
  expect(noticesOfChange(given, { by: 'oscar', before: null })).toEqual([]);
  expect(noticesOfChange({ state: 'open', assignee: null }, { by: 'olivia', before: 'olivia' })).toEqual([]);
  expect(noticesOfChange({ state: 'open', assignee: 'olivia' }, { by: 'lena', before: 'olivia' })).toEqual([
    { topic: 'assigned', person: 'olivia' },
  ]);
});

it('who had a task hears that somebody else closed it without completing', () => {
  const given = { state: 'not_completed', assignee: 'olivia' } as const;
  expect(noticesOfChange(given, { by: 'lena', before: 'olivia' })).toEqual([
    { topic: 'not-completed', person: 'olivia' },
  ]);
  expect(noticesOfChange(given, { by: 'olivia', before: 'olivia' })).toEqual([]);
  expect(noticesOfChange({ ...given, assignee: null }, { by: 'lena', before: null })).toEqual([]);
});

it('who escalated a task hears that it is returned, but not when they return it themselves', () => {
  expect(noticesOfReturn('olivia', 'lena')).toEqual([{ topic: 'returned', person: 'olivia' }]);
  expect(noticesOfReturn('lena', 'lena')).toEqual([]);
});

it('the team lead is told when a late task is put off, but not when a task that is not late is', () => {
  const followUpAt = '2026-12-10T15:00:00.000Z';
  const putOff = (task: { dueAt?: string; followUpAt: string | null }) => noticesOfPutOff(task, 'olivia', dueAt);
  const [due, justLate] = [dueAt.toISOString(), new Date(dueAt.getTime() - 1).toISOString()];
  expect(putOff({ dueAt: justLate, followUpAt })).toEqual([{ topic: 'put-off', followUpAt, notTo: 'olivia' }]);
  expect(putOff({ dueAt: due, followUpAt })).toEqual([]);
  expect(putOff({ dueAt: justLate, followUpAt: null })).toEqual([]);
  expect(putOff({ followUpAt })).toEqual([]);
});

it.each([
  ['America/Chicago', 'Friday, November 27, 2026, 5:00 PM CST'],
  ['Pacific/Honolulu', 'Friday, November 27, 2026, 1:00 PM HST'],
  ['America/Phoenix', 'Friday, November 27, 2026, 4:00 PM MST'],
])("a mail shows the due date in the dealer's time zone: %s", (timeZone, due) => {
  const facts = {
    title: 'A task',
    dealerName: 'Juniper Ford',
    dueAt,
    timeZone,
    reason: null,
    assignee: null,
    followUpAt: null,
    followUpNote: null,
  };
  expect(noticeMail('late', facts).body).toContain(`\nDue: ${due}\n`);
});

it('the mail about a closed task whose process is gone has nobody repeat what is done already', () => {
  const facts = { title: 'A task', dealerName: null, dueAt, timeZone: 'America/Chicago', reason: null, assignee: null };
  const { subject, body } = noticeMail('stopped', { ...facts, followUpAt: null, followUpNote: null });
  expect(subject).toBe('Stopped: A task');
  expect(body).toContain('its process has ended, was stopped in Temporal, or failed');
  expect(body).toContain('If you have already done it, tell the team lead.');
});

it('the mail of the follow-up date says why the task was put off', () => {
  const facts = { title: 'A task', dealerName: null, dueAt, timeZone: 'America/Chicago', reason: null, assignee: null };
  const followUp = { followUpAt: dueAt, followUpNote: 'CDK answers in three days' };
  const { subject, body } = noticeMail('follow-up', { ...facts, ...followUp });
  expect(subject).toBe('Follow up: A task');
  expect(body).toMatch(/^The follow-up date of this task has come: it is on the to-do list again\.$/m);
  expect(body).toMatch(/^Follow-up: CDK answers in three days$/m);
});
