import { expect, it } from 'vitest';
import { stepStateTitle } from '../../domain/cancellations/stepWords.ts';
import { answersInWords } from '../../domain/shared/answers.ts';
import { stepStates } from '../../domain/shared/checklist.ts';
import type { TaskField } from '../../domain/shared/tasks.ts';
import { fullTime, timeAtDealer } from '../../domain/shared/times.ts';

it('says a time in full, in the time zone asked for, also where clocks change', () => {
  expect(fullTime('2026-11-25T20:10:05Z', 'America/Chicago')).toBe('Nov 25, 2026, 2:10 PM CST');
  expect(fullTime('2026-11-25T20:10:05Z', 'America/Chicago', { seconds: true })).toBe('Nov 25, 2026, 2:10:05 PM CST');
  expect(fullTime('2026-11-01T06:30:00Z', 'America/Chicago')).toBe('Nov 1, 2026, 1:30 AM CDT');
  expect(fullTime('2026-11-01T07:30:00Z', 'America/Chicago')).toBe('Nov 1, 2026, 1:30 AM CST');
  expect(fullTime('2026-11-25T20:10:05Z', 'UTC')).toBe('Nov 25, 2026, 8:10 PM UTC');
});

it("the dealer's time has its date only where that differs from the reader's", () => {
  const zones = ['America/Los_Angeles', 'America/Chicago'] as const;
  expect(timeAtDealer('2026-11-25T20:10:05Z', ...zones)).toBe('12:10 PM PST');
  expect(timeAtDealer('2026-11-26T07:10:05Z', ...zones)).toBe('Nov 25, 2026, 11:10 PM PST');
  expect(timeAtDealer('2027-01-01T06:10:05Z', ...zones)).toBe('Dec 31, 2026, 10:10 PM PST');
  expect(timeAtDealer('2026-11-25T20:10:05Z', 'America/Chicago', 'America/Chicago')).toBeNull();
});

it('says how each step stands, and why the gate blocked', () => {
  expect(stepStates.map((state) => stepStateTitle({ step: 'elead-mail', state }))).toEqual([
    ...['Upcoming', 'In progress', 'Waiting', 'Done', 'Blocked', 'Not completed', 'Withdrawn'],
  ]);
  expect(stepStateTitle({ step: 'gate', state: 'blocked' })).toBe('Blocked: parent account is Active');
  expect(stepStateTitle({ step: 'gate', state: 'done' })).toBe('Done');
});

it('says answers by the labels of their fields and choices, and keeps those of fields that are gone', () => {
  const fields: TaskField[] = [
    { name: 'caseNumber', label: "The case's number", type: 'text' },
    { name: 'terminated', label: 'CDK has terminated it', type: 'confirm' },
    { name: 'outcome', label: 'What you found', type: 'choice', choices: [{ value: 'sent', label: 'It has arrived' }] },
  ];
  const answers = { caseNumber: 'C-1', terminated: true, outcome: 'sent', other: 'x' };
  expect(answersInWords(fields, answers)).toEqual([
    { label: "The case's number", value: 'C-1' },
    { label: 'CDK has terminated it', value: 'confirmed' },
    { label: 'What you found', value: 'It has arrived' },
    { label: 'other', value: 'x' },
  ]);
  expect(answersInWords(fields, { outcome: 'unknown', terminated: false })).toEqual([
    { label: 'What you found', value: 'unknown' },
    { label: 'CDK has terminated it', value: 'not confirmed' },
  ]);
});
