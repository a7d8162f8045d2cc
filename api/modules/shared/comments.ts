import { z } from 'zod';
import { addComment, mostComments, type NewComment } from '../../../db/queries/comments.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { Words } from '../../../domain/shared/inputs.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { Time } from '../../server/time.ts';

export const Comment = z.object({ id: z.uuid(), at: Time, by: z.string(), text: z.string() }).meta({ id: 'Comment' });
const longestComment = 2_000;
export const NewCommentBody = z.strictObject({ text: Words(longestComment) }).meta({ id: 'NewComment' });
export const CommentId = z.uuid().toLowerCase();
/** For the description of a route that adds one. */
export const aboutComments = `The caller makes the comment’s ID, a new UUID: the same comment again is one. A comment is never changed; there are at most ${mostComments}.`;

/** @param what as the refusal names it, such as `task` @throws Problem 409 when the ID is another comment's, or there are as many as there may be */
export async function comment(
  { database: { db } }: ApiOptions,
  { id: by, keyId }: Caller,
  what: string,
  { commentId, about, text }: Pick<NewComment, 'commentId' | 'about' | 'text'>,
): Promise<z.output<typeof Comment>> {
  const added = await addComment(db, { commentId, about, by, keyId, text });
  if (added === 'taken') {
    const detail = `There is another comment with the ID ${commentId}: choose a new UUID for each comment.`;
    throw new Problem(409, 'conflict', detail);
  }
  if (added === 'full')
    throw new Problem(409, 'conflict', `The ${what} has ${mostComments} comments, and takes no more.`);
  return { id: commentId, at: added.at, by, text };
}
