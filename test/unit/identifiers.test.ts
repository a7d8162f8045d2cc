import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanIdentifier,
  cleanName,
  cleanText,
  nameProblem,
  readIdentifier,
  textProblem,
} from '../../domain/shared/identifiers.ts';
import {
  AccountId,
  CancellationId,
  DisplayName,
  PersonId,
  TaskAnswersSchema,
  VendorDealerId,
  VinSolutionsDealerId,
  Words,
} from '../../domain/shared/inputs.ts';

interface Case {
  value: string;
  do: 'reject' | 'clean' | 'keep';
  to?: string;
  where?: string;
}
const { cases } = JSON.parse(readFileSync('../shared/cases/identifiers.json', 'utf8')) as { cases: Case[] };

describe('identifiers as spreadsheets damage them', () => {
  test.each(cases)('$value: $do', ({ value, do: what, to, where }) => {
    const schema = where === 'VinSolutions dealer ID' ? VinSolutionsDealerId : VendorDealerId;
    const read = schema.safeParse(value);
    if (what === 'reject') expect(read.error?.issues[0]?.message).toMatch(/^is /);
    else expect(read).toEqual({ success: true, data: to ?? value });
  });

  test.each([
    ['5.55101e11', 'turned it into a number'],
    ['5,55101E+11', 'turned it into a number'],
    ['5E11', 'turned it into a number'],
    ['1.234.567', 'turned it into a number'],
    ["1'234'567", 'turned it into a number'],
    ['1\u202F234\u00A0567', 'turned it into a number'],
    ['555201,0', 'turned it into a number'],
    ['1234567890123450000', 'turned it into a number'],
    ['#N/A', 'error of a formula'],
    ['#DIV/0!', 'error of a formula'],
    ['#NAME?', 'error of a formula'],
    ['#BEZUG!', 'error of a formula'],
    ['########', 'error of a formula'],
    ['Err:502', 'error of a formula'],
    ['=A1+B1', 'a formula'],
    ['-555101', 'number with a sign'],
    ['2026-01-02', 'turned it into a date'],
    ['02.01.26', 'turned it into a date'],
    ['1/2/2026 0:00', 'turned it into a date'],
    ['2-Jan-2026', 'turned it into a date'],
    ['1-Feb', 'turned it into a date'],
    ['Sep-02', 'turned it into a date'],
    ['March 1, 2026', 'turned it into a date'],
    ['12:30', 'turned it into a time'],
    ['false', 'true or false'],
    ['WAHR', 'true or false'],
    ['N/A', 'missing'],
    ['NULL', 'missing'],
    ['$555,101.00', 'amount'],
    ['555101 €', 'amount'],
    ['50%', 'amount'],
    ['555 A', 'no spaces'],
    ['A,B', 'no commas'],
    ['5\u0000', 'U+0000'],
    ['Ｄ-1', 'U+FF24'],
    ['\u200B', 'is missing'],
    ['x'.repeat(65), 'longer than 64'],
  ])('%j is rejected', (value, reason) => {
    expect(readIdentifier(value)).toEqual({ problem: expect.stringContaining(reason) });
  });

  test.each(['12E4', 'A1', '3E', 'E5', 'MAR1', 'Mayfair-3', '10-12', '555-01-0123', '10.0.2.1', '12-34-56', 'DV10501'])(
    '%s is accepted',
    (value) => {
      expect(readIdentifier(value)).toEqual({ value });
    },
  );

  const parts = fc.constantFrom(
    ...' \t\u200B\uFEFF\u202E\u00AD"\'=,.-+/#%E',
    '’',
    '“',
    '”',
    '1',
    '0',
    'A',
    '5.5E+3',
    '😀',
  );
  const texts = fc.oneof(
    fc.string({ unit: parts }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...cases.map((one) => one.value)),
  );

  test('are the same when cleaned twice, and have plain characters only', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = cleanIdentifier(text);
        expect(cleanIdentifier(once)).toBe(once);
        const read = readIdentifier(text);
        if ('value' in read) {
          expect(read.value).toMatch(/^[A-Za-z0-9._/-]{1,64}$/);
          expect(readIdentifier(read.value)).toEqual(read);
        }
        const dealer = VinSolutionsDealerId.safeParse(text);
        if (dealer.success) expect(dealer.data).toMatch(/^\d+$/);
      }),
    );
  });

  test('each kind of ID has its own format', () => {
    expect(AccountId.safeParse('D/1').error?.issues).toMatchObject([
      { message: expect.stringContaining('letters, digits, - or _') },
    ]);
    expect(AccountId.parse('="D-1"')).toBe('D-1');
    expect(VinSolutionsDealerId.parse("'00555")).toBe('00555');
    expect(VinSolutionsDealerId.safeParse('3PA1').success).toBe(false);
    expect(PersonId.safeParse('Olivia').success).toBe(false);
    expect(PersonId.parse('olivia\u200B')).toBe('olivia');
    expect(CancellationId.parse('0196D1D4-8F0B-7B6C-A7C5-1D2E3F405060')).toBe('0196d1d4-8f0b-7b6c-a7c5-1d2e3f405060');
  });
});

