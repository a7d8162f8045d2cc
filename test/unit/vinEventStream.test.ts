import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withDealerIds } from '../../domain/cancellations/vinEventStream.ts';

const dealerIds = fc.array(fc.stringMatching(/^\d{1,12}$/), { maxLength: 20 });
const newlines = fc.constantFrom('\n', '\r\n', '\r');
const otherLine = fc.stringMatching(/^[ -~]{0,40}$/).filter((line) => !/^\s*dealerids\s*:/i.test(line));

describe('parameters of "Remove from Vin Event Stream"', () => {
  test('only the Dealer ID list is replaced', () => {
    const text = 'Mode: remove\r\n  DealerIds :  11, 22\r\n\r\nNotify: ops@example.com';
    expect(withDealerIds(text, ['33', '44'])).toBe(
      'Mode: remove\r\n  DealerIds :  33,44\r\n\r\nNotify: ops@example.com',
    );
  });

  test.each([
    ['', 'DealerIds: 1\n'],
    ['Mode: remove', 'Mode: remove\nDealerIds: 1\n'],
    ['A: 1\r\nB: 2\r\n', 'A: 1\r\nB: 2\r\nDealerIds: 1\r\n'],
  ])('a missing line is added: %j', (text, expected) => {
    expect(withDealerIds(text, ['1'])).toBe(expected);
  });

  test('the list is replaced, and every other line is unchanged', () => {
    fc.assert(
      fc.property(
        fc.array(otherLine),
        fc.array(otherLine),
        newlines,
        dealerIds,
        dealerIds,
        (before, after, newline, old, ids) => {
          const lines = (list: string[]) => [...before, `DealerIds: ${list.join(',')}`, ...after].join(newline);
          expect(withDealerIds(lines(old), ids)).toBe(lines(ids));
        },
      ),
    );
  });

  test('a text without the line keeps its content, and replacing twice is the same as once', () => {
    fc.assert(
      fc.property(fc.array(otherLine), newlines, dealerIds, (lines, newline, ids) => {
        const text = lines.join(newline);
        const once = withDealerIds(text, ids);
        expect(once.startsWith(text)).toBe(true);
        expect(once.slice(text.length).trim()).toBe(`DealerIds: ${ids.join(',')}`.trim());
        expect(withDealerIds(once, ids)).toBe(once);
      }),
    );
  });

  test('an ID that would add a line or another ID is rejected', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(',', '\n', '\r', ' ', '\t', '\u2028', '.', '$&', 'A'),
        fc.string(),
        (head, bad, tail) => {
          expect(() => withDealerIds('DealerIds: 1', ['2', head + bad + tail])).toThrow(RangeError);
        },
      ),
    );
    expect(() => withDealerIds('DealerIds: 1', [''])).toThrow('has digits only: ""');
  });

  test('a text with two such lines is rejected, since the second could end other dealers', () => {
    expect(() => withDealerIds('DealerIds: 1\nDealerIds: 2', ['3'])).toThrow('2 lines "DealerIds:"');
  });
});
