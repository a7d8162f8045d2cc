import { describe, expect, test } from 'vitest';
import { eligibilityOf, readLevel, readPackage } from '../../domain/feeds/eligibility.ts';

describe('the right to feeds', () => {
  test.each([
    ['Gold', 'L5'],
    ['gold', 'Level 5'],
    [' PLATINUM package ', '5'],
    ['Platinum', 'l-5'],
    ['Gold Clients', 'L5 client'],
  ])('%j with the level %j has it', (named, level) => {
    expect(eligibilityOf({ package: named, level })).toEqual({ state: 'entitled' });
  });

  test.each([
    ['Silver', 'L5', 'Feeds are not available for the package Silver'],
    ['silver', undefined, 'Feeds are not available for the package Silver'],
    ['Legacy', 'L5', 'Feeds are not available for the package Legacy'],
    ['legacy dealer', undefined, 'Feeds are not available for the package Legacy'],
    ['Gold', 'L4', 'Feeds are available for the package Gold at level L5 only, and the dealer has L4'],
    ['Platinum', 'Level 10', 'Feeds are available for the package Platinum at level L5 only, and the dealer has L10'],
  ])('%j with the level %j does not have it', (named, level, reason) => {
    expect(eligibilityOf({ package: named, level })).toEqual({ state: 'not_entitled', reason });
  });

  test.each([
    [undefined, undefined, ['package', 'level']],
    ['', '', ['package', 'level']],
    ['Gold or Silver', 'L5', ['package']],
    ['Goldfish', 'L3', ['package']],
    ['Gold', undefined, ['level']],
    ['Gold', 'five', ['level']],
    ['Gold', '55', undefined],
    ['Bronze', 'premium', ['package', 'level']],
  ])('%j with the level %j is not known, or is rejected, but never granted', (named, level, missing) => {
    const found = eligibilityOf({ package: named, level });
    if (missing) expect(found).toEqual({ state: 'unknown', missing });
    else expect(found).toMatchObject({ state: 'not_entitled' });
  });

  test.each(['L5', 'l5', 'Level 5', 'LEVEL-5', '05', 'L 5'])('the level %j is 5', (text) => {
    expect(readLevel(text)).toBe(5);
  });

  test.each(['L', '0', 'L0', '5.5', 'L5x', '-5', '500', 'L5 or L4'])('the level %j is not understood', (text) => {
    expect(readLevel(text)).toBeUndefined();
  });

  test.each(['Gold+', '#gold', 'gold plan'])('the package %j is Gold', (text) => {
    expect(readPackage(text)).toBe('gold');
  });
});
