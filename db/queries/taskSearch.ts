import { and, asc, desc, eq, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { answersInLowerCase, tasks } from '../schema/shared.ts';
import { hasWords } from './search.ts';
import { dealersOfTask } from './taskDealers.ts';
import { open, type TaskRow } from './tasks.ts';

/** How many tasks are looked through for a part of a text: of the open ones the most urgent, of the others the latest. */
const mostOpen = 5_000;
const mostEnded = 2_000;

const { id, priority, dueAt, closedAt, content, dealerName, answers } = tasks;
const texts = [sql`${content}->>'title'`, dealersOfTask, dealerName];
/** What was typed as an answer, without confirmations. */
const answered = sql`coalesce((select string_agg(value #>> '{}', ' ') from jsonb_each(${answers}) where jsonb_typeof(value) = 'string'), '')`;

/**
 * Tasks by their ID, a whole answer such as a ticket's number, or parts of their title, dealer and answers. A whole answer is found
 * in an index, however old it is; parts are looked for in the 5,000 most urgent open tasks and the 2,000 that ended last.
 * @param text without spaces at its ends
 */
export async function searchTasks(db: Db, text: string, limit: number): Promise<TaskRow[]> {
  const whole = JSON.stringify([text.toLowerCase()]);
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const exact = or(sql`${answersInLowerCase(answers)} @> ${whole}::jsonb`, isUuid ? eq(id, text) : undefined);
  const among = (which: SQL, order: SQL[], most: number) =>
    inArray(
      id,
      db
        .select({ id })
        .from(tasks)
        .where(which)
        .orderBy(...order)
        .limit(most),
    );
  const matches = hasWords(text, [...texts, answered]);
  const [byAnswer, current, ended] = await Promise.all([
    db.select().from(tasks).where(exact).orderBy(desc(tasks.openedAt)).limit(limit),
    db
      .select()
      .from(tasks)
      .where(and(matches, among(open, [asc(priority), asc(dueAt), asc(id)], mostOpen)))
      .orderBy(asc(priority), asc(dueAt), asc(id))
      .limit(limit),
    db
      .select()
      .from(tasks)
      .where(and(matches, among(isNotNull(closedAt), [desc(closedAt)], mostEnded)))
      .orderBy(desc(closedAt))
      .limit(limit),
  ]);
  const found = new Map([...byAnswer, ...current, ...ended].map((task) => [task.id, task]));
  return [...found.values()].slice(0, limit);
}
