import { z } from 'zod';
import { addComment, mostComments, type NewComment } from '../../../db/queries/comments.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { Words } from '../../../domain/shared/inputs.ts';
import { openTaskStates, type TaskState } from '../../../domain/shared/tasks.ts';
import { noticeWorkflow } from '../../../domain/shared/workflowStarts.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { startOnce } from '../../server/startOnce.ts';
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

/**
 * Tells the people of open tasks that somebody else commented, each once. Neither the mail nor a history has the comment's text: it
 * is in the audit trail only. When Temporal does not answer, the caller is told to send the comment again: it is one, and its mail
 * leaves then.
 */
export async function mailAssignees(
  options: ApiOptions,
  { id, by }: z.output<typeof Comment>,
  topic: 'commented' | 'process-commented',
  tasks: { id: string; state: TaskState; assignee: string | null }[],
): Promise<void> {
  const theirs = new Map(
    tasks.flatMap(({ id: taskId, state, assignee }) =>
      assignee && assignee !== by && openTaskStates.includes(state) ? [[assignee, taskId]] : [],
    ),
  );
  for (const [person, taskId] of theirs) {
    const key = `comment/${id}/${taskId}`;
    await startOnce(options, 'sendNotice', noticeWorkflow({ about: 'task', key, taskId, topic, person }));
  }
}
