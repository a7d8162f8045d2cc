import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { describe, expect, test } from 'vitest';
import {
  nameKey,
  partsOfName,
  readEmail,
  readPhone,
  readPostalCode,
  readText,
} from '../../domain/feeds/reading/customerValues.ts';
import { readDate, readModelYear, readPaymentDate } from '../../domain/feeds/reading/dates.ts';
import { cellValue, readAmount, readCount } from '../../domain/feeds/reading/values.ts';

describe('an amount', () => {
  test.each([
    ['1234', '1234.00'],
    ['12.5', '12.50'],
    ['.50', '0.50'],
    ['12.', '12.00'],
    ['0', '0.00'],
    ['007.10', '7.10'],
    ['310.5000', '310.50'],
    ['$1,234.50', '1234.50'],
    ['1,234,567.89', '1234567.89'],
    ['25,000', '25000.00'],
    ['$ 25,000.00', '25000.00'],
    ['25\u00A0000.00', '25000.00'],
    ['USD 12', '12.00'],
    ['12 USD', '12.00'],
    ['US$12', '12.00'],
    ['+12', '12.00'],
    ['-12', '-12.00'],
    ['\u221212', '-12.00'],
    ['12.00-', '-12.00'],
    ['(12.00)', '-12.00'],
    ['$(1,012.00)', '-1012.00'],
    ['($12.00)', '-12.00'],
    ['-$12.00', '-12.00'],
    ['$-12.00', '-12.00'],
    ['(0.00)', '0.00'],
    ['1.234,50', '1234.50'],
    ['1.234.567,00', '1234567.00'],
    ['999999999999.99', '999999999999.99'],
  ])('%s is %s', (text, amount) => expect(readAmount(text)).toBe(amount));

  test.each([
    '1.234',
    '12,50',
    '1,23,456',
    '1234,567',
    '12.345',
    '310.4999999',
    '1000000000000',
    '12-5',
    '-(12)',
    '--12',
    '(12',
    '12)',
    '$',
    '.',
    ',',
    '12%',
    '1e5',
    '12 EUR',
    'twelve',
    '1/10/2026',
    '#REF!',
    '１２',
    `1${'0'.repeat(200)}`,
  ])('%s is none', (text) => expect(readAmount(text)).toBeNull());

  test('is read again as it was written, in each of its forms', () => {
    const cents = fc.bigInt({ min: -99_999_999_999_999n, max: 99_999_999_999_999n });
    const plain = (value: bigint) => {
      const digits = String(value < 0n ? -value : value).padStart(3, '0');
      return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    const grouped = (text: string) => text.replace(/\B(?=(\d{3})+\.)/g, ',');
    fc.assert(
      fc.property(cents, (value) => {
        const text = plain(value);
        const expected = value < 0n ? `-${text}` : text;
        const forms =
          value < 0n
            ? [`-${text}`, `(${text})`, `-$${grouped(text)}`, `($${grouped(text)})`, `${text}-`]
            : [text, `$${text}`, grouped(text), `$${grouped(text)}`, `USD ${text}`, `${text}00`];
        for (const form of forms) expect(readAmount(form)).toBe(expected);
      }),
    );
  });
});

describe('a date', () => {
  test.each([
    ['1/31/2026', '2026-01-31'],
    ['01/31/2026', '2026-01-31'],
    ['1-31-2026', '2026-01-31'],
    ['1/31/26', '2026-01-31'],
    ['1/31/69', '2069-01-31'],
    ['1/31/70', '1970-01-31'],
    ['1/31/99', '1999-01-31'],
    ['1/31/2026 12:00:00 AM', '2026-01-31'],
    ['1/31/2026 23:59', '2026-01-31'],
    ['2026-01-31', '2026-01-31'],
    ['2026-1-31', '2026-01-31'],
    ['2026/01/31', '2026-01-31'],
    ['2026-01-31T23:30:00.000Z', '2026-01-31'],
    ['2026-01-31 00:00:00-06:00', '2026-01-31'],
    ['20260131', '2026-01-31'],
    ['Jan 31, 2026', '2026-01-31'],
    ['January 31 2026', '2026-01-31'],
    ['Sat, Jan 31, 2026', '2026-01-31'],
    ['31-Jan-26', '2026-01-31'],
    ['31 JAN 2026', '2026-01-31'],
    ['Sept. 1st, 2026', '2026-09-01'],
    ['46053', '2026-01-31'],
    ['46053.75', '2026-01-31'],
    ['2/29/2024', '2024-02-29'],
  ])('%s is %s', (text, date) => expect(readDate(text)).toBe(date));

  test.each([
    '0000-00-00',
    '0/0/0000',
    '1/0/1900',
    '1/1/1900',
    '13/1/2026',
    '31/1/2026',
    '2/29/2026',
    '2/30/2024',
    '2026-13-01',
    '2026-00-10',
    '1.2.2026',
    '1/2/026',
    '1/2',
    '2026',
    '2026013',
    '202601311',
    '1/31/2126',
    '1/31/0206',
    '12345',
    '99999',
    'yesterday',
    '1/31/2026x',
    '1/31/2026 25',
    `1/31/2026 1:00${' '.repeat(100_000)}x`,
  ])('%s is none', (text) => expect(readDate(text)).toBeNull());

  test('is read again as it was written, in each of its forms', () => {
    const day = fc.date({ min: new Date('1970-01-01'), max: new Date('2069-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(day, (date) => {
        const iso = date.toISOString();
        const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        const days = Math.floor(date.getTime() / 86_400_000) + 25_569;
        const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
        const short = String(y % 100).padStart(2, '0');
        const forms = [
          iso,
          iso.slice(0, 10),
          `${m}/${d}/${y}`,
          `${m}/${d}/${short}`,
          String(days),
          `${month} ${d}, ${y}`,
        ];
        for (const form of forms) expect(readDate(form)).toBe(iso.slice(0, 10));
      }),
    );
  });

  test('of the last payment is within 90 years, from 10 before the sale', () => {
    expect(readPaymentDate('1/10/36', '2026-01-10')).toBe('2036-01-10');
    expect(readPaymentDate('1/10/80', '2026-01-10')).toBe('2080-01-10');
    expect(readPaymentDate('1/10/99', '1989-01-10')).toBe('1999-01-10');
    expect(readPaymentDate('1/10/16', '2026-01-10')).toBe('2016-01-10');
    expect(readPaymentDate('1/10/10', '2026-01-10')).toBeNull();
    expect(readPaymentDate('2066-01-10', '2026-01-10')).toBe('2066-01-10');
    expect(readPaymentDate('2/29/2026', '2026-01-10')).toBeNull();
    expect(readPaymentDate('0000-00-00', '2026-01-10')).toBeNull();
  });
});

test('a number of months is whole', () => {
  expect(['120', '120.0', '120 months', '120 mo.', '1,200', '0'].map((text) => readCount(text, 1200))).toEqual([
    120, 120, 120, 120, 1200, 0,
  ]);
  for (const text of ['120.5', '-1', '1201', '10 years', '', 'x', '1/10/2026'])
    expect(readCount(text, 1200)).toBeNull();
});

test('a year that cannot be one says nothing', () => {
  expect(['2026', '2026.0', '98', '07'].map(readModelYear)).toEqual([2026, 2026, 1998, 2007]);
  expect(['0', '00', '0000', '201', '2O19', '9999', ''].map(readModelYear)).toEqual(Array(7).fill(undefined));
});

test('a blank cell, and a word for it, is no value', () => {
  expect(['', '  ', '\u00A0', '-', ' -- ', 'N/A', 'NULL', '(null)', 'None'].map(cellValue)).toEqual(Array(9).fill(''));
  expect([' x ', '0', 'Nancy', '-12'].map(cellValue)).toEqual(['x', '0', 'Nancy', '-12']);
});

test('an email address is in lower case; one that nobody has is none', () => {
  const read = [
    ' Kim@Example.COM ',
    'mailto:kim@example.com',
    '<kim@example.com>',
    'x; kim@example.com',
    'k@müller.example',
  ];
  expect(read.map(readEmail)).toEqual([...Array(4).fill('kim@example.com'), 'k@müller.example']);
  for (const text of ['none@none.com', 'noemail@example.com', 'N/A', '', 'declined', '---'])
    expect(readEmail(text)).toBeUndefined();
  for (const text of [
    'kim',
    'kim@',
    '@example.com',
    'kim@example',
    'kim@example..com',
    `${'k'.repeat(300)}@example.com`,
  ])
    expect(readEmail(text)).toBeNull();
});

describe('a phone number', () => {
  test('is in E.164; one that nobody has is none', () => {
    const us = ['2025550143', '12025550143', '+1 202 555 0143', '(202) 555-0143', '202.555.0143', '1-202-555-0143 x12'];
    expect(us.map(readPhone)).toEqual(Array(6).fill('+12025550143'));
    expect(readPhone('+44 20 7946 0958')).toBe('+442079460958');
    for (const text of ['', 'N/A', '000-000-0000', '(999) 999-9999', '5555555555', 'none', '1234567890'])
      expect(readPhone(text)).toBeUndefined();
    for (const text of ['555-0100', '102 555 0143', '12', 'call me', '9'.repeat(100).replace('9', '8')])
      expect(readPhone(text)).toBeNull();
  });

  test('is what the library reads', () => {
    const digit = fc.constantFrom(...'0123456789');
    const mark = fc.constantFrom('', ' ', '-', '.', '(', ')', '+', ' x', '/');
    const typed = fc
      .array(fc.tuple(mark, digit), { minLength: 1, maxLength: 13 })
      .map((parts) => parts.flat().join(''));
    const digits = (count: number) => fc.string({ unit: digit, minLength: count, maxLength: count });
    const usual = fc
      .tuple(
        fc.constantFrom('', '1', '+1', '1-', '+1 '),
        digits(3),
        fc.constantFrom('', ' ', '-', '.'),
        digits(3),
        digits(4),
      )
      .map(([country, area, between, exchange, line]) => `${country}${area}${between}${exchange}${between}${line}`);
    fc.assert(
      fc.property(fc.oneof(typed, usual), (text) => {
        const read = readPhone(text);
        const number = parsePhoneNumberFromString(text, 'US');
        if (read !== undefined) expect(read).toBe(number?.isValid() ? number.number : null);
      }),
      { numRuns: 3000 },
    );
  });
});

test('a postal code has one form', () => {
  const read = ['60601', '60601-1234', '606011234', '2134', '2134.0', 'k1a 0b1', 'K1A-0B1', 'SW1A 1AA'].map(
    readPostalCode,
  );
  expect(read).toEqual(['60601', '60601', '60601', '02134', '02134', 'K1A0B1', 'K1A0B1', 'SW1A1AA']);
  for (const text of ['', '00000', 'Springfield', '12', '1'.repeat(50)]) expect(readPostalCode(text)).toBeUndefined();
});

describe('a name', () => {
  test('has one key, whatever its case, accents, punctuation and order', () => {
    const same = [
      ['José', 'O’Brien'],
      ['JOSE', "O'BRIEN"],
      ['Jose\u0301', 'OBrien'],
      ["O'Brien,", 'José'],
      ['José OBrien', ''],
    ].map(([first, last]) => nameKey(first!, last));
    expect(new Set(same)).toEqual(new Set(['jose obrien']));
    expect(nameKey('Łukasz', 'Groß-Øst')).toBe('gross lukasz ost');
    expect(nameKey('Ann', 'Lee')).not.toBe(nameKey('Anna', 'Lee'));
    expect(nameKey('...', '')).toBeUndefined();
  });

  test('has one key with its parts in any order', () => {
    const word = fc.string({ unit: fc.constantFrom(..."abzéñßØ'’.- 1"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(nameKey(one, other)).toBe(nameKey(other, one));
      }),
    );
  });

  test('is parted into first and last name', () => {
    expect(partsOfName('Kim Example')).toEqual({ firstName: 'Kim', lastName: 'Example' });
    expect(partsOfName('Example, Kim A.')).toEqual({ firstName: 'Kim A.', lastName: 'Example' });
    expect(partsOfName('Kim Example Jr.')).toEqual({ firstName: 'Kim', lastName: 'Example Jr.' });
    expect(partsOfName('Example')).toEqual({ lastName: 'Example' });
  });

  test('is on one line, and may be a word for nothing', () => {
    expect(readText(' Kim\r\nAnn\u200B\u0007 Example ')).toBe('Kim Ann Example');
    expect(['Null', 'Na', 'None'].map(readText)).toEqual(['Null', 'Na', 'None']);
    expect(['', 'NULL', 'n/a', '---', '(null)', '\u200B'].map(readText)).toEqual(Array(6).fill(undefined));
    expect(readText('x'.repeat(500))).toHaveLength(200);
  });
});

test('no text makes a value throw', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'0123456789/-.,$()+ TAPMZjanfeb:@x'), maxLength: 30 }),
  );
  const readers = [
    readAmount,
    readDate,
    readModelYear,
    readEmail,
    readPhone,
    readPostalCode,
    readText,
    nameKey,
    cellValue,
  ];
  fc.assert(
    fc.property(text, (value) => {
      for (const read of readers) read(value);
      partsOfName(value);
      readCount(value, 100);
      readPaymentDate(value, '2026-01-01');
    }),
    { numRuns: 2000 },
  );
});
