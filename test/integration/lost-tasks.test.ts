import { randomUUID } from 'node:crypto';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import proto from '@temporalio/proto';
import { and, eq, like } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { eventsOfTask } from '../../db/queries/events.ts';
import { findTask } from '../../db/queries/tasks.ts';
import { outbox, tasks } from '../../db/schema/shared.ts';
import { lostTasksCheck } from '../../worker/maintenance/shared.ts';
import { reportArrival } from '../support/dataArrivals.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

/** Open tasks of workflows that somebody has stopped in Temporal, with the workers that run the others. */

const { service, api } = await serviceForFile({ dataAfterEndGraceDays: 0 });

type Task = typeof tasks.$inferSelect;
const workflowOf = ({ workflowId }: Task) => service.client.workflow.getHandle(workflowId);
const stateOf = async ({ id }: Task) => (await findTask(service.db, id))!.state;

/** A task about data that arrives although the dealer's integration with Elead has ended. */
async function taskOf(account: string): Promise<Task> {
  const dealer = dealerOf(service, account);
  const { ended } = await dealer.cancel(['crm/elead']);
  expect(await ended()).toEqual({ 'crm/elead': 'ended' });
  await reportArrival(service, { integration: 'crm/elead', account, name: 'first' });
  const task = await dealer.task('data-after-end');
  // The workflow knows that its row is written, and waits for its person.
  await eventually(async () => {
    const { raw } = await workflowOf(task).describe();
    return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'remind');
  });
  return task;
}

/** Two looks of a worker; the second one does not wait for ten minutes. */
async function lookTwice(temporal = service.outside.temporal): Promise<void> {
  const check = lostTasksCheck({ ...service.outside, temporal }, { leftTo: {}, secondLookAfterMs: 0 });
  await check();
  await check();
}

/** Asks for a run that is not there instead of a first one, as after the days for which Temporal keeps what has ended. */
const describe: WorkflowClientInterceptor['describe'] = (input, next) => {
  const { workflowId, runId } = input.workflowExecution;
  return next({ ...input, workflowExecution: { workflowId, ...(runId && { runId: randomUUID() }) } });
};
const withoutFirstRuns = new Client({
  ...{ connection: service.client.connection, namespace: service.namespace, dataConverter: service.dataConverter },
  interceptors: { workflow: [{ describe }] },
});

async function closeLost(task: Task): Promise<void> {
  await workflowOf(task).terminate('by mistake');
  await lookTwice();
  expect(await stateOf(task)).toBe('closed');
}

const { EventType } = proto.temporal.api.enums.v1;
/** @param to its first or its last workflow task that is done */
async function reset(task: Task, to: 'first' | 'last'): Promise<void> {
  const handle = workflowOf(task);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const done = events!.filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  await service.client.connection.workflowService.resetWorkflowExecution({
    namespace: service.namespace,
    workflowExecution: { workflowId: task.workflowId, runId },
    ...{ reason: 'test', requestId: `${runId}/${to}` },
    workflowTaskFinishEventId: done.at(to === 'first' ? 0 : -1)!.eventId,
  });
}

const stoppedMails = async ({ id }: Task) => {
  const ofTask = and(
    like(outbox.businessKey, `%${id}%`),
    like(outbox.subject, 'Stopped: %'),
    eq(outbox.state, 'accepted'),
  );
  return (await service.db.select({ to: outbox.to }).from(outbox).where(ofTask)).map(({ to }) => to).sort();
};

it('a task whose workflow was terminated is closed at the second look; its whole team and whoever tries to claim it learn why', async () => {
  const task = await taskOf('D-1201');
  await workflowOf(task).terminate('by mistake');
  const claim = () => api.post<{ detail: string }>('olivia', `/v1/tasks/${task.id}/claim`);
  expect((await claim()).body.detail).toMatch(/the task will be closed/);
  const check = lostTasksCheck(service.outside, { leftTo: {}, secondLookAfterMs: 0 });
  await check();
  expect(await stateOf(task)).toBe('open');
  await check();
  const reason = 'its process has ended, was stopped in Temporal, or failed';
  expect(await findTask(service.db, task.id)).toMatchObject({ state: 'closed', reason, version: task.version });
  const trail = await eventsOfTask(service.db, task.id);
  expect(trail.slice(1)).toMatchObject([
    { action: `Task closed: ${task.content.title}`, by: 'dealerops', detail: reason, subject: task.subject },
  ]);
  expect(await claim()).toMatchObject({ status: 409, body: { detail: expect.stringContaining(reason) } });
  const team = ['lena@example.com', 'olivia@example.com', 'oscar@example.com'];
  await eventually(async () => (await stoppedMails(task)).length === team.length);
  expect(await stoppedMails(task)).toEqual(team);
});

