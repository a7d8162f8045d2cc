import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsWithDraft } from '../../domain/shared/taskNotes.ts';
import { problemsWithAnswers, type TaskField } from '../../domain/shared/tasks.ts';

const fields: TaskField[] = [
  { name: 'number', label: 'Number', type: 'text' },
  { name: 'ids', label: 'IDs', type: 'list', of: ['1', '2'] },
  { name: 'done', label: 'Done', type: 'confirm' },
  { name: 'found', label: 'Found', type: 'choice', choices: [{ value: 'a', label: 'A' }] },
];

describe('a draft', () => {
  it('may hold any texts and either confirmation, for some of the fields or none', () => {
    const drafts = fc.record(
      { number: fc.string(), ids: fc.string(), done: fc.boolean(), found: fc.string() },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(drafts, (answers) => problemsWithDraft(fields, answers).length === 0));
    expect(problemsWithAnswers(fields, {})).not.toEqual([]);
  });

  it('whose answers finish the task is always accepted', () => {
    const answers = { number: 'T-1', ids: '1, 2', done: true, found: 'a' };
    expect(problemsWithAnswers(fields, answers)).toEqual([]);
    expect(problemsWithDraft(fields, answers)).toEqual([]);
  });

  it('names each answer of another type, and each that is not asked for', () => {
    const wrong = { number: true, ids: false, done: 'yes', found: true, other: 'x', toString: 'x' };
    expect(problemsWithDraft(fields, wrong)).toEqual([
      { field: 'number', message: '“Number” must be a text in a draft.' },
      { field: 'ids', message: '“IDs” must be a text in a draft.' },
      { field: 'done', message: '“Done” must be true or false in a draft.' },
      { field: 'found', message: '“Found” must be a text in a draft.' },
      { field: 'other', message: 'The task has no such field. Its fields: number, ids, done, found.' },
      { field: 'toString', message: 'The task has no such field. Its fields: number, ids, done, found.' },
    ]);
  });
});
