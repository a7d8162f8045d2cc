import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TaskChange, taskActivities } from '../../activities/shared/tasks.ts';
import { eventsOfTask } from '../../db/queries/events.ts';
import { findTask } from '../../db/queries/tasks.ts';
import { tasks } from '../../db/schema/shared.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const [opened, claimed, released] = [1_000, 2_000, 3_000];
async function openTask(): Promise<string> {
  const id = randomUUID();
  await database.db.insert(tasks).values({
    ...{ id, workflowId: id, process: 'feeds', subject: 's', kind: 'k', team: 'feeds', state: 'open', version: opened },
    content: { title: 'Look', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
    ...{ openedAt: new Date(opened), dueAt: new Date(opened) },
  });
  return id;
}
const save = (change: Omit<TaskChange, 'at' | 'by'>) => {
  const { saveTask } = taskActivities({ database, temporal: new Client() }, {});
  const at = new Date(change.version).toISOString();
  return new MockActivityEnvironment().run(saveTask, { ...change, at, by: 'olivia' });
};
const actionsOf = async (id: string) =>
  (await eventsOfTask(database.db, id)).map(({ action, at }) => [action, at.getTime()]);

it('a change that arrives after a later one leaves the task as it is, and is in the audit trail at its own time', async () => {
  const taskId = await openTask();
  await save({ taskId, version: released, action: 'released', state: 'open', assignee: null });
  await save({ taskId, version: claimed, action: 'claimed', state: 'claimed', assignee: 'olivia' });
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'open', assignee: null, version: released });
  expect(await actionsOf(taskId)).toEqual([
    ['Task claimed: Look', claimed],
    ['Task released: Look', released],
  ]);
});

it('a change whose event cannot be written is not written either, and the next try writes both once', async () => {
  const taskId = await openTask();
  const change = { taskId, version: claimed, action: 'claimed', state: 'claimed', assignee: 'olivia' } as const;
  await database.db.execute(sql`alter table events rename to events_away`);
  await expect(save(change)).rejects.toThrow();
  await database.db.execute(sql`alter table events_away rename to events`);
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'open', assignee: null, version: opened });
  await save(change);
  await save(change);
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'claimed', assignee: 'olivia', version: claimed });
  expect(await actionsOf(taskId)).toEqual([['Task claimed: Look', claimed]]);
});
