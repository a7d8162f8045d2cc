import { and, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** Searching for what people type: any part of a text, upper and lower case alike. */

/** A text as a part of a pattern of LIKE, in which it stands for itself. */
export function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/**
 * Whether each word is in one of these texts.
 * @param text at least one word
 */
export function hasWords(text: string, texts: readonly SQLWrapper[]): SQL {
  const patterns = text
    .trim()
    .split(/\s+/)
    .map((word) => `%${literal(word)}%`);
  return and(...patterns.map((pattern) => or(...texts.map((one) => sql`${one} ilike ${pattern}`))))!;
}

/** How well a dealer fits: by its whole ID, the beginning of it, of its name, or of a word of its name, or any other way. */
export function rankOf(text: string, { account, name }: { account: SQLWrapper; name: SQLWrapper }): SQL<number> {
  const whole = literal(text.trim());
  return sql<number>`case when lower(${account}) = ${text.trim().toLowerCase()} then 0
    when ${account} ilike ${`${whole}%`} then 1
    when ${name} ilike ${`${whole}%`} then 2
    when ${name} ilike ${`% ${whole}%`} then 3
    else 4 end`;
}
