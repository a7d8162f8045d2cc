import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, tasks } from '../../db/schema/shared.ts';
import { integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { addBusinessDays, localDate } from '../../domain/shared/businessDays.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { bundleOf, type RunningWorker, startWorker } from '../../worker/worker.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { startService, type TestService } from '../support/service.ts';

const { ResetReapplyType, EventType } = proto.temporal.api.enums.v1;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;

let service: TestService;
let api: TestApi;
const say = (who: 'olivia' | 'oscar', id: string, action: string, body: object = {}) =>
  api.post<{ detail: string; state: string }>(who, `/v1/tasks/${id}/${action}`, body);
const rowOf = async (id: string) => (await service.db.select().from(tasks).where(eq(tasks.id, id)))[0]!;

describe('a task whose workflow is reset in Temporal', () => {
  beforeAll(async () => {
    service = await startService();
    api = await apiOf(service);
  });
  afterAll(async () => {
    await api.close();
    await service.close();
  });

  /** Takes an integration's workflow back to before the first of such events, without what people said since. */
  async function resetTo(
    integration: IntegrationName,
    account: string,
    type: proto.temporal.api.enums.v1.EventType,
    resetReapplyType = ResetReapplyType.RESET_REAPPLY_TYPE_NONE,
  ) {
    const workflowId = integrationWorkflowId(integration, account);
    const handle = service.client.workflow.getHandle(workflowId);
    const { events: history } = await handle.fetchHistory();
    const isDone = (event: HistoryEvent) => event.eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
    const first = history!.findIndex((event) => event.eventType === type);
    const { runId } = await handle.describe();
    const { runId: newRunId } = await service.client.connection.workflowService.resetWorkflowExecution({
      namespace: service.namespace,
      workflowExecution: { workflowId, runId },
      reason: 'test',
      requestId: `${runId}/${type}`,
      workflowTaskFinishEventId: history!.slice(0, first).findLast(isDone)!.eventId,
      resetReapplyType,
    });
    expect(newRunId).not.toBe(runId);
  }
  const { EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: firstUpdate, EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: begin } =
    EventType;

  it('to when it was open: the task is shown as unclaimed and can be claimed again', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const { id } = await dealer.task('dealersocket-form');
    await say('olivia', id, 'claim');
    await resetTo('crm/dealersocket', 'D-1003', firstUpdate);
    expect(await rowOf(id)).toMatchObject({ state: 'claimed' });

    const answers = { submitted: true };
    expect(await say('olivia', id, 'complete', { answers })).toMatchObject({ status: 409 });
    expect(await rowOf(id)).toMatchObject({ state: 'open', assignee: null, claimedAt: null });
    expect(await say('olivia', id, 'claim')).toMatchObject({ status: 200 });
    expect(await say('olivia', id, 'complete', { answers })).toMatchObject({ status: 200 });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
    expect(await rowOf(id)).toMatchObject({ state: 'done', closedBy: 'olivia', answers });
  });

  it('its priority and follow-up date are those that its workflow knows then', async () => {
    const dealer = dealerOf(service, 'D-1001');
    await dealer.cancel(['crm/dealersocket']);
    const { id } = await dealer.task('dealersocket-form');
    const on = localDate(addBusinessDays(new Date(), 3, 'America/Chicago'), 'America/Chicago');
    const arrange = async () => {
      await say('olivia', id, 'priority', { priority: 'urgent' });
      await say('olivia', id, 'follow-up', { on, note: 'they answer then' });
      return rowOf(id);
    };
    const arranged = await arrange();
    expect(arranged).toMatchObject({
      priority: 'urgent',
      followUpNote: 'they answer then',
      followUpAt: expect.any(Date),
    });
    await resetTo('crm/dealersocket', 'D-1001', firstUpdate);
    const none = await eventually(async () => {
      const row = await rowOf(id);
      return row.version > arranged.version && row;
    });
    expect(none).toMatchObject({ priority: 'normal', followUpAt: null, followUpNote: null, state: 'open' });

    // What people said since the reset's time is said again.
    const again = await arrange();
    await resetTo('crm/dealersocket', 'D-1001', firstUpdate, ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE);
    await eventually(async () => (await rowOf(id)).version > again.version);
    await eventually(async () => (await rowOf(id)).priority === 'urgent' && (await rowOf(id)).followUpAt !== null);
    const { followUpAt, followUpNote } = again;
    await say('olivia', id, 'priority', { priority: 'low' });
    expect(await rowOf(id)).toMatchObject({ state: 'open', priority: 'low', followUpAt, followUpNote });
    await say('oscar', id, 'claim');
    expect(await rowOf(id)).toMatchObject({ state: 'claimed', followUpAt: null, followUpNote: null });
    await say('oscar', id, 'release');
    await dealer.done('dealersocket-form', { submitted: true });
  });

  it('to before it was opened: the same task is opened again and counts as begun', async () => {
    const dealer = dealerOf(service, 'D-1701');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const { id } = await dealer.task('dealersocket-form');
    await say('olivia', id, 'claim');
    await resetTo('crm/dealersocket', 'D-1701', begin);
    const again = await dealer.task('dealersocket-form', 'open');
    expect(again).toMatchObject({ id, assignee: null, claimedAt: null });
    const whats = (await service.db.select().from(events).where(eq(events.taskId, id))).map(({ action }) => action);
    expect(whats.map((action) => action.split(':')[0])).toEqual(
      expect.arrayContaining(['Task opened', 'Task claimed', 'Task opened again']),
    );
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Check whether this was done');
    expect(await ended()).toEqual({ 'crm/dealersocket': 'withdrawn' });
  });

  it('to before it was opened, and not opened again: the task is closed on use or at the end', async () => {
    const dealer = dealerOf(service, 'D-1501');
    const { ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
    const { id } = await dealer.task('dealervault-sales');
    const other = await dealer.task('dealervault-service');
    const parent = service.sandbox.state.accounts.get('P-100')!;
    parent.effectiveStatus = 'Active';
    await resetTo('dms/dealervault', 'D-1501', begin);
    await eventually(async () => (await dealer.tasks()).length === 2);

    expect(await say('olivia', id, 'claim')).toMatchObject({
      status: 409,
      body: { type: '/problems/wrong-state', detail: expect.stringContaining('reset') },
    });
    expect(await rowOf(id)).toMatchObject({ state: 'closed', reason: expect.stringContaining('reset') });
    expect(await rowOf(other.id)).toMatchObject({ state: 'open' });
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'dms/dealervault': 'withdrawn' });
    expect(await rowOf(other.id)).toMatchObject({ state: 'closed' });
    parent.effectiveStatus = 'Cancelled';
  });
});