it('whoever has claimed the task is told alone that it was closed', async () => {
  const task = await taskOf('D-1202');
  await dealerOf(service, 'D-1202').say(task, 'claimTask', { by: 'oscar' });
  await closeLost(task);
  const notice = await eventually(async () => {
    const { version } = (await findTask(service.db, task.id))!;
    return service.client.workflow.getHandle(`notice/task/${task.id}/${version}/stopped`).result();
  });
  expect(notice).toEqual({ oscar: 'accepted' });
  expect(await stoppedMails(task)).toEqual(['oscar@example.com']);
});

/** The task as it is when its workflow has written it again, after a reset. */
const reopened = (task: Task, state: Task['state']) =>
  eventually(async () => {
    const row = (await findTask(service.db, task.id))!;
    return row.state === state && row.version > task.version && row;
  });

it('a workflow that is reset to before it opened its task opens it again, and it can be done', async () => {
  const task = await taskOf('D-1203');
  await closeLost(task);
  await reset(task, 'first');
  expect(await reopened(task, 'open')).toMatchObject({ reason: null, closedAt: null, closedBy: null });
  await lookTwice();
  await dealerOf(service, 'D-1203').done('data-after-end', { outcome: 'ended_now', action: 'Elead closed it' });
  expect(await workflowOf(task).result()).toBe('done');
});

it('a workflow that is reset to where it waited for its person opens the task again as it was, and it can be done', async () => {
  const dealer = dealerOf(service, 'D-1204');
  const { id } = await taskOf('D-1204');
  await dealer.say((await findTask(service.db, id))!, 'claimTask', { by: 'oscar' });
  const task = (await findTask(service.db, id))!;
  await closeLost(task);
  await reset(task, 'last');
  const asItWas = { assignee: 'oscar', reason: null, closedAt: null, closedBy: null };
  expect(await reopened(task, 'claimed')).toMatchObject(asItWas);
  await lookTwice();
  const answers = { outcome: 'ended_now', action: 'Elead closed it' };
  await dealer.say(task, 'completeTask', { by: 'oscar', answers });
  expect(await workflowOf(task).result()).toBe('done');
});

it('a task whose workflow runs stays open, also after a reset', async () => {
  const task = await taskOf('D-1503');
  await lookTwice();
  await reset(task, 'last');
  expect((await workflowOf(task).describe()).startTime.getTime()).toBeGreaterThan(task.version);
  await lookTwice();
  expect(await stateOf(task)).toBe('open');
});

it('when another workflow was started under the same ID since, only the task of the first one is closed, also after it has continued as new', async () => {
  const first = await taskOf('D-1703');
  await workflowOf(first).terminate('by mistake');
  await reportArrival(service, { integration: 'crm/elead', account: 'D-1703', name: 'second' });
  const ofDealer = and(eq(tasks.account, 'D-1703'), eq(tasks.kind, 'data-after-end'));
  const all = await eventually(async () => {
    const rows = await service.db.select().from(tasks).where(ofDealer);
    return rows.length === 2 && rows;
  });
  const second = all.find(({ id }) => id !== first.id)!;
  const { runId } = await workflowOf(second).describe();
  await workflowOf(second).signal('continueAsNew');
  await eventually(async () => (await workflowOf(second).describe()).runId !== runId);
  await lookTwice();
  expect(await stateOf(first)).toBe('closed');
  expect(await stateOf(second)).toBe('open');

  await lookTwice(withoutFirstRuns);
  expect(await stateOf(second)).toBe('open');
});
