import { expect, it } from 'vitest';
import { queriesToRefresh } from '../../console/src/app/changedQueries.ts';

const id = '0b5b1b0e-5c0f-4b52-9d0c-2f4f8e1f3a11';
const keys = [
  ['feeds', {}],
  ['feed health', 'D-1001'],
  ['feed run', 'of a run'],
  ['onboardings', undefined],
  ['feed', id],
  ['feed', id, 'runs'],
  ['rejected rows', id, {}],
  ['onboarding', id],
];
const others = [
  ['feed', 'another'],
  ['rejected rows', 'another'],
  ['onboarding', 'another'],
  ['tasks', {}],
  ['session'],
];

it('a change of a feed or an onboarding concerns its pages and the lists, and nothing else', () => {
  const { predicate } = queriesToRefresh({ feeds: [id] });
  expect([...keys, ...others].filter((queryKey) => predicate({ queryKey }))).toEqual(keys);
});

it('everything is all but who is signed in', () => {
  const { predicate } = queriesToRefresh({ everything: true });
  expect(others.filter((queryKey) => !predicate({ queryKey }))).toEqual([['session']]);
});
