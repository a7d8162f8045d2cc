import { cut } from './shortLine.ts';
import { problemsWithAnswers, type TaskAnswers, type TaskField } from './tasks.ts';

/** Corrections of what was given with a task that is done: facts only, such as a case's number. */

/** How the event of a correction begins in the audit trail. */
export const correctedAction = 'Task corrected';

/** By field. */
export type Corrections = Record<string, string>;

/** A correction as the task shows it. */
export interface RecordedCorrection {
  /** ISO 8601 */
  at: string;
  by: string;
  reason: string;
  changes: { field: string; before: string; after: string }[];
}

/**
 * Checks corrections of a task's answers. Only numbers, names and notes are facts: decisions and confirmations have driven the process, which does
 * not go back. What names a person is corrected where its process keeps it.
 * @returns one sentence per problem with the field's name; empty when all can be corrected
 */
export function problemsWithCorrections(
  fields: TaskField[],
  corrections: Corrections,
): { field: string; message: string }[] {
  const facts = fields.filter(
    (field) => field.type === 'text' || field.type === 'note' || (field.type === 'line' && !field.isPersonal),
  );
  const known = facts.map(({ name }) => name).join(', ');
  const instead = known ? `Can be corrected: ${known}` : 'Nothing of this task can be corrected';
  return Object.entries(corrections).flatMap(([name, value]) => {
    const fact = facts.find((field) => field.name === name);
    if (fact) return problemsWithAnswers([fact], { [name]: value });
    const isDecision = fields.some((field) => field.name === name);
    const why = isDecision
      ? 'The process has continued with this decision, list or confirmation, so it cannot be corrected'
      : 'The task has no such field';
    return [{ field: name, message: `${why}. ${instead}.` }];
  });
}

/** Whether the answers are as the corrections say already. */
export function areCorrected(answers: TaskAnswers | null, corrections: Corrections): boolean {
  return Object.entries(corrections).every(([name, value]) => answers?.[name] === value);
}

/** Of a value that was replaced; a number is much shorter. */
const longestOldValue = 700;

/** Why, and each old and new value, such as `wrong digit (The case's number: "C-1" is now "C-2")`, for the audit trail. */
export function wordsOfCorrection(
  fields: TaskField[],
  before: TaskAnswers,
  corrections: Corrections,
  reason: string,
): string {
  const changes = Object.entries(corrections).map(([name, value]) => {
    const label = fields.find((field) => field.name === name)?.label ?? name;
    const old = String(before[name] ?? '');
    const shown = old.length > longestOldValue ? `${cut(old, longestOldValue)}…` : old;
    return `${label}: "${shown}" is now "${value}"`;
  });
  return `${reason} (${changes.join('; ')})`;
}
