import { z } from 'zod';
import { cursorOf } from './cursor.ts';

/** Whether, in a query string. */
export const QueryBoolean = z.preprocess(
  (given) => ({ true: true, false: false })[String(given)] ?? given,
  z.boolean(),
);

/** How every list is read in pages: `limit` items, from `cursor` on. */
export const pageQuery = {
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before; the first page when absent'),
  limit: z.coerce.number().int().min(1).max(100).default(50).describe('Items of a page'),
};

/** @param id name of the component @param list name of the list and its items */
export function pageSchema<List extends z.ZodRawShape>(id: string, list: List) {
  return z
    .object({ ...list, nextCursor: z.string().nullable().describe('For `cursor`; null on the last page') })
    .meta({ id });
}

/**
 * @param found the items of the page and one more, if there is one
 * @param placeOf the list's name and what orders it, of an item
 */
export function pageOf<Item>(
  found: Item[],
  limit: number,
  placeOf: (item: Item) => (string | Date)[],
): { items: Item[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? cursorOf(placeOf(items.at(-1)!)) : null };
}
