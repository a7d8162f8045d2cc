import { randomUUID } from 'node:crypto';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventsOfTask } from '../../db/queries/events.ts';
import { closeLostTask, findTask } from '../../db/queries/tasks.ts';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { tasks } from '../../db/schema/shared.ts';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { isClosedWithItsIntegration, removerCheck } from '../../worker/maintenance/cancellations.ts';
import { startMaintenance } from '../../worker/maintenance/index.ts';
import { lostTasksCheck } from '../../worker/maintenance/shared.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { testKeyring } from '../support/service.ts';
import { testTemporal } from '../support/testTemporal.ts';

/** How the open tasks are looked at, on a Temporal server that has none of their workflows, and no worker. */

let database: TestDatabase;
let server: Awaited<ReturnType<typeof testTemporal>>;
beforeAll(async () => {
  [database, server] = await Promise.all([testDatabase(), testTemporal()]);
});
beforeEach(() => database.db.delete(tasks));
afterAll(() => Promise.all([database.close(), server.close()]));

/** The workflows that Temporal was asked about. */
let described: string[] = [];
/** A workflow that Temporal has no answer about. */
let unanswered: string | undefined;
const describe: WorkflowClientInterceptor['describe'] = (input, next) => {
  const { workflowId } = input.workflowExecution;
  described.push(workflowId!);
  if (workflowId === unanswered) throw new Error('no answer');
  return next(input);
};
/** The workflows that were started. */
let started: string[] = [];
const start: WorkflowClientInterceptor['start'] = (input, next) => {
  started.push(input.options.workflowId);
  return next(input);
};
beforeEach(() => {
  described = [];
  started = [];
  unanswered = undefined;
});

const temporalOf = (namespace: string) =>
  new Client({
    ...{ connection: server.client.connection, namespace },
    dataConverter: encryptingDataConverter(testKeyring),
    interceptors: { workflow: [{ describe, start }] },
  });
const services = () => ({ database, temporal: temporalOf(server.namespace) });
const checkOf = (of = services()) =>
  lostTasksCheck(of, {
    leftTo: { cancellations: isClosedWithItsIntegration },
    ...{ secondLookAfterMs: 0, untoldAfterMs: 0 },
  });

const at = new Date('2026-11-26T15:00:00.000Z');
async function openTask(more: Partial<typeof tasks.$inferInsert> = {}) {
  const id = randomUUID();
  const [row] = await database.db
    .insert(tasks)
    .values({
      ...{ id, workflowId: id, process: 'feeds', subject: 's', kind: 'k', team: 'feeds', state: 'open' },
      content: { title: 'Look', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
      ...{ openedAt: at, dueAt: at, version: at.getTime(), ...more },
    })
    .returning();
  return row!;
}
const stateOf = async (id: string) => (await findTask(database.db, id))!.state;

it('the second look is ten minutes after the first one', async () => {
  const { id } = await openTask();
  const check = lostTasksCheck(services(), { leftTo: {} });
  for (let look = 0; look < 3; look += 1) await check();
  expect(described).toEqual([id, id, id]);
  expect(await stateOf(id)).toBe('open');
});

it('a task that is changed between two looks is left until two more', async () => {
  const { id, version } = await openTask();
  const check = checkOf();
  await check();
  await database.db.update(tasks).set({ state: 'claimed', assignee: 'finn', version: version + 1 });
  await check();
  expect(await stateOf(id)).toBe('claimed');
  await database.db.update(tasks).set({ state: 'open' });
  await check();
  expect(await stateOf(id)).toBe('open');
  await check();
  expect(await stateOf(id)).toBe('closed');
});

it('a task that is changed while it is being closed stays open', async () => {
  const row = await openTask();
  await database.db.update(tasks).set({ version: row.version + 1 });
  expect(await closeLostTask(database.db, row)).toBe(false);
  expect(await stateOf(row.id)).toBe('open');
  expect(await eventsOfTask(database.db, row.id)).toEqual([]);
});

it('no task is closed if Temporal does not know the namespace', async () => {
  const [first, second] = [await openTask(), await openTask()];
  const elsewhere = checkOf({ database, temporal: temporalOf('not-registered') });
  for (let pass = 0; pass < 2; pass += 1) {
    for (const _ of [first, second]) await expect(elsewhere()).rejects.toThrow(/not-registered/);
    await elsewhere();
  }
  expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['open', 'open']);
});

it('a task whose workflow Temporal does not answer about stays open, and does not keep others from being closed', async () => {
  const [first, second] = [await openTask({ dueAt: at }), await openTask({ dueAt: new Date(at.getTime() + 1) })];
  unanswered = first.workflowId;
  const check = checkOf();
  for (let pass = 0; pass < 2; pass += 1) {
    await expect(check()).rejects.toThrow('no answer');
    await check();
  }
  expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['open', 'closed']);
});

