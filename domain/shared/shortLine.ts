/**
 * What an outside system says, for tables and histories: on one line, without NUL and halves of surrogate pairs, which PostgreSQL
 * does not take.
 * @param most UTF-16 code units
 */
export function shortLine(text: string, most: number): string {
  // Cut first: a cut may leave half of a pair.
  return text.slice(0, most).replace(/[\p{Cc}\p{Surrogate}]+/gu, ' ');
}