describe('names', () => {
  test.each([
    ['  Old\u00A0Mill \u2028 Lincoln\t', 'Old Mill Lincoln'],
    ['Brightwater\u200B Honda\u202E', 'Brightwater Honda'],
    ['Sen\u0303or Kia', 'Señor Kia'],
    ['Kia\r\nBcc: someone@example.com', 'Kia Bcc: someone@example.com'],
  ])('%j is cleaned to %j', (given, name) => {
    expect(DisplayName(100).parse(given)).toBe(name);
  });

  test.each([
    ['Kia\u0007', 'U+0007'],
    ['Kia\u0000', 'U+0000'],
    ['Kia\uFFFD', 'U+FFFD'],
    ['Kia\uE000', 'U+E000'],
    ['\u202E\u200B', 'is empty'],
    ['---', 'no letter and no digit'],
    ['#REF!', 'error of a formula'],
  ])('%j is rejected', (given, reason) => {
    expect(DisplayName(100).safeParse(given).error?.issues[0]?.message).toContain(reason);
  });

  test('are the same when cleaned twice, and have one line without invisible characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = cleanName(text);
        expect(cleanName(name)).toBe(name);
        if (nameProblem(name) === null) expect(name).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});

describe("people's own words", () => {
  test.each([
    ['  CDK calls\r\nback\ron \tMonday \n', 'CDK calls\nback\non \tMonday'],
    ['case\u200B C-1\u202E\u2066\uFEFF', 'case C-1'],
    ['Sen\u0303or\u2028Ramírez', 'Señor\nRamírez'],
    ['50% \u{1F600} #REF! ---', '50% \u{1F600} #REF! ---'],
  ])('%j is kept as %j', (given, kept) => {
    expect(Words(100).parse(given)).toBe(kept);
    expect(TaskAnswersSchema.parse({ note: given })).toEqual({ note: kept });
  });

  test.each([
    ['a\u0007', 'U+0007'],
    ['a\u001B[31m', 'U+001B'],
    ['a\u0090', 'U+0090'],
    ['a\uFFFD', 'U+FFFD'],
    ['a\uE000', 'U+E000'],
  ])('%j is rejected with its place, also among answers', (given, code) => {
    const issue = { message: `holds a character that cannot be read (${code})` };
    expect(Words(100).safeParse(given).error?.issues).toMatchObject([{ ...issue, path: [] }]);
    expect(TaskAnswersSchema.safeParse({ done: true, note: given }).error?.issues).toMatchObject([
      { ...issue, path: ['note'] },
    ]);
  });

  test('may be as long as the description says, counted in characters and not in UTF-16 units', () => {
    expect(Words(3).safeParse('😀😀😀').success).toBe(true);
    expect(Words(3).safeParse('😀😀😀a').success).toBe(false);
    expect(Words(3).safeParse('\u200B').success).toBe(false);
  });

  test('are the same when cleaned twice, and hold no invisible and no control character but tabs and line breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = cleanText(text);
        expect(cleanText(once)).toBe(once);
        if (textProblem(once) === null) expect(once).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});

test.each(['\u2800', ' \u0301 ', '\uFFFF', 'a\uFDD0b'])(
  'a text of which nothing, or not all, can be read is rejected: %j',
  (text) => {
    const cleaned = cleanText(text);
    expect(cleaned === '' || textProblem(cleaned) !== null).toBe(true);
  },
);

test.each(['+', '✔', 'C-1', '好'])('a short text that can be read is taken: %s', (text) => {
  expect(cleanText(text)).toBe(text);
  expect(textProblem(text)).toBeNull();
});

test('a pile of marks that would cover the lines around it is rejected, in texts and in names', () => {
  const pile = `Z${'\u0322\u0308\u0301\u0327\u0303'.repeat(3)}algo`;
  const message = 'has more than 4 accents or other marks on one character: remove some';
  expect(textProblem(cleanText(`fine\n${pile}`))).toBe(message);
  expect(nameProblem(cleanName(pile))).toBe(message);
  // Invisible characters between the marks do not hide it.
  expect(textProblem(cleanText(`a${'\u0322\u200D'.repeat(9)}`))).toBe(message);
});

test.each(['Nguyễn Thị Ái', 'ก็ที่ปุ๋ย', 'בְּרֵאשִׁ֖ית', 'क्षत्रिय', 'Zoë Müller'])(
  'a name of a real language is taken: %s',
  (text) => {
    expect(textProblem(cleanText(text))).toBeNull();
    expect(nameProblem(cleanName(text))).toBeNull();
  },
);

test('controls that turn the text around them are removed', () => {
  expect(cleanText('paid \u202Egnihton\u202C \u2066now\u2069')).toBe('paid gnihton now');
});
