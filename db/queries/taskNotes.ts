import { and, eq, isNull, sql } from 'drizzle-orm';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import type { Db } from '../client.ts';
import { tasks } from '../schema/shared.ts';
import type { TaskRow } from './tasks.ts';

/**
 * Keeps what the person who has claimed the task has typed so far, in place of what was kept before. The same statement checks
 * whose the task is, so that nothing is written to one that was closed or assigned to somebody else meanwhile. It is no change
 * that others are told of: a person who types would have every open list read again. Its time has no more than milliseconds, so
 * that a caller can give it back as `base`.
 * @param base when the draft that this one continues was saved, null for none; any when absent
 * @returns the task; undefined when this person has not claimed it, or another draft was saved meanwhile
 */
export async function saveDraft(
  db: Db,
  { taskId, by, answers, base }: { taskId: string; by: string; answers: TaskAnswers; base?: Date | null },
): Promise<TaskRow | undefined> {
  const [saved] = await db
    .update(tasks)
    .set({
      draftAnswers: answers,
      draftBy: by,
      draftAt: sql`date_trunc('milliseconds', now())`,
      changedIn: sql`${tasks.changedIn}`,
    })
    .where(
      and(
        eq(tasks.id, taskId),
        eq(tasks.state, 'claimed'),
        eq(tasks.assignee, by),
        base === null ? isNull(tasks.draftAt) : base && eq(tasks.draftAt, base),
      ),
    )
    .returning();
  return saved;
}
