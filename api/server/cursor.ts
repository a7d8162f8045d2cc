import { z } from 'zod';
import { canBeKept } from './plugins/text.ts';
import { Problem } from './problems.ts';
import { Instant } from './time.ts';

/** The place in a list that is ordered by a time, behind the list's name. */
export const timePlace = <List extends string>(list: List) => z.tuple([z.literal(list), Instant, z.guid()]);

/** Cursors are opaque to their users: the list's name, and the place in it by the columns that order it. */
export function cursorOf(place: (string | number | boolean | Date | null)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Problem when the cursor is not one of this list's */
export function readCursor<Place>(cursor: string | undefined, place: z.ZodType<Place>): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString(), onlyStorable));
  } catch {
    throw wrongCursor();
  }
}

/** @returns what a cursor is answered with that no page gave */
export function wrongCursor(): Problem {
  return new Problem(400, 'invalid-request', 'The cursor is not one that a page gave: use nextCursor as it came.', {
    errors: [{ path: 'query cursor', message: 'must be a nextCursor' }],
  });
}

/** Of `JSON.parse`: the check of the request's texts does not see what a cursor encodes. */
function onlyStorable(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && !canBeKept(value)) throw new Error('PostgreSQL cannot keep this text');
  return value;
}
