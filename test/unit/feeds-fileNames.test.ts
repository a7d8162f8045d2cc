import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileRule, problemWithName, problemWithPattern } from '../../domain/feeds/fileNames.ts';

describe('what an import takes', () => {
  test('is each name that ends with the pattern', () => {
    const { matches } = fileRule({ filename: '_SL\\.csv', regex: true });
    expect(['x_SL.csv', '_SL.csv', 'a b_SL.csv'].filter(matches)).toHaveLength(3);
    const others = ['x_SL.csv.tmp', 'x_SL.csv.gpg', 'x_SLxcsv', 'x_sl.csv', 'x_SL.csv\n', 'SL.csv'];
    expect(others.filter(matches)).toEqual([]);
  });

  test('is no name that only a part of the pattern ends', () => {
    const { matches } = fileRule({ filename: '\\.csv|\\.txt', regex: true });
    expect(['a.csv', 'a.txt', 'a.csv.tmp', 'a.txt.tmp'].filter(matches)).toEqual(['a.csv', 'a.txt']);
  });

  test('is the one name without a pattern', () => {
    const { matches } = fileRule({ filename: 'x.csv', regex: false });
    expect(['x.csv', 'xxcsv', 'ax.csv', 'X.csv'].filter(matches)).toEqual(['x.csv']);
  });

  test('is found quickly, whatever the pattern', () => {
    const { matches } = fileRule({ filename: '(a+)+b', regex: true });
    expect(matches('a'.repeat(255))).toBe(false);
  });
});

describe('a pattern cannot be set', () => {
  test.each([
    ['', true, 'is missing'],
    [' ', false, 'is missing'],
    ['x'.repeat(201), true, 'longer than 200'],
    ['(', true, 'not a pattern of RE2'],
    ['a)|(b', true, 'not a pattern of RE2'],
    ['(?=x)', true, 'not a pattern of RE2'],
    ['\\1', true, 'not a pattern of RE2'],
    ['.*', true, 'takes every name'],
    ['$', true, 'takes every name'],
    ['x?', true, 'takes every name'],
    ['(?:_SL)?', true, 'takes every name'],
    ['a|', true, 'takes every name'],
    ['a\nb', true, 'control character'],
    ['../x.csv', false, 'slash'],
  ])('%j (regex %s): %s', (filename, regex, problem) => {
    expect(problemWithPattern(filename, regex)).toContain(problem);
  });

  test.each([
    ['_SL\\.csv', true],
    ['\\.csv$', true],
    ['^dealer_\\d+\\.csv', true],
    ['(?i)_sl\\.csv', true],
    ['.+\\.csv', true],
    ['sales.csv', false],
  ])('unlike %j (regex %s)', (filename, regex) => {
    expect(problemWithPattern(filename, regex)).toBeUndefined();
    expect(() => fileRule({ filename, regex })).not.toThrow();
  });
});

describe('a file cannot be taken', () => {
  test.each([
    ['../x_SL.csv', 'slash'],
    ['a\\b_SL.csv', 'slash'],
    ['..', '".."'],
    ['.', 'folder'],
    ['..x_SL.csv', '".."'],
    ['a\0_SL.csv', 'NUL'],
    ['a\n_SL.csv', 'line break'],
    ['a\r_SL.csv', 'line break'],
    ['a\u0085_SL.csv', 'line break'],
    ['a\u2028_SL.csv', 'line break'],
    ['a\u202Evsc.csv', 'control'],
    ['a\u001B[2J_SL.csv', 'control'],
    ['caf\uFFFD_SL.csv', 'not UTF-8'],
    ['caf\uD800_SL.csv', 'not UTF-8'],
    [`${'é'.repeat(128)}.csv`, 'more than 255 bytes'],
    ['', 'no name'],
  ])('with the name %j: %s', (name, problem) => expect(problemWithName(name)).toContain(problem));

  test.each(['x_SL.csv', 'José 2026-01-05 (1)_SL.csv', '.hidden', "it's.csv"])('unlike %j', (name) => {
    expect(problemWithName(name)).toBeUndefined();
  });

  test('and no name that can be taken breaks a line', () => {
    const character = fc.oneof(
      fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('/', '\n', '\u2028', '\u0000', 'a'),
    );
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 4 }), (name) => {
        if (problemWithName(name) === undefined) expect(name).not.toMatch(/[\p{Cc}\u2028\u2029/\\]/u);
      }),
    );
  });
});
