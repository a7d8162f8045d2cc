import { expect, it } from 'vitest';
import { actorName } from '../../domain/shared/actors.ts';

it.each([
  ['cst', 'CST'],
  ['dealerops', 'Dealerops'],
  ['vinsolutions_events', "VinSolutions' event service"],
  ['key:offboarding', 'Offboarding system (API key)'],
  ['key:nightly-import', 'Nightly import system (API key)'],
  ['key:Offboarding system', 'Offboarding system (API key)'],
  ['olivia', 'olivia'],
  ['toString', 'toString'],
])('people read %s as %s', (by, name) => {
  expect(actorName(by)).toBe(name);
});
