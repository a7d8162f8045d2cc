/**
 * What an outside system says, for tables and histories: on one line, without NUL and halves of surrogate pairs, which PostgreSQL
 * does not take.
 * @param most UTF-16 code units
 */
export function shortLine(text: string, most: number): string {
  // Cut first: a cut may leave half of a pair.
  return text.slice(0, most).replace(/[\p{Cc}\p{Surrogate}]+/gu, ' ');
}

/**
 * The beginning of a text, never with half of a surrogate pair at its end: PostgreSQL does not take that in JSON.
 * @param most UTF-16 code units
 */
export function cut(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