it('each look asks Temporal about at most 20 tasks, and all open ones come in turn', async () => {
  const open = [];
  for (let nth = 0; nth < 45; nth += 1) open.push((await openTask({ dueAt: new Date(at.getTime() + nth) })).id);
  await openTask({ state: 'done' });
  const check = checkOf();
  const looks: number[] = [];
  for (let look = 0; look < 3; look += 1) {
    const before = described.length;
    await check();
    looks.push(described.length - before);
  }
  expect(looks).toEqual([20, 20, 5]);
  expect(described).toEqual(open);
  expect(await database.db.$count(tasks, eq(tasks.state, 'open'))).toBe(45);
  for (let look = 0; look < 3; look += 1) await check();
  expect(await database.db.$count(tasks, eq(tasks.state, 'closed'))).toBe(45);
});

it('two workers that look at the same time close the task once', async () => {
  const { id, version } = await openTask();
  const checks = [checkOf(), checkOf()];
  await Promise.all(checks.map((check) => check()));
  await Promise.all(checks.map((check) => check()));
  expect(await eventsOfTask(database.db, id)).toMatchObject([{ action: 'Task closed: Look' }]);
  const notice = services().temporal.workflow.getHandle(`notice/task/${id}/${version}/stopped`);
  expect(await notice.describe()).toMatchObject({ status: { name: 'RUNNING' } });
});

it('the notice of a task that a worker closed right before it stopped is sent by the next one', async () => {
  const row = await openTask();
  expect(await closeLostTask(database.db, row)).toBe(true);
  const { temporal } = services();
  const notice = temporal.workflow.getHandle(`notice/task/${row.id}/${row.version}/stopped`);
  await expect(notice.describe()).rejects.toThrow(/not found/);
  await checkOf()();
  expect(await notice.describe()).toMatchObject({ status: { name: 'RUNNING' } });
});

it('the notice of a task that another worker closed right before it stopped is sent by one that runs already, once', async () => {
  const row = await openTask();
  const check = checkOf();
  await check();
  expect(await closeLostTask(database.db, row)).toBe(true);
  await check();
  const { temporal } = services();
  const notice = temporal.workflow.getHandle(`notice/task/${row.id}/${row.version}/stopped`);
  expect(await notice.describe()).toMatchObject({ status: { name: 'RUNNING' } });
  await check();
  expect(started).toEqual([notice.workflowId]);
});

it('the notice of a task is sent although PostgreSQL’s answer that it was closed was lost', async () => {
  const row = await openTask();
  const { db } = database;
  let lose = true;
  const transaction: typeof db.transaction = async (...work) => {
    const answer = await db.transaction(...work);
    if (lose) throw new Error('the answer was lost');
    return answer;
  };
  const unlucky: typeof db = Object.assign(Object.create(db), { transaction });
  const check = checkOf({ ...services(), database: { ...database, db: unlucky } });
  await check();
  await expect(check()).rejects.toThrow('the answer was lost');
  lose = false;
  expect(await stateOf(row.id)).toBe('closed');
  expect(started).toEqual([]);
  await check();
  expect(started).toEqual([`notice/task/${row.id}/${row.version}/stopped`]);
});

it('a task of an integration in progress is left to its dealer’s workflow, and closed when the integration has ended without it', async () => {
  const { db } = database;
  const [cancellationId, workflowId] = [randomUUID(), 'cancellation/crm/elead/D-1'];
  await db.insert(cancellations).values({
    ...{ id: cancellationId, account: 'D-1', reason: 'subscription_canceled', state: 'open', requestedBy: 'key:test' },
  });
  await db.insert(cancellationIntegrations).values({
    ...{ cancellationId, integration: 'crm/elead', workflowId, runId: 'r', state: 'waiting', steps: [], version: 1 },
    updatedAt: at,
  });
  const of = { process: 'cancellations', subject: cancellationId, account: 'D-1', integration: 'crm/elead' } as const;
  const own = await openTask({ ...of, workflowId });
  const other = await openTask({ ...of, kind: 'data-after-end' });
  const check = checkOf();
  for (let look = 0; look < 3; look += 1) await check();
  expect([await stateOf(own.id), await stateOf(other.id)]).toEqual(['open', 'closed']);

  const itsRow = eq(cancellationIntegrations.cancellationId, cancellationId);
  await db.update(cancellationIntegrations).set({ state: 'ended' }).where(itsRow);
  for (let look = 0; look < 2; look += 1) await check();
  expect(await stateOf(own.id)).toBe('closed');
});

it('a task of the workflow of the removals is left to that workflow, which is started because of it', async () => {
  const of = { process: 'cancellations', subject: 'vin-event-stream', integration: 'crm/vinsolutions' } as const;
  const { id } = await openTask({ ...of, workflowId: vinEventStreamWorkflowId });
  const check = checkOf();
  for (let look = 0; look < 3; look += 1) await check();
  expect(await stateOf(id)).toBe('open');
  const { temporal } = services();
  const remover = temporal.workflow.getHandle(vinEventStreamWorkflowId);
  const stop = new AbortController();
  // No worker answers its query.
  const started = temporal.withAbortSignal(stop.signal, removerCheck({ database, temporal })).catch(() => {});
  await eventually(async () => (await remover.describe()).status.name === 'RUNNING');
  stop.abort();
  await started;
  await remover.terminate('the test is over');
});

it('the maintenance of each worker looks at open tasks', async () => {
  const { id } = await openTask();
  const maintenance = startMaintenance(services());
  try {
    await eventually(async () => described.includes(id));
  } finally {
    await maintenance.stop();
  }
});
