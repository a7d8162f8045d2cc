import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areCorrected, problemsWithCorrections, wordsOfCorrection } from '../../domain/shared/taskCorrections.ts';
import { problemsWithAnswers, type TaskField } from '../../domain/shared/tasks.ts';

const fields: TaskField[] = [
  { name: 'number', label: 'Number', type: 'text' },
  { name: 'contact', label: 'Contact', type: 'note' },
  { name: 'ids', label: 'IDs', type: 'list', of: ['1', '2'] },
  { name: 'done', label: 'Done', type: 'confirm' },
  { name: 'found', label: 'Found', type: 'choice', choices: [{ value: 'a', label: 'A' }] },
];
const before = { number: 'C-1', contact: 'Kim', ids: '1', done: true, found: 'a' };

describe('a correction', () => {
  it('of texts and notes is accepted exactly when the task could be finished with it', () => {
    const texts = fc.record({ number: fc.string(), contact: fc.string() });
    fc.assert(
      fc.property(texts, (corrections) => {
        const asAnswers = problemsWithAnswers(fields, { ...before, ...corrections });
        expect(problemsWithCorrections(fields, corrections)).toEqual(asAnswers);
      }),
    );
    expect(problemsWithCorrections(fields, { number: 'C-2' })).toEqual([]);
    expect(problemsWithCorrections(fields, { number: ' ' })).toEqual([
      { field: 'number', message: 'Number is missing.' },
    ]);
  });

  it('of anything else is refused, whatever the value, and says what can be corrected', () => {
    const why = 'The process has continued with this decision, list or confirmation, so it cannot be corrected.';
    for (const field of ['ids', 'done', 'found'])
      expect(problemsWithCorrections(fields, { [field]: 'a' })).toEqual([
        { field, message: `${why} Can be corrected: number, contact.` },
      ]);
    for (const field of ['other', '__proto__', 'toString'])
      expect(problemsWithCorrections(fields, Object.fromEntries([[field, 'a']]))).toEqual([
        { field, message: 'The task has no such field. Can be corrected: number, contact.' },
      ]);
    expect(problemsWithCorrections(fields.slice(2), { ids: '2' })).toEqual([
      { field: 'ids', message: `${why} Nothing of this task can be corrected.` },
    ]);
  });

  it('is needed only while an answer differs', () => {
    expect(areCorrected(before, { number: 'C-2' })).toBe(false);
    expect(areCorrected(null, { number: 'C-2' })).toBe(false);
    expect(areCorrected(before, { number: 'C-1', contact: 'Kim' })).toBe(true);
  });

  it('is recorded with its reason, the old values and the new ones', () => {
    expect(wordsOfCorrection(fields, before, { number: 'C-2', contact: 'Lee' }, 'wrong digit')).toBe(
      'wrong digit (Number: "C-1" is now "C-2"; Contact: "Kim" is now "Lee")',
    );
    const longest = wordsOfCorrection(
      fields,
      { number: 'x'.repeat(5_000) },
      { number: 'y'.repeat(500) },
      'z'.repeat(500),
    );
    expect(longest.length).toBeLessThan(2_000);
    expect(longest).toMatch(/^z{500} \(Number: "x{700}…" is now "y{500}"\)$/);
  });
});
