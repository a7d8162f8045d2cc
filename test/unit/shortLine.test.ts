import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, shortLine } from '../../domain/shared/shortLine.ts';

test('makes one line that PostgreSQL can store, within the length limit', () => {
  expect(shortLine('550 5.1.1\r\n550 no such\0 user', 500)).toBe('550 5.1.1 550 no such  user');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(30), (text, most) => {
      const line = shortLine(text, most);
      expect(line.length).toBeLessThanOrEqual(most);
      expect(line).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
    }),
  );
});

test('a text is cut between characters', () => {
  expect(cut(`a${'😀'.repeat(60)}`, 100)).toBe(`a${'😀'.repeat(49)}`);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, most) => {
      const beginning = cut(text, most);
      expect(text.startsWith(beginning)).toBe(true);
      expect(beginning.length).toBeGreaterThanOrEqual(Math.min(most - 1, text.length));
      expect(beginning).not.toMatch(/\p{Surrogate}/u);
    }),
  );
});
