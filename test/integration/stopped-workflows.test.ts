import proto from '@temporalio/proto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancellations } from '../../db/schema/cancellations.ts';
import { outbox } from '../../db/schema/shared.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

describe('a workflow that is stopped in Temporal', () => {
  // The time-skipping server does not tell a parent that its child was terminated.
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));
  const workflow = (id: string) => service.client.workflow.getHandle(id);

  it('terminated: the integration is not completed, its task is closed, and the team leads are notified', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await workflow(integrationWorkflowId('crm/dealersocket', 'D-1003')).terminate('by mistake');
    expect(await ended()).toEqual({ 'crm/dealersocket': 'not_completed' });
    expect(await dealer.progress(id, 'crm/dealersocket')).toMatchObject({
      state: 'not_completed',
      reason: expect.stringContaining('its workflow was stopped'),
      steps: [{ state: 'done' }, { state: 'not_completed' }],
    });
    expect(await dealer.tasks()).toMatchObject([{ state: 'closed' }]);
    // A workflow of its own mails it: the end does not wait for that.
    await eventually(async () => {
      const mails = await service.db.select().from(outbox).where(eq(outbox.to, 'lena@example.com'));
      const told = mails.find(({ subject }) => subject === 'Stopped: DealerSocket of dealer D-1003');
      return told?.state === 'accepted';
    });
  });

  it('canceled: that is a withdrawal, and the reinstate task can be completed', async () => {
    const dealer = dealerOf(service, 'D-1104');
    const { id } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.task('vinsolutions-portal');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
    await workflow(cancellationWorkflowId('D-1104')).cancel();
    await dealer.done('reinstate', { done: true });
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.state === 'withdrawn');
    expect((await dealer.events(id)).find(({ action }) => action === 'Cancellation withdrawn')).toMatchObject({
      by: 'temporal',
    });
  });

  describe("a dealer's workflow", () => {
    const takenOver = (id: string) =>
      eventually(async () => (await dealerOf(service, '').events(id)).some(({ action }) => /taken over/.test(action)));
    const row = async (id: string) =>
      (await service.db.select().from(cancellations).where(eq(cancellations.id, id))).at(0);

    it('terminated: its integrations continue, and the cancellation is closed when they have ended', async () => {
      const dealer = dealerOf(service, 'D-1402');
      const { id } = await dealer.cancel(['dms/cdk']);
      const begun = await dealer.task('cdk-case');
      await dealer.say(begun, 'claimTask', { by: 'olivia' });
      await workflow(cancellationWorkflowId('D-1402')).terminate('by mistake');
      await takenOver(id);
      expect(await dealer.tasks()).toMatchObject([{ kind: 'cdk-case', state: 'claimed' }]);
      await dealer.say(begun, 'completeTask', {
        by: 'olivia',
        answers: { caseNumber: 'C-77', terminated: true },
      });
      await eventually(async () => (await row(id))?.state === 'closed');
      expect(await dealer.progress(id, 'dms/cdk')).toMatchObject({ state: 'ended' });
      expect(await row(id)).toMatchObject({ withdrawnAt: null });
    });

    it('terminated: a new request joins the same cancellation, waits for what is still running and does not repeat it', async () => {
      const dealer = dealerOf(service, 'D-1202');
      service.sandbox.faults.smtp.next = ['550'];
      const first = await dealer.cancel(['crm/elead']);
      await dealer.task('elead-manual-mail');
      await workflow(cancellationWorkflowId('D-1202')).terminate('by mistake');
      const second = await dealer.cancel(['crm/elead']);
      expect(second.id).toBe(first.id);
      await dealer.done('elead-manual-mail', { sent: true });
      expect(await second.ended()).toEqual({ 'crm/elead': 'ended' });
      expect(await dealer.progress(first.id, 'crm/elead')).toMatchObject({
        state: 'ended',
        steps: [{ state: 'done' }],
      });
      await eventually(async () => (await row(first.id))?.state === 'closed');
      expect((await dealer.tasks()).map(({ kind }) => kind)).toEqual(['elead-manual-mail']);
      const next = await dealer.cancel(['crm/elead']);
      expect(next.id).not.toBe(first.id);
      await next.ended();
    });

    /** To its first step, as an engineer resets it in Temporal. */
    const resetToStart = async (workflowId: string) => {
      const handle = workflow(workflowId);
      const { runId } = await handle.describe();
      const { events: history } = await handle.fetchHistory();
      const done = proto.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
      await service.client.connection.workflowService.resetWorkflowExecution({
        namespace: service.namespace,
        workflowExecution: { workflowId, runId },
        reason: 'test',
        requestId: `${runId}/reset`,
        workflowTaskFinishEventId: history!.find(({ eventType }) => eventType === done)!.eventId,
      });
    };

    it('reset to its first step: it repeats nothing that has ended and waits for what is still running', async () => {
      const dealer = dealerOf(service, 'D-1203');
      const { id } = await dealer.cancel(['crm/elead', 'dms/dealervault']);
      const mails = () => service.sandbox.smtp.messages.filter(({ subject }) => subject.includes('555303'));
      await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'ended');
      await dealer.task('dealervault-sales');
      const handle = workflow(cancellationWorkflowId('D-1203'));
      await eventually(
        async () => (await handle.query<Record<string, string>>('integrations'))['crm/elead'] === 'ended',
      );
      await resetToStart(cancellationWorkflowId('D-1203'));
      for (const feed of ['sales', 'service']) await dealer.done(`dealervault-${feed}`, { deactivated: true });
      await eventually(async () => (await row(id))?.state === 'closed');
      for (const name of ['crm/elead', 'dms/dealervault'] as const)
        expect(await dealer.progress(id, name)).toMatchObject({ state: 'ended' });
      expect(await handle.result()).toEqual({ 'crm/elead': 'ended', 'dms/dealervault': 'ended' });
      expect(mails()).toHaveLength(1);
    });

    it('reset to its first step: a step closed by a team lead is not started again', async () => {
      const dealer = dealerOf(service, 'D-1503');
      service.sandbox.faults.smtp.next = ['cut-lost'];
      const { id } = await dealer.cancel(['crm/elead', 'dms/dealervault']);
      const task = await dealer.task('elead-mail-unknown');
      await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'Elead confirmed by telephone' });
      // One that still runs would be awaited, and not begun again for that reason only.
      await workflow(integrationWorkflowId('crm/elead', 'D-1503')).result();
      await dealer.task('dealervault-sales');
      await resetToStart(cancellationWorkflowId('D-1503'));
      for (const feed of ['sales', 'service']) await dealer.done(`dealervault-${feed}`, { deactivated: true });
      const handle = workflow(cancellationWorkflowId('D-1503'));
      expect(await handle.result()).toEqual({ 'crm/elead': 'not_completed', 'dms/dealervault': 'ended' });
      expect((await dealer.tasks()).filter(({ kind }) => kind.startsWith('elead'))).toHaveLength(1);
      expect(await dealer.progress(id, 'crm/elead')).toMatchObject({ state: 'not_completed' });
    });

    it('terminated: a withdrawal still reaches the running integrations', async () => {
      const dealer = dealerOf(service, 'D-1702');
      const { id } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.task('vinsolutions-portal');
      await workflow(cancellationWorkflowId('D-1702')).terminate('by mistake');
      await dealer.withdraw('came back', { of: id });
      await dealer.task('vinsolutions-portal', 'closed');
      await dealer.done('reinstate', { done: true });
      await eventually(async () => (await row(id))?.state === 'closed');
      expect(await dealer.progress(id, 'crm/vinsolutions')).toMatchObject({ state: 'withdrawn' });
      expect(await row(id)).toMatchObject({ withdrawnReason: 'came back' });
    });

    it("terminated together with its integration's workflow: not completed, and the assignee and the team leads are notified", async () => {
      const dealer = dealerOf(service, 'D-1101');
      const { id } = await dealer.cancel(['crm/vinsolutions']);
      const begun = await dealer.task('vinsolutions-portal');
      await dealer.say(begun, 'claimTask', { by: 'olivia' });
      await workflow(cancellationWorkflowId('D-1101')).terminate('by mistake');
      await takenOver(id);
      await workflow(integrationWorkflowId('crm/vinsolutions', 'D-1101')).terminate('by mistake');
      await eventually(async () => (await row(id))?.state === 'closed');
      expect(await dealer.progress(id, 'crm/vinsolutions')).toMatchObject({ state: 'not_completed' });
      expect(await dealer.tasks()).toMatchObject([{ state: 'closed' }]);
      const mailed = (subject: RegExp, to: string) =>
        eventually(async () =>
          (await service.db.select().from(outbox)).some((mail) => subject.test(mail.subject) && mail.to === to),
        );
      await mailed(/^Stopped: VinSolutions of dealer D-1101/, 'lena@example.com');
      await mailed(/^Closed: Ask VinSolutions to cancel eventing/, 'olivia@example.com');
    });

    it('terminated while a person reinstates an integration: a new request still waits for it', async () => {
      const dealer = dealerOf(service, 'D-1204');
      const earlier = await dealer.cancel(['crm/elead']);
      await earlier.ended();
      await dealer.withdraw('came back', { of: earlier.id });
      await dealer.task('reinstate');
      await workflow(cancellationWorkflowId('D-1204')).terminate('by mistake');
      const { id, ended } = await dealer.cancel(['crm/elead']);
      await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'waiting');
      await dealer.done('reinstate', { done: true });
      expect(await ended()).toEqual({ 'crm/elead': 'ended' });
      expect(service.sandbox.smtp.messages.filter(({ subject }) => subject.includes('555304'))).toHaveLength(2);
      await eventually(async () => (await row(earlier.id))?.state === 'closed');
    });
  });
});
