import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

describe('a withdrawal', () => {
  it('before anything was done closes the open tasks and reinstates nothing', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'crm/dealersocket': 'withdrawn' });
    expect(await dealer.tasks()).toMatchObject([
      { kind: 'dealersocket-form', state: 'closed', reason: 'the cancellation was withdrawn' },
    ]);
    expect(await dealer.progress(id, 'crm/dealersocket')).toMatchObject({
      reason: 'the customer stays',
      steps: [{ state: 'done' }, { state: 'withdrawn' }],
    });
  });

  it('opens a task to reinstate what was already ended', async () => {
    const dealer = dealerOf(service, 'D-1104');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.task('vinsolutions-portal');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
    await dealer.withdraw('signed again for a year');
    const text = await dealer.reinstate();
    expect(text).toContain('Undo what was done: "Part 1');
    expect(text).toContain('Reason for this task: the cancellation was withdrawn (signed again for a year).');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
  });

  it('while a task is claimed opens a task to check what was done', async () => {
    const dealer = dealerOf(service, 'D-1402');
    const { ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Check whether this was done');
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
  });

  it('of a task that was claimed and then reassigned opens a task to check', async () => {
    const dealer = dealerOf(service, 'D-1403');
    const { ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'assignTask', { by: 'lena', to: 'oscar', teamLead: true });
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Check whether this was done');
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
  });

  it('after a claimed task was closed without completing opens a task to check', async () => {
    const dealer = dealerOf(service, 'D-1101');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    const task = await dealer.task('vinsolutions-portal');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'escalate', { by: 'olivia', reason: 'no answer of the portal' });
    await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'we ask them by telephone' });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'not_completed' });
    await dealer.withdraw('came back', { of: id });
    expect(await dealer.reinstate()).toContain('Check whether this was done');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.state === 'withdrawn');
  });

  it('after an unknown mail was closed without completing opens a task to check', async () => {
    const dealer = dealerOf(service, 'D-1203');
    service.sandbox.faults.smtp.next = ['cut-lost'];
    const { id, ended } = await dealer.cancel(['crm/elead']);
    await dealer.say(await dealer.task('elead-mail-unknown'), 'closeNotCompleted', {
      by: 'lena',
      reason: 'nobody knows',
    });
    expect(await ended()).toEqual({ 'crm/elead': 'not_completed' });
    await dealer.withdraw('came back', { of: id });
    expect(await dealer.reinstate()).toContain('Check whether this was done');
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'withdrawn');
  });

  it('of one integration keeps the other', async () => {
    const dealer = dealerOf(service, 'D-1503');
    const { ended } = await dealer.cancel(['dms/dealervault', 'crm/elead']);
    await dealer.task('dealervault-sales');
    await dealer.withdraw('keeps its DMS', { integrations: ['dms/dealervault'] });
    expect(await ended()).toEqual({ 'dms/dealervault': 'withdrawn', 'crm/elead': 'ended' });
  });

  it('of one integration and then of all is recorded as two withdrawals', async () => {
    const dealer = dealerOf(service, 'D-1703');
    const { id, ended } = await dealer.cancel(['dms/cdk', 'crm/dealersocket']);
    await dealer.task('cdk-case');
    await dealer.task('dealersocket-form');
    await dealer.withdraw('keeps its DMS', { integrations: ['dms/cdk'] });
    await dealer.task('cdk-case', 'closed');
    await dealer.withdraw('keeps all');
    await dealer.withdraw('keeps all, clicked twice');
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn', 'crm/dealersocket': 'withdrawn' });
    const withdrawals = (await dealer.events(id)).filter(({ action }) =>
      /^(Withdrawn|Cancellation withdrawn)/.test(action),
    );
    expect(withdrawals.map(({ action, detail }) => [action, detail]).sort()).toEqual([
      ['Cancellation withdrawn', 'keeps all'],
      ['Withdrawn: CDK', 'keeps its DMS'],
    ]);
  });

  it('that was reinstated allows a new request, which mails the vendor again', async () => {
    const dealer = dealerOf(service, 'D-1503');
    const { ended } = await dealer.cancel(['dms/dealervault', 'crm/elead']);
    const arrived = () => service.sandbox.smtp.messages.filter(({ subject }) => subject.includes('555503'));
    await eventually(async () => arrived().length === 1);
    await dealer.withdraw('came back', { integrations: ['crm/elead'] });
    await dealer.task('reinstate');
    await dealer.cancel(['crm/elead']);
    await dealer.done('reinstate', { done: true });
    await eventually(async () => arrived().length === 2);
    await dealer.done('dealervault-sales', { deactivated: true });
    await dealer.done('dealervault-service', { deactivated: true });
    expect(await ended()).toEqual({ 'dms/dealervault': 'ended', 'crm/elead': 'ended' });
  });

  it('after everything has ended still opens the reinstate task', async () => {
    const dealer = dealerOf(service, 'D-1201');
    const { id, ended } = await dealer.cancel(['crm/elead']);
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
    await dealer.withdraw('came back', { of: id });
    await dealer.done('reinstate', { done: true });
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'withdrawn');
    expect((await dealer.events(id)).map((event) => event.action)).toContain('Cancellation withdrawn');
  });

  it("after CST has lost the integration shows the dealer's ID from the request", async () => {
    const dealer = dealerOf(service, 'D-1202');
    const { id, ended } = await dealer.cancel(['crm/elead'], { dealerIds: { 'crm/elead': '555302' } });
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
    service.sandbox.state.accounts.get('D-1202')!.integrations = [];
    await dealer.withdraw('came back', { of: id });
    const task = await dealer.done('reinstate', { done: true });
    expect(task.content.texts).toContainEqual({ label: 'ID at Elead', value: '555302' });
    await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'withdrawn');
  });

  it('of two earlier cancellations reinstates each, and a new request waits for both', async () => {
    const dealer = dealerOf(service, 'D-1204');
    const mails = () => service.sandbox.smtp.messages.filter(({ subject }) => subject.includes('555304')).length;
    const earlier: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const { id, ended } = await dealer.cancel(['crm/elead']);
      expect(await ended()).toEqual({ 'crm/elead': 'ended' });
      earlier.push(id);
    }
    for (const of of earlier) await dealer.withdraw('came back', { of });
    const withdrawn = await dealer.cancel(['crm/elead']);
    const progress = (id: string) => dealer.progress(id, 'crm/elead');
    const waits = { state: 'waiting', reason: expect.stringContaining('is reinstated') };
    expect(await eventually(() => progress(withdrawn.id))).toMatchObject(waits);
    await dealer.withdraw('stays after all', { of: withdrawn.id });
    await eventually(async () => (await progress(withdrawn.id))?.state === 'withdrawn');
    const { id, ended } = await dealer.cancel(['crm/elead']);
    await eventually(async () => (await progress(id))?.state === 'waiting');
    for (const done of [1, 2]) {
      await dealer.done('reinstate', { done: true });
      await eventually(
        async () =>
          (await Promise.all(earlier.map((id) => dealer.progress(id, 'crm/elead')))).filter(
            (progress) => progress?.state === 'withdrawn',
          ).length === done,
      );
      if (done === 1) expect(mails()).toBe(2);
    }
    expect(await ended()).toEqual({ 'crm/elead': 'ended' });
    expect(mails()).toBe(3);
  });

  it('followed by a new request for the same integration starts it again', async () => {
    const dealer = dealerOf(service, 'D-1701');
    await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await dealer.withdraw();
    await dealer.task('dealersocket-form', 'closed');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    await dealer.done('dealersocket-form', { submitted: true });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
    const states = (await dealer.tasks()).map((task) => task.state).sort();
    expect(states).toEqual(['closed', 'done']);
  });
});

describe('a request', () => {
  it('joins the cancellation in progress, and counts once when sent twice', async () => {
    const dealer = dealerOf(service, 'D-1002');
    const requestId = crypto.randomUUID();
    const first = await dealer.cancel(['crm/dealersocket'], { requestId });
    await dealer.task('dealersocket-form');
    const second = await dealer.cancel(['crm/dealersocket'], { requestId });
    const third = await dealer.cancel(['crm/dealersocket', 'dms/cdk']);
    expect([second.id, third.id]).toEqual([first.id, first.id]);
    await dealer.done('cdk-case', { caseNumber: 'C-9', terminated: true });
    await dealer.done('dealersocket-form', { submitted: true });
    expect(await first.ended()).toEqual({ 'crm/dealersocket': 'ended', 'dms/cdk': 'ended' });
    expect((await dealer.tasks()).map((task) => task.kind).sort()).toEqual(['cdk-case', 'dealersocket-form']);
  });
});
