import { expect, it } from 'vitest';
import { composed } from '../../activities/shared/composed.ts';

const one = async () => 1;
const two = async () => 2;

it('the activities of all processes are together under their names', () => {
  expect(composed({ shared: { openTask: one }, feeds: { importFile: two } })).toEqual({
    openTask: one,
    importFile: two,
  });
});

it('two processes with an activity of the same name are an error at the start, which names both', () => {
  expect(() => composed({ leads: { record: one }, feeds: { record: two } })).toThrow(
    'The activity record is both of leads and of feeds',
  );
});
