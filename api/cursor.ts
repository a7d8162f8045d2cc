import { z } from 'zod';
import { Problem } from './problems.ts';
import { Instant } from './time.ts';

const Place = z.tuple([Instant, z.guid()]);

/** Cursors are opaque to their users: a place in a list, by the columns that order it. */
export function cursorOf(at: Date, id: string): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');
}

/** @throws Problem when the cursor is not one of ours */
export function readCursor(cursor: string): { at: Date; id: string } {
  try {
    const [at, id] = Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at, id };
  } catch {
    throw new Problem(400, 'invalid-request', 'The cursor is not one that a page gave: use nextCursor as it came.', {
      errors: [{ path: 'query cursor', message: 'must be a nextCursor' }],
    });
  }
}
