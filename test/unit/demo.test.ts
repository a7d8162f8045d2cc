import { expect, test } from 'vitest';
import { scenes } from '../../demo/cancellations.ts';
import { leftOpen } from '../../demo/leftOpen.ts';
import { dealersToOnboard, dealersToTry, dealerWithLateTask, sandboxDealers } from '../../sandbox/shared/dealers.ts';

const played = scenes.map(({ account }) => account);
const left = leftOpen.map(({ account }) => account);

test('the demo plays with dealers of the sandbox, and with none that npm start names to try', () => {
  const known = sandboxDealers.map(({ id }) => id);
  expect([...played, ...left].filter((account) => !known.includes(account))).toEqual([]);
  const toTry = [...dealersToTry, ...dealersToOnboard].map(([account]) => account);
  expect([...played, ...left].filter((account) => toTry.includes(account))).toEqual([]);
});

test('what the demo leaves open is of dealers that no scene withdraws', () => {
  expect(left.filter((account) => played.includes(account))).toEqual([]);
  expect(new Set(left).size).toBe(left.length);
});

test('the late task is of the dealer whose tasks are due soon', () => {
  const late = leftOpen.filter(({ title }) => title.startsWith('a late'));
  expect(late.map(({ account }) => account)).toEqual([dealerWithLateTask]);
});
