import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancellationIntegrations, cancellations } from '../../db/schema/cancellations.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

describe('an integration whose workflow is already running', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));
  const mailsOf = (code: string) =>
    service.sandbox.smtp.messages.filter(({ subject }) => subject.includes(code)).length;

  /** A workflow of an earlier cancellation of the dealer, which the dealer's workflow does not know. */
  async function unknownIntegration(account: string) {
    const dealer = dealerOf(service, account);
    const workflowId = integrationWorkflowId('crm/elead', account);
    const first = await dealer.cancel(['crm/elead']);
    await first.ended();
    const earlier = { cancellationId: first.id, account, integration: 'crm/elead' as const };
    service.sandbox.faults.smtp.next = ['550'];
    await service.client.workflow.start('cancelElead', {
      ...{ workflowId, taskQueue },
      args: [{ ...earlier, whenActive: 'block', requestId: randomUUID() }],
    });
    const task = await dealer.task('elead-manual-mail');
    const close = () => dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'not needed' });
    return { dealer, workflowId, earlier, close };
  }

  /** Waits until the dealer's workflow could not start an integration's, since that runs. */
  const isFoundRunning = (account: string) => eventually(() => wasFoundRunning(account));
  async function wasFoundRunning(account: string): Promise<boolean> {
    const { events } = await service.client.workflow.getHandle(cancellationWorkflowId(account)).fetchHistory();
    return events!.some(({ startChildWorkflowExecutionFailedEventAttributes: failed }) => failed);
  }

  /** Waits until a dealer's workflows write nothing any more until somebody does a task. */
  async function waitForPerson(account: string): Promise<void> {
    for (const id of [integrationWorkflowId('crm/elead', account), cancellationWorkflowId(account)])
      await eventually(async () => {
        const { pendingActivities, pendingWorkflowTask } = (await service.client.workflow.getHandle(id).describe()).raw;
        const isBusy = pendingActivities?.some(({ activityType }) => activityType?.name !== 'remind');
        return !isBusy && !pendingWorkflowTask;
      });
  }

  it('of another cancellation that ends during the check: this cancellation still starts', async () => {
    const { dealer, workflowId, earlier, close } = await unknownIntegration('D-1201');
    const { workflow } = service.client;
    const getHandle = workflow.getHandle.bind(workflow);
    let closing: Promise<unknown> | undefined;
    workflow.getHandle = ((id: string, ...more: string[]) => {
      const handle = getHandle(id, ...more);
      if (id !== workflowId) return handle;
      const describe = handle.describe.bind(handle);
      handle.describe = async () => {
        // Maintenance looks at workflows too, also before this one is found running.
        if (!closing && (await wasFoundRunning('D-1201'))) closing = close().then(() => getHandle(id).result());
        await closing;
        return describe();
      };
      return handle;
    }) as typeof workflow.getHandle;
    try {
      const { id, ended } = await dealer.cancel(['crm/elead']);
      expect(await ended()).toEqual({ 'crm/elead': 'ended' });
      expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'ended' });
    } finally {
      workflow.getHandle = getHandle;
    }
    expect(closing).toBeDefined();
    expect(await dealer.progress(earlier.cancellationId, 'crm/elead')).toMatchObject({ state: 'not_completed' });
    expect(mailsOf('555301')).toBe(2);
  });

  it('of another cancellation: this one begins when it has ended', async () => {
    const { dealer, earlier, close } = await unknownIntegration('D-1204');
    const { id, ended } = await dealer.cancel(['crm/elead']);
    await isFoundRunning('D-1204');
    await close();
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
    expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'ended' });
    expect(await dealer.progress(earlier.cancellationId, 'crm/elead')).toMatchObject({ state: 'not_completed' });
    expect(mailsOf('555304')).toBe(2);
  });

  it("of the same cancellation but not in the tables yet when the dealer's workflow is terminated: it is not started again", async () => {
    const dealer = dealerOf(service, 'D-1202');
    service.sandbox.faults.smtp.next = ['550'];
    const { id } = await dealer.cancel(['crm/elead']);
    await dealer.task('elead-manual-mail');
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.steps[0]?.taskId);
    await waitForPerson('D-1202');
    const { cancellationId, integration } = cancellationIntegrations;
    await service.db.delete(cancellationIntegrations).where(and(eq(cancellationId, id), eq(integration, 'crm/elead')));
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1202')).terminate('by mistake');
    await eventually(async () => (await dealer.events(id)).some(({ action }) => action === 'Cancellation taken over'));
    await isFoundRunning('D-1202');
    await dealer.done('elead-manual-mail', { sent: true });
    const [closed] = await eventually(async () => {
      const rows = await service.db.select().from(cancellations).where(eq(cancellations.id, id));
      return rows[0]?.state === 'closed' && rows;
    });
    expect(closed).toMatchObject({ withdrawnAt: null });
    expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'ended', steps: [{ by: 'olivia' }] });
    expect(mailsOf('555302')).toBe(0);
  });

  it('reinstating and not in the tables yet: the person has one task only', async () => {
    const dealer = dealerOf(service, 'D-1503');
    const { id, ended } = await dealer.cancel(['crm/elead']);
    await ended();
    const { state, steps } = (await dealer.progress(id, 'crm/elead'))!;
    await dealer.withdraw('came back', { of: id });
    await dealer.task('reinstate');
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.steps[1]?.taskId);
    await waitForPerson('D-1503');
    const { cancellationId, integration } = cancellationIntegrations;
    await service.db
      .update(cancellationIntegrations)
      .set({ state, steps })
      .where(and(eq(cancellationId, id), eq(integration, 'crm/elead')));
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1503')).terminate('by mistake');
    await eventually(async () => (await dealer.events(id)).some(({ action }) => action === 'Cancellation taken over'));
    await isFoundRunning('D-1503');
    await dealer.done('reinstate', { done: true });
    await eventually(async () => {
      const [row] = await service.db.select().from(cancellations).where(eq(cancellations.id, id));
      return row?.state === 'closed';
    });
    expect((await dealer.tasks()).map(({ kind }) => kind)).toEqual(['reinstate']);
    expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'withdrawn' });
  });
});
