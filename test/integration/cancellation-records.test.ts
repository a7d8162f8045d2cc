import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { progressActivities } from '../../activities/cancellations/progress.ts';
import { eventsOfSubject, eventsOfTask, listEvents, recordEvents } from '../../db/queries/events.ts';
import { findTask } from '../../db/queries/tasks.ts';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { tasks } from '../../db/schema/shared.ts';
import { stepsAhead } from '../../domain/cancellations/cancellations.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type TestTemporal, testTemporal } from '../support/testTemporal.ts';

/** The activities that mirror a cancellation's workflows in the tables, on a real database. */

let database: TestDatabase;
let temporal: TestTemporal;
beforeAll(async () => {
  [database, temporal] = await Promise.all([testDatabase(), testTemporal()]);
});
afterAll(async () => {
  await temporal?.close();
  await database?.close();
});

const at = '2026-11-27T15:00:00.000Z';
const opened = Date.parse('2026-11-26T15:00:00.000Z');
const integration = 'crm/dealersocket';
const activities = () => progressActivities({ database, temporal: temporal.client });
const inActivity = <Result>(run: () => Promise<Result>) => new MockActivityEnvironment().run(run) as Promise<Result>;

/** A cancellation of one integration that waits for a person's task. */
async function waiting({ kind = 'dealersocket-form', assignee = null as string | null } = {}) {
  const { db } = database;
  const [cancellationId, taskId] = [randomUUID(), randomUUID()];
  await db.insert(cancellations).values({
    ...{ id: cancellationId, account: 'D-1', reason: 'subscription_canceled', state: 'open', requestedBy: 'key:test' },
    startedAt: new Date(opened),
  });
  await db.insert(cancellationIntegrations).values({
    ...{ cancellationId, integration, workflowId: 'w', runId: randomUUID(), state: 'waiting', version: opened },
    ...{ steps: stepsAhead(integration), updatedAt: new Date(opened) },
  });
  await db.insert(tasks).values({
    ...{ id: taskId, workflowId: 'w', process: 'cancellations', subject: cancellationId, kind, team: 'ops' },
    ...{ integration, account: 'D-1', assignee, state: 'open', version: opened },
    content: { title: 'Fill in the form', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
    ...{ openedAt: new Date(opened), dueAt: new Date(opened) },
  });
  return { cancellationId, taskId };
}

const trailOf = async (taskId: string) =>
  (await eventsOfTask(database.db, taskId)).map(({ action, detail, by, at: when }) => [
    ...[action, detail, by, when.toISOString()],
  ]);
async function withoutEvents(write: () => Promise<unknown>): Promise<void> {
  await database.db.execute(sql`alter table events rename to events_away`);
  try {
    await expect(write()).rejects.toThrow();
  } finally {
    await database.db.execute(sql`alter table events_away rename to events`);
  }
}

it('an integration that was stopped: the closing of its task is in the audit trail once, however often it is recorded', async () => {
  const { cancellationId, taskId } = await waiting({ assignee: 'olivia' });
  const reason = 'its workflow was stopped in Temporal';
  const stop = () => inActivity(() => activities().recordStopped({ cancellationId, integration, reason, at }));
  expect(await stop()).toMatchObject({ stopped: true, assignedTasks: [taskId] });
  expect(await stop()).toMatchObject({ stopped: true, assignedTasks: [taskId] });
  expect(await findTask(database.db, taskId)).toMatchObject({
    state: 'closed',
    closedBy: 'dealerops',
    version: opened,
  });
  expect(await trailOf(taskId)).toEqual([['Task closed: Fill in the form', reason, 'dealerops', at]]);
});

it('an integration that was stopped: its task stays open if the events cannot be written', async () => {
  const { cancellationId, taskId } = await waiting();
  await withoutEvents(() =>
    inActivity(() => activities().recordStopped({ cancellationId, integration, reason: 'stopped', at })),
  );
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'open', closedAt: null });
});

it('an integration that was stopped: its task about data after the end stays open, since its own workflow closes it', async () => {
  const { cancellationId, taskId } = await waiting({ kind: 'data-after-end' });
  await inActivity(() => activities().recordStopped({ cancellationId, integration, reason: 'stopped', at }));
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'open' });
});

it('a cancellation that is closed: the closing of a task that is still open is in the audit trail, and only then', async () => {
  const { cancellationId, taskId } = await waiting();
  await activities().closeCancellation({ cancellationId, requestIds: [], at });
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'open' });
  expect(await trailOf(taskId)).toEqual([]);

  const itsRow = eq(cancellationIntegrations.cancellationId, cancellationId);
  await database.db.update(cancellationIntegrations).set({ state: 'ended' }).where(itsRow);
  await withoutEvents(() => activities().closeCancellation({ cancellationId, requestIds: [], at }));
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'open' });

  await activities().closeCancellation({ cancellationId, requestIds: [], at });
  await activities().closeCancellation({ cancellationId, requestIds: [], at: '2026-11-28T15:00:00.000Z' });
  expect(await findTask(database.db, taskId)).toMatchObject({ state: 'closed', closedAt: new Date(at) });
  expect(await trailOf(taskId)).toEqual([
    ['Task closed: Fill in the form', 'the cancellation has ended without it', 'dealerops', at],
  ]);
});

it('the progress of an integration is not written if its events cannot be, and the next try writes both once', async () => {
  const { cancellationId } = await waiting();
  const version = Date.parse(at);
  const save = () =>
    inActivity(() =>
      activities().saveProgress({
        ...{ cancellationId, account: 'D-1', version },
        progress: { integration, state: 'ended', steps: [] },
        events: [{ id: `${cancellationId}/ended`, at, by: 'olivia', action: 'DealerSocket: ended' }],
      }),
    );
  const state = async () => {
    const its = eq(cancellationIntegrations.cancellationId, cancellationId);
    return (await database.db.select().from(cancellationIntegrations).where(its))[0]?.state;
  };
  await withoutEvents(save);
  expect(await state()).toBe('waiting');
  await save();
  await save();
  expect(await state()).toBe('ended');
  const trail = await eventsOfSubject(database.db, 'cancellations', cancellationId);
  expect(trail.map(({ action }) => action)).toEqual(['DealerSocket: ended']);
});

it('events of the same time are listed in the order in which they were recorded, the newest first page by page', async () => {
  const subject = randomUUID();
  const of = { process: 'cancellations', subject, taskId: subject, at: new Date(at), by: 'cst' } as const;
  const actions = ['Clean up the DMS provider: done', 'CDK: ended', 'Task closed', 'CDK: withdrawn'];
  // Their IDs sort the other way, and the last comes with a later statement.
  const all = actions.map((action, index) => ({ ...of, id: `${subject}/${9 - index}`, action }));
  await recordEvents(database.db, all.slice(0, 3));
  await recordEvents(database.db, all.slice(3));

  const actionsOf = (trail: { action: string }[]) => trail.map(({ action }) => action);
  expect(actionsOf(await eventsOfSubject(database.db, 'cancellations', subject))).toEqual(actions);
  expect(actionsOf(await eventsOfTask(database.db, subject))).toEqual(actions);
  const page = (before?: { at: Date; sequence: number }) =>
    listEvents(database.db, { process: 'cancellations', subject, before, limit: 3 });
  const first = await page();
  expect(actionsOf([...first, ...(await page(first.at(-1)))])).toEqual(actions.toReversed());
});
