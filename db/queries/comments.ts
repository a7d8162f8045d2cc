import { and, count, eq, isNull, like } from 'drizzle-orm';
import { commentAction } from '../../domain/shared/comments.ts';
import type { Db } from '../client.ts';
import { lockName } from '../locks.ts';
import { events } from '../schema/shared.ts';
import { type AuditEvent, type EventRow, recordEvent } from './events.ts';

/** Comments on tasks, and on what tasks are about, such as a cancellation. A comment is an event of the audit trail. */

const eventIdOf = (commentId: string) => `comment/${commentId}`;
/** Of one task, or of one subject beside its tasks: nobody writes without end. */
export const mostComments = 200;

export interface NewComment {
  /** A UUID of the writer's: the same comment again is one. */
  commentId: string;
  /** Without a task it is about the subject as a whole. */
  about: Pick<AuditEvent, 'process' | 'subject' | 'vendor'> & { taskId: string | null; account: string | null };
  by: string;
  keyId: string;
  text: string;
}

/**
 * Adds a comment to the audit trail of what it is about, and of its account.
 * @returns the comment, also when it was added before; `taken` when its ID is another comment's; `full` when there are as many
 *   as there may be
 */
export async function addComment(
  db: Db,
  { commentId, about, by, keyId, text }: NewComment,
): Promise<EventRow | 'taken' | 'full'> {
  const id = eventIdOf(commentId);
  const { process, subject, taskId } = about;
  return db.transaction(async (tx) => {
    // One comment at a time, or two that come at once would both be the last that fits.
    await lockName(tx, `comments/${process}/${taskId ?? subject}`);
    const find = async () => (await tx.select().from(events).where(eq(events.id, id)))[0];
    if (!(await find())) {
      const ofSubject = and(eq(events.process, process), eq(events.subject, subject), isNull(events.taskId));
      const its = taskId === null ? ofSubject : eq(events.taskId, taskId);
      const [counted] = await tx
        .select({ comments: count() })
        .from(events)
        .where(and(its, like(events.id, eventIdOf('%'))));
      if (counted!.comments >= mostComments) return 'full';
      await recordEvent(tx, { id, ...about, by, keyId, action: commentAction, detail: text });
    }
    // A comment elsewhere may have taken the ID at the same time.
    const found = (await find())!;
    const isSame = found.subject === subject && found.taskId === taskId && found.by === by && found.detail === text;
    return isSame ? found : 'taken';
  });
}

/** The comments among events, in their order. */
export function commentsAmong(all: EventRow[]): { id: string; at: Date; by: string; text: string }[] {
  const prefix = eventIdOf('');
  return all
    .filter(({ id }) => id.startsWith(prefix))
    .map(({ id, at, by, detail }) => ({ id: id.slice(prefix.length), at, by, text: detail ?? '' }));
}
