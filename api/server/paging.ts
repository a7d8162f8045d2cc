import { z } from 'zod';
import { cursorOf, readCursor } from './cursor.ts';

/** A boolean in a query string. */
export const QueryBoolean = z.preprocess(
  (given) => ({ true: true, false: false })[String(given)] ?? given,
  z.boolean('must be true or false'),
);

/** How every list is read in pages: `limit` items, from `cursor` on. */
export const pageQuery = {
  cursor: z
    .string()
    .max(2_000)
    .regex(/^[\w-]*$/, 'must be a nextCursor')
    .optional()
    .describe('`nextCursor` of the page before; the first page when absent'),
  limit: z.coerce.number().int().min(1).max(100).default(50).describe('Items of a page'),
};

/** @param id name of the component @param list name of the list and its items */
export function pageSchema<List extends z.ZodRawShape>(id: string, list: List) {
  return z
    .object({ ...list, nextCursor: z.string().nullable().describe('For `cursor`; null on the last page') })
    .meta({ id });
}

/** How a list is read: by the place of an item in its order, which is what a cursor holds. */
interface Listing<Place, Item> {
  /** Of a cursor: the list's name, then what orders the list. */
  place: z.ZodType<Place>;
  /** Reads up to `limit` items that follow a place; from the first on when there is none. */
  read(after: Place | undefined, limit: number): Promise<Item[]>;
  placeOf(item: Item): (string | number | boolean | Date)[];
}

/**
 * Reads one page of a list. One item more than the page holds is read: whether it is there says whether another page follows.
 * @throws Problem when the cursor is not one of this list's
 */
export async function readPage<Place, Item>(
  { cursor, limit }: { cursor?: string; limit: number },
  { place, read, placeOf }: Listing<Place, Item>,
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const found = await read(readCursor(cursor, place), limit + 1);
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? cursorOf(placeOf(items.at(-1)!)) : null };
}
