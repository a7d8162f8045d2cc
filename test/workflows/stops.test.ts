import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../db/schema.ts';
import { cancellationWorkflowId, integrationWorkflowId, vinEventStreamWorkflowId } from '../../domain/cancellations.ts';
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
  afterAll(() => replayAndClose(service));
  const workflow = (id: string) => service.client.workflow.getHandle(id);

  it('terminated: its integration has ended as not done, its task is closed, and the leads hear of it', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await workflow(integrationWorkflowId('crm/dealersocket', 'D-1003')).terminate('by mistake');
    expect(await ended()).toEqual({ 'crm/dealersocket': 'not_done' });
    expect(await dealer.progress(id, 'crm/dealersocket')).toMatchObject({
      state: 'not_done',
      because: expect.stringContaining('its workflow was stopped'),
      steps: [{ state: 'done' }, { state: 'not_done' }],
    });
    expect(await dealer.tasks()).toMatchObject([{ state: 'closed' }]);
    // A workflow of its own mails it: the end does not wait for that.
    await eventually(async () => {
      const mails = await service.db.select().from(outbox).where(eq(outbox.to, 'lena@example.com'));
      const told = mails.find(({ subject }) => subject === 'Stopped: DealerSocket of dealer D-1003');
      return told?.state === 'accepted';
    });
  });

  it('cancelled: that is a withdrawal, and its task to set up again can be done', async () => {
    const dealer = dealerOf(service, 'D-1104');
    const { id } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.task('vinsolutions-portal');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
    await workflow(cancellationWorkflowId('D-1104')).cancel();
    await dealer.done('set-up-again', { done: true });
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.state === 'withdrawn');
    expect((await dealer.events(id)).find(({ what }) => what === 'Cancellation withdrawn')).toMatchObject({
      by: 'Temporal',
    });
  });

  it('a dealer’s, whose integration goes on: a new request waits for that and then begins', async () => {
    const dealer = dealerOf(service, 'D-1402');
    await dealer.cancel(['dms/cdk']);
    const begun = await dealer.task('cdk-case');
    await dealer.say(begun, 'claimTask', { by: 'olivia' });
    await workflow(cancellationWorkflowId('D-1402')).terminate('by mistake');
    const check = await dealer.task('set-up-again');
    const { ended } = await dealer.cancel(['dms/cdk']);
    await dealer.say(check, 'claimTask', { by: 'olivia' });
    await dealer.say(check, 'completeTask', { by: 'olivia', answers: { done: true } });
    await dealer.done('cdk-case', { caseNumber: 'C-77', terminated: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
  });
});

describe('a withdrawal while', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ timeSkipping: true });
  });
  afterAll(() => replayAndClose(service));

  it('the mail server asks to try later: the mail never leaves', async () => {
    const dealer = dealerOf(service, 'D-1201');
    service.sandbox.faults.smtp.next = Array(50).fill('451');
    const { ended } = await dealer.cancel(['crm/elead']);
    await eventually(async () => service.sandbox.faults.smtp.next.length < 50);
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'crm/elead': 'withdrawn' });
    service.sandbox.faults.smtp.next = [];
    expect(await dealer.tasks()).toEqual([]);
    const states = (await service.db.select().from(outbox)).filter(({ kind }) => kind === 'vendor_request');
    expect(states).toMatchObject([{ state: 'dropped' }]);
  });

  it('nobody knows whether the mail left: a task to check', async () => {
    const dealer = dealerOf(service, 'D-1204');
    service.sandbox.faults.smtp.next = ['cut-lost'];
    const { ended } = await dealer.cancel(['crm/elead']);
    await dealer.task('elead-mail-unknown');
    await dealer.withdraw();
    expect(await dealer.setUpAgain()).toContain('May have been done: check, and set it up again if it was');
    expect(await ended()).toEqual({ 'crm/elead': 'withdrawn' });
  });

  it('CST does not answer: nothing waits, and the Dealer ID is never removed', async () => {
    const dealer = dealerOf(service, 'D-1103');
    service.sandbox.faults.cst.errors = 1_000;
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => service.sandbox.faults.cst.errors < 1_000);
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    service.sandbox.faults.cst.errors = 0;
    expect(service.sandbox.state.runs.flatMap((run) => run.results.map((one) => one.dealerId))).not.toContain('555203');
  });

  it('CST does not answer in the middle of a run: who waits is not run, who was in the run learns how it ended', async () => {
    const [inRun, waits] = ['D-1702', 'D-1105'].map((account) => dealerOf(service, account));
    const { faults, state } = service.sandbox;
    const everRun = () => state.runs.flatMap((run) => run.results.map((one) => one.dealerId));
    faults.cst.runMs = 2_500;
    const first = await inRun!.cancel(['crm/vinsolutions']);
    await eventually(async () => everRun().includes('555702'));
    const second = await waits!.cancel(['crm/vinsolutions']);
    const remover = service.client.workflow.getHandle(vinEventStreamWorkflowId);
    await eventually(async () => (await remover.query<{ waiting: string[] }>('removals')).waiting.includes('555205'));
    faults.cst.errors = 1_000;
    await waits!.withdraw();
    expect(await second.ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    await inRun!.withdraw();

    faults.cst.errors = 0;
    await service.env!.sleep('10 minutes');
    expect(await inRun!.setUpAgain()).toContain('Was done, set it up again: Part 1');
    expect(await first.ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(everRun()).not.toContain('555205');
  });
});
