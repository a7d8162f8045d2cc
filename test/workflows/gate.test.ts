import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox } from '../../db/schema/shared.ts';
import { integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

const setStatus = (account: string, effectiveStatus: string) => {
  service.sandbox.state.accounts.get(account)!.effectiveStatus = effectiveStatus;
};

describe('the DMS gate', () => {
  it('is checked again daily when the cancellation waits for an inactive account', async () => {
    const dealer = dealerOf(service, 'D-1502');
    const { id, ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
    await eventually(async () => (await dealer.progress(id, 'dms/dealervault'))?.steps[0]?.state === 'waiting');
    await service.skipDays(3);
    expect(await dealer.tasks()).toEqual([]);
    setStatus('P-400', 'Cancelled');
    await service.skipDays(2);
    await dealer.done('dealervault-sales', { deactivated: true });
    await dealer.done('dealervault-service', { deactivated: true });
    expect(await ended()).toEqual({ 'dms/dealervault': 'ended' });
  });

  it('is checked again when a person claims a task', async () => {
    const dealer = dealerOf(service, 'D-1402');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    setStatus('D-1402', 'Active');
    expect(await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }))).toBe('guard_broken: account-active');
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect(await dealer.tasks()).toMatchObject([{ state: 'closed', reason: expect.stringContaining('Active') }]);
    expect((await dealer.progress(id, 'dms/cdk'))?.reason).toContain('Active');
  });

  it('closes a claimed task when the account becomes Active, and opens a task to check what was done', async () => {
    const dealer = dealerOf(service, 'D-1202');
    const { ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    setStatus('D-1202', 'Active');
    await service.skipDays(2);
    await dealer.task('cdk-case', 'closed');
    expect(await dealer.reinstate()).toContain('Reason for this task: the Effective Status of D-1202 is Active again.');
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
  });

  it('notifies the team leads when CST is down for days, and an open task can still be completed', async () => {
    const dealer = dealerOf(service, 'D-1503');
    await dealer.cancel(['dms/dealervault']);
    const sales = await dealer.task('dealervault-sales');
    await dealer.task('dealervault-service');
    service.sandbox.faults.cst.errors = 1_000_000;
    await service.skipDays(3);
    await eventually(async () => {
      const mails = await service.db.select().from(outbox).where(eq(outbox.to, 'lena@example.com'));
      return mails.some(({ subject }) => /^Cancellations wait for CST: \d+ days?$/.test(subject));
    });
    await dealer.say(sales, 'escalate', { by: 'olivia', reason: 'no login' });
    await dealer.say(sales, 'closeNotCompleted', { by: 'lena', reason: 'ended by the vendor' });
    const workflow = service.client.workflow.getHandle(integrationWorkflowId('dms/dealervault', 'D-1503'));
    // The reminders and the daily look of the other task are left.
    await eventually(async () => (await workflow.describe()).raw.pendingActivities?.length === 2);
    service.sandbox.faults.cst.errors = 0;
  });

  it("ends a blocked cancellation only after its task's row is closed", async () => {
    const dealer = dealerOf(service, 'D-1403');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    await dealer.task('cdk-case');
    await service.db.execute(
      sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`,
    );
    await service.db.execute(
      sql`create trigger refuse before update on tasks for each row when (new.state = 'closed') execute function refuse()`,
    );
    setStatus('P-300', 'Active');
    await service.skipDays(1);
    await eventually(async () => (await dealer.progress(id, 'dms/cdk'))?.state === 'blocked');
    await service.db.execute(sql`drop function refuse cascade`);
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect(await dealer.tasks()).toMatchObject([{ state: 'closed' }]);
    setStatus('P-300', 'Cancelled');
  });

  it('is checked again before the clean-up in CST', async () => {
    const dealer = dealerOf(service, 'D-1703');
    const { ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    setStatus('D-1703', 'Active');
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-2', terminated: true } });
    await dealer.done('reinstate', { done: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect(service.sandbox.state.dmsProviders.has('D-1703')).toBe(true);
  });

  it("the clean-up keeps another vendor's provider that was set in the meantime", async () => {
    const dealer = dealerOf(service, 'D-1002');
    const { dmsProviders } = service.sandbox.state;
    // Vendors count their dealers on their own: the ID may be CDK's too.
    const { providerId } = dmsProviders.get('D-1002')!;
    const { id, ended } = await dealer.cancel(['dms/cdk'], { dealerIds: { 'dms/cdk': providerId } });
    dmsProviders.set('D-1002', { provider: 'DealerVault', providerId });
    await dealer.done('cdk-case', { caseNumber: 'C-3', terminated: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    expect(dmsProviders.get('D-1002')).toEqual({ provider: 'DealerVault', providerId });
    expect((await dealer.progress(id, 'dms/cdk'))?.steps.at(-1)?.evidence).toContain('shows DealerVault, not CDK');
  });

  it('stays closed while CST cannot answer', async () => {
    const dealer = dealerOf(service, 'D-1601');
    service.sandbox.faults.cst.errors = 3;
    const { id, ended } = await dealer.cancel(['dms/reynolds']);
    await eventually(async () => service.sandbox.faults.cst.errors < 3);
    expect((await dealer.progress(id, 'dms/reynolds'))?.steps[1]?.state ?? 'next').toBe('next');
    service.sandbox.faults.cst.invalidResponse = 1;
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
  });

  it('is checked again while CST rejects our token', async () => {
    const dealer = dealerOf(service, 'D-1301');
    const cst = service.outside.connectors.cst as unknown as { token: string };
    const token = cst.token;
    cst.token = 'expired';
    const { id, ended } = await dealer.cancel(['dms/reynolds']);
    await eventually(async () => (await dealer.progress(id, 'dms/reynolds'))?.steps[0]?.state === 'running');
    await service.env!.sleep('1 minute');
    expect((await dealer.progress(id, 'dms/reynolds'))?.state).toBe('in_progress');
    cst.token = token;
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
  });

  it("closing for one feed closes the other feed's task with the reason", async () => {
    const dealer = dealerOf(service, 'D-1501');
    const { ended } = await dealer.cancel(['dms/dealervault']);
    const sales = await dealer.task('dealervault-sales');
    await dealer.task('dealervault-service');
    setStatus('P-100', 'Active');
    expect(await refusalOf(dealer.say(sales, 'claimTask', { by: 'olivia' }))).toBe('guard_broken: account-active');
    expect(await ended()).toEqual({ 'dms/dealervault': 'blocked' });
    const closed = await dealer.tasks();
    expect(closed.map(({ state, reason }) => [state, reason])).toEqual([
      ['closed', expect.stringContaining('Active')],
      ['closed', expect.stringContaining('Active')],
    ]);
    setStatus('P-100', 'Cancelled');
  });
});
