import { expect, it } from 'vitest';
import { changesInWords } from '../../console/src/pages/admin/changesInWords.ts';

const nameOf = (id: string) => (id === 'lena' ? 'Lena Lead' : id);

it('a change of the administration is shown in words, with the names of people', () => {
  expect(
    changesInWords('name: "A; B: C"; leadOf: null → "ops"; teams: ["ops","feeds"]; active: true → false', nameOf),
  ).toEqual(['Name: A; B: C', 'Team lead of: none → ops', 'Teams: ops, feeds', 'Works here: yes → no']);
  expect(changesInWords('name: "lena"; personId: "lena"; requestsPerMinute: 600', nameOf)).toEqual([
    'Name: lena',
    'Person: Lena Lead',
    'Requests per minute: 600',
  ]);
});

it('a text of another kind stays as it is', () => {
  const text = '3 lines: 1 accounts added, 0 replaced, 2 lines rejected';
  expect(changesInWords(text, nameOf)).toEqual([text]);
});