describe('a task whose workflow continues as new', () => {
  let worker: RunningWorker;
  beforeAll(async () => {
    service = await startService({ withoutWorker: true });
    api = await apiOf(service);
    const { native: connection, namespace, dataConverter, outside } = service;
    const bundle = await bundleOf(fileURLToPath(new URL('../support/oneTaskWorkflow.ts', import.meta.url)));
    worker = await startWorker({ connection, namespace, dataConverter, outside, bundle });
  });
  afterAll(async () => {
    await worker.shutdown();
    await api.close();
    await service.close();
  });

  it('stays the same task, open or claimed, and is completed in the last run', async () => {
    const handle = await service.client.workflow.start('oneTask', { workflowId: 'one-task', taskQueue, args: [] });
    const current = service.client.workflow.getHandle('one-task');
    const nextRun = async () => {
      const { runId } = await current.describe();
      await current.signal('continueAsNew');
      await eventually(async () => (await current.describe()).runId !== runId);
    };
    const { id } = await eventually(async () => (await service.db.select().from(tasks))[0]);
    await nextRun();
    expect(await say('olivia', id, 'claim')).toMatchObject({ status: 200, body: { state: 'claimed' } });
    await say('olivia', id, 'priority', { priority: 'high' });
    const on = localDate(addBusinessDays(new Date(), 3, 'America/Chicago'), 'America/Chicago');
    await say('olivia', id, 'follow-up', { on, note: 'they answer then' });
    const { followUpAt } = await rowOf(id);
    await nextRun();
    expect(await say('oscar', id, 'claim')).toMatchObject({ status: 409 });
    // The next change writes what the new run knows.
    await service.db.update(tasks).set({ priority: 'low', followUpAt: null, followUpNote: null, reason: 'lost' });
    await say('olivia', id, 'release');
    const reason = 'the form is required';
    const arrangement = { priority: 'high', followUpAt, followUpNote: 'they answer then', reason };
    expect(await rowOf(id)).toMatchObject({ ...arrangement, state: 'open' });
    await nextRun();
    await say('olivia', id, 'priority', { priority: 'urgent' });
    expect(await rowOf(id)).toMatchObject({ ...arrangement, priority: 'urgent' });
    await say('olivia', id, 'claim');
    expect(await rowOf(id)).toMatchObject({ state: 'claimed', followUpAt: null, followUpNote: null });
    const answers = { submitted: true };
    expect(await say('olivia', id, 'complete', { answers })).toMatchObject({ status: 200, body: { state: 'done' } });
    expect(await handle.result()).toMatchObject({ how: 'done', by: 'olivia', answers });
    expect(await service.db.select().from(tasks)).toHaveLength(1);
  });
});
