import { setTimeout as sleep } from 'node:timers/promises';
import { and, count, eq, inArray, sql } from 'drizzle-orm';
import pMap from 'p-map';
import { cancellations } from '../db/schema/cancellations.ts';
import { tasks } from '../db/schema/shared.ts';
import type { Servers } from './servers.ts';

/** Waits until there are so many open tasks, then claims all. */
export async function claimedTasks({ database: { db }, http }: Servers, wanted: number) {
  const open = () =>
    db
      .select()
      .from(tasks)
      .where(inArray(tasks.state, ['open']));
  while ((await openTasks(db)) < wanted) await sleep(250);
  const all = await open();
  await pMap(all, ({ id }) => http.post(`/v1/tasks/${id}/claim`, {}), { concurrency: 16 });
  return all;
}

/** Waits until every cancellation whose task is done is closed. */
export async function untilAllClosed({ database: { db } }: Servers, of: readonly { id: string }[]): Promise<void> {
  for (;;) {
    const [row] = await db
      .select({ left: count() })
      .from(tasks)
      .innerJoin(cancellations, eq(sql`${cancellations.id}::text`, tasks.subject))
      .where(
        and(
          inArray(
            tasks.id,
            of.map(({ id }) => id),
          ),
          eq(tasks.state, 'done'),
          eq(cancellations.state, 'open'),
        ),
      );
    if (row!.left === 0) return;
    await sleep(50);
  }
}

export async function openTasks(db: Servers['database']['db']): Promise<number> {
  const [row] = await db
    .select({ open: count() })
    .from(tasks)
    .where(inArray(tasks.state, ['open']));
  return row!.open;
}
