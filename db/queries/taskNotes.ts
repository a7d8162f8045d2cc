import { and, count, eq, like, sql } from 'drizzle-orm';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { Db } from '../client.ts';
import { events, tasks } from '../schema/shared.ts';
import { type EventRow, recordEvent } from './events.ts';
import type { TaskRow } from './tasks.ts';

/** What people write beside a task's answers: drafts of them, and comments. */

/**
 * Keeps what the person who has claimed the task has typed so far, in place of what was kept before. The same statement looks
 * whose the task is, so that nothing is written to one that was closed or given to somebody else meanwhile.
 * @returns the task; undefined when this person has not claimed it
 */
export async function saveDraft(
  db: Db,
  { taskId, by, answers }: { taskId: string; by: string; answers: TaskAnswers },
): Promise<TaskRow | undefined> {
  const [saved] = await db
    .update(tasks)
    .set({ draftAnswers: answers, draftBy: by, draftAt: sql`now()` })
    .where(and(eq(tasks.id, taskId), eq(tasks.state, 'claimed'), eq(tasks.assignee, by)))
    .returning();
  return saved;
}

/** A comment is an event of the audit trail: nothing changes it. */
const eventIdOf = (commentId: string) => `comment/${commentId}`;
/** Of one task: nobody writes without end. */
export const mostComments = 200;

export interface NewComment {
  /** A UUID of the writer's: the same comment again is one. */
  commentId: string;
  task: TaskRow;
  by: string;
  keyId: string;
  text: string;
}

/**
 * Adds a comment to the audit trail of the task, its subject and its account.
 * @returns the comment, also when it was added before; `taken` when its ID is another comment's; `full` when the task has as
 *   many as it may
 */
export async function addComment(
  db: Db,
  { commentId, task, by, keyId, text }: NewComment,
): Promise<EventRow | 'taken' | 'full'> {
  const id = eventIdOf(commentId);
  const { id: taskId, process, subject, account, integration: vendor } = task;
  return db.transaction(async (tx) => {
    // One comment of a task at a time, or two that come at once would both be the last that fits.
    await tx.select({ id: tasks.id }).from(tasks).where(eq(tasks.id, taskId)).for('update');
    const find = async () => (await tx.select().from(events).where(eq(events.id, id)))[0];
    if (!(await find())) {
      const ofTask = and(eq(events.taskId, taskId), like(events.id, eventIdOf('%')));
      const [counted] = await tx.select({ comments: count() }).from(events).where(ofTask);
      if (counted!.comments >= mostComments) return 'full';
      const event = { id, process, subject, taskId, account, vendor, by, keyId, action: 'Comment', detail: text };
      await recordEvent(tx, event);
    }
    // Another task's comment may have taken the ID at the same time.
    const found = (await find())!;
    return found.taskId === taskId && found.by === by && found.detail === text ? found : 'taken';
  });
}

/** The comments among a task's events, in their order. */
export function commentsAmong(all: EventRow[]): { id: string; at: Date; by: string; text: string }[] {
  const prefix = eventIdOf('');
  return all
    .filter(({ id }) => id.startsWith(prefix))
    .map(({ id, at, by, detail }) => ({ id: id.slice(prefix.length), at, by, text: detail ?? '' }));
}
