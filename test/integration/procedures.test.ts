import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dealerOf } from '../support/dealer.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service?.close());

describe("each vendor's procedure on the real servers", () => {
  it('Reynolds CRM ends at once and says why', async () => {
    const dealer = dealerOf(service, 'D-1302');
    const { id, ended } = await dealer.cancel(['crm/reynolds']);
    expect(await ended()).toEqual({ 'crm/reynolds': 'ended' });
    const progress = await dealer.progress(id, 'crm/reynolds');
    expect(progress?.steps).toMatchObject([{ state: 'done', evidence: expect.stringContaining('Finance') }]);
  });

  it('DealerSocket: the group question, then the form', async () => {
    const dealer = dealerOf(service, 'D-1002');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.done('dealersocket-form', { submitted: true });
    expect(task.content.texts).toContainEqual({ label: 'Part of a group?', value: 'Yes' });
    expect(task.content.texts).toContainEqual({ label: 'CRM ID', value: '555102' });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
    const progress = await dealer.progress(id, 'crm/dealersocket');
    expect(progress?.steps).toMatchObject([{ state: 'done' }, { state: 'done', by: 'olivia', taskId: task.id }]);
  });

  it('VinSolutions ends only when both parts are done', async () => {
    const dealer = dealerOf(service, 'D-1103');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-77', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    const progress = await dealer.progress(id, 'crm/vinsolutions');
    expect(progress?.steps.map((step) => step.evidence)).toEqual([
      expect.stringContaining('succeeded for 555203'),
      'ticket T-77',
    ]);
  });

  it("Elead: one mail with the dealer code, the name and the vendor's wording", async () => {
    const { ended } = await dealerOf(service, 'D-1201').cancel(['crm/elead']);
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
    const mails = service.sandbox.smtp.messages.filter((mail) => mail.to === 'elead.mdssupport@cdk.com');
    expect(mails).toHaveLength(1);
    for (const words of ['555301', 'Silver Lake Buick', 'request to cancel integration feed'])
      expect(mails[0]!.text).toContain(words);
  });

  it('CDK: gate, case, and the clean-up in CST', async () => {
    const dealer = dealerOf(service, 'D-1402');
    const { ended } = await dealer.cancel(['dms/cdk']);
    await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    expect(service.sandbox.state.dmsProviders.has('D-1402')).toBe(false);
  });

  it('CDK is blocked while the parent sales account is Active, without a task', async () => {
    const dealer = dealerOf(service, 'D-1401');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    const { reason, steps } = (await dealer.progress(id, 'dms/cdk'))!;
    expect(reason).toBe('Effective Status of P-200 is Active');
    expect(steps.map(({ step, by, evidence }) => [step, by, evidence])).toEqual([
      ['gate', 'cst', reason],
      ['cdk-case', 'dealerops', 'not begun: the parent sales account is Active'],
      ['cdk-termination', 'dealerops', 'not begun: the parent sales account is Active'],
      ['cdk-clean-up', 'dealerops', 'not begun: the parent sales account is Active'],
    ]);
    expect(await dealer.tasks()).toEqual([]);
  });

  it('DealerVault: both feeds, in any order', async () => {
    const dealer = dealerOf(service, 'D-1501');
    const { id, ended } = await dealer.cancel(['dms/dealervault']);
    await dealer.done('dealervault-service', { deactivated: true });
    expect((await dealer.progress(id, 'dms/dealervault'))?.state).toBe('waiting');
    await dealer.done('dealervault-sales', { deactivated: true }, 'oscar');
    expect(await ended()).toEqual({ 'dms/dealervault': 'ended' });
  });

  it('Reynolds direct: the gate, then no action', async () => {
    const { ended } = await dealerOf(service, 'D-1601').cancel(['dms/reynolds']);
    expect(await ended()).toEqual({ 'dms/reynolds': 'ended' });
  });
});
