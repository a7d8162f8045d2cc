import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancellationIntegrations, cancellations } from '../../db/schema/schema.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

describe('an integration whose workflow runs already', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));
  const mailsOf = (code: string) =>
    service.sandbox.smtp.messages.filter(({ subject }) => subject.includes(code)).length;

  it('of another cancellation, and ends just as it is asked to report its end: this one still begins', async () => {
    const dealer = dealerOf(service, 'D-1201');
    const workflowId = integrationWorkflowId('crm/elead', 'D-1201');
    const first = await dealer.cancel(['crm/elead']);
    await first.ended();
    const earlier = { cancellationId: first.id, account: 'D-1201', integration: 'crm/elead' as const };
    service.sandbox.faults.smtp.next = ['550'];
    await service.client.workflow.start('cancelElead', {
      ...{ workflowId, taskQueue },
      args: [{ ...earlier, whenActive: 'block' }],
    });
    const task = await dealer.task('elead-mail-by-hand');

    const { workflow } = service.client;
    const getHandle = workflow.getHandle.bind(workflow);
    let asked = 0;
    workflow.getHandle = ((id: string, ...more: string[]) => {
      const handle = getHandle(id, ...more);
      if (id !== workflowId) return handle;
      const signal = handle.signal.bind(handle);
      handle.signal = (async (...message: Parameters<typeof signal>) => {
        if (message[0] === 'reportEndTo' && asked++ === 0) {
          await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'not needed' });
          await getHandle(id).result();
        }
        return signal(...message);
      }) as typeof handle.signal;
      return handle;
    }) as typeof workflow.getHandle;
    try {
      const { id, ended } = await dealer.cancel(['crm/elead']);
      expect(await ended()).toEqual({ 'crm/elead': 'ended' });
      expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'ended' });
    } finally {
      workflow.getHandle = getHandle;
    }
    expect(asked).toBe(1);
    expect(await dealer.progress(earlier.cancellationId, 'crm/elead')).toMatchObject({ state: 'not_completed' });
    expect(mailsOf('555301')).toBe(2);
  });

  it('of an earlier cancellation, and has just told of its end: this one begins when it has ended', async () => {
    const dealer = dealerOf(service, 'D-1204');
    service.sandbox.faults.smtp.next = ['550'];
    await dealer.cancel(['crm/elead']);
    const task = await dealer.task('elead-mail-by-hand');
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1204')).terminate('by mistake');
    const { id, ended } = await dealer.cancel(['crm/elead']);
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'waiting');
    await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'not needed' });
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
    expect(mailsOf('555304')).toBe(1);
  });

  it('of its own, which the tables did not know yet when its dealer’s was terminated: it is not begun again', async () => {
    const dealer = dealerOf(service, 'D-1202');
    service.sandbox.faults.smtp.next = ['550'];
    const { id } = await dealer.cancel(['crm/elead']);
    await dealer.task('elead-mail-by-hand');
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.steps[0]?.taskId);
    const { cancellationId, integration } = cancellationIntegrations;
    await service.db.delete(cancellationIntegrations).where(and(eq(cancellationId, id), eq(integration, 'crm/elead')));
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1202')).terminate('by mistake');
    await eventually(async () => (await dealer.events(id)).some(({ action }) => action === 'Cancellation taken over'));
    await dealer.done('elead-mail-by-hand', { sent: true });
    const [closed] = await eventually(async () => {
      const rows = await service.db.select().from(cancellations).where(eq(cancellations.id, id));
      return rows[0]?.state === 'closed' && rows;
    });
    expect(closed).toMatchObject({ withdrawnAt: null });
    expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'ended', steps: [{ by: 'olivia' }] });
    expect(mailsOf('555302')).toBe(0);
  });

  it('of its own to set it up again, which the tables did not know yet: its person has one task', async () => {
    const dealer = dealerOf(service, 'D-1503');
    const { id, ended } = await dealer.cancel(['crm/elead']);
    await ended();
    const { state, steps } = (await dealer.progress(id, 'crm/elead'))!;
    await dealer.withdraw('came back', { of: id });
    await dealer.task('reinstate');
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.steps[1]?.taskId);
    const { cancellationId, integration } = cancellationIntegrations;
    await service.db
      .update(cancellationIntegrations)
      .set({ state, steps })
      .where(and(eq(cancellationId, id), eq(integration, 'crm/elead')));
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1503')).terminate('by mistake');
    await eventually(async () => (await dealer.events(id)).some(({ action }) => action === 'Cancellation taken over'));
    await dealer.done('reinstate', { done: true });
    await eventually(async () => {
      const [row] = await service.db.select().from(cancellations).where(eq(cancellations.id, id));
      return row?.state === 'closed';
    });
    expect((await dealer.tasks()).map(({ kind }) => kind)).toEqual(['reinstate']);
    expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'withdrawn' });
  });
});
