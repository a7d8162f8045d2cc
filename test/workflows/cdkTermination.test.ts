import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { people } from '../../db/schema/shared.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { eventsOfAllRuns, startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** CDK's termination as Fortellis shows it; only D-1404 is on Fortellis. */
let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true, connectors: ['fortellis'] });
});
afterAll(() => replayAndClose(service));
beforeEach(() => service.sandbox.reset());

const today = new Date().toISOString().slice(0, 10);
const entry = () => service.sandbox.state.appSubscriptions[0]!;
const terminate = () => Object.assign(entry(), { status: 'inactive', deactivationDate: today });
const events = async () => {
  const { events } = await service.client.workflow.getHandle(integrationWorkflowId('dms/cdk', 'D-1404')).fetchHistory();
  return events!.length;
};

/** A cancellation whose case is created, and that waits for the termination. */
async function waitingDealer(whenActive: 'block' | 'wait' = 'block') {
  const dealer = dealerOf(service, 'D-1404');
  const { id, ended } = await dealer.cancel(['dms/cdk'], { whenActive });
  const task = await dealer.done('cdk-case', { caseNumber: 'C-7' });
  await dealer.task('cdk-termination');
  return { dealer, id, ended, task };
}

describe('CDK’s termination at a dealer on Fortellis', () => {
  it('ends the wait when Fortellis shows it; the person enters only the case number', async () => {
    const { dealer, id, ended, task } = await waitingDealer();
    expect(task.content.fields.map(({ name }) => name)).toEqual(['caseNumber']);
    terminate();
    await service.env!.sleep('65 minutes');
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    const steps = (await dealer.progress(id, 'dms/cdk'))!.steps;
    expect(steps.map(({ step, by }) => [step, by])).toEqual([
      ['gate', 'cst'],
      ['cdk-case', 'olivia'],
      ['cdk-termination', 'fortellis'],
      ['cdk-clean-up', 'cst'],
    ]);
    expect(steps[1]!.evidence).toBe('case C-7');
    expect(steps[2]!.evidence).toContain(`is inactive, deactivated on ${today}`);
    expect(service.sandbox.state.dmsProviders.has('D-1404')).toBe(false);
    const closed = (await dealer.tasks()).find(({ kind }) => kind === 'cdk-termination');
    expect(closed).toMatchObject({ state: 'closed', reason: expect.stringContaining('deactivated on') });
  });

  it.each([
    ['no status', { status: '', deactivationDate: today }],
    ['a status that is not known', { status: 'suspended', deactivationDate: today }],
    ['no date', { status: 'inactive', deactivationDate: '' }],
    ['a date in another form', { status: 'inactive', deactivationDate: '01/31/2020' }],
    ['a date to come', { status: 'inactive', deactivationDate: '2999-01-01' }],
    ['no environment', { status: 'inactive', deactivationDate: today, environment: '' }],
    ['a subscription that is not listed any more', { orgId: 'another' }],
  ])('with %s does not count as a termination', async (_what, odd) => {
    const { dealer, ended } = await waitingDealer();
    Object.assign(entry(), odd);
    await service.env!.sleep('3 hours');
    const [waiting] = (await dealer.tasks()).filter(
      ({ kind, state }) => kind === 'cdk-termination' && state === 'open',
    );
    expect(waiting).toBeDefined();
    expect(service.sandbox.state.dmsProviders.has('D-1404')).toBe(true);
    await dealer.done('cdk-termination', { terminated: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
  });

  it('can be confirmed by a person first, also while Fortellis is down', async () => {
    const { dealer, id, ended } = await waitingDealer();
    service.sandbox.faults.fortellis.next = Array.from({ length: 50 }, () => ({ status: 503 }));
    await service.env!.sleep('3 hours');
    await dealer.done('cdk-termination', { terminated: true });
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    expect((await dealer.progress(id, 'dms/cdk'))!.steps[2]).toMatchObject({ by: 'olivia', state: 'done' });
  });

  it('is looked for every hour without an event, and after five business days the task reminds its team', async () => {
    const { dealer, ended } = await waitingDealer();
    await service.skipDays(1);
    const before = await events();
    await service.skipDays(2);
    expect(await events()).toBe(before);
    const subjects = () => service.sandbox.smtp.messages.map(({ subject }) => subject);
    await service.skipDays(10);
    await eventually(async () => subjects().find((subject) => subject.includes('Wait for CDK to terminate')));
    terminate();
    await service.env!.sleep('65 minutes');
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    expect(
      (await dealer.tasks()).find(({ kind, state }) => kind === 'cdk-termination' && state === 'open'),
    ).toBeUndefined();
  });

  it('shown while CST is down and the task cannot be opened: the task is not opened afterwards', async () => {
    const dealer = dealerOf(service, 'D-1404');
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    const task = await dealer.task('cdk-case');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    service.sandbox.faults.cst.errors = 1_000_000;
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-7' } });
    terminate();
    await service.env!.sleep('65 minutes');
    await eventually(async () => (await dealer.progress(id, 'dms/cdk'))?.steps[2]?.state === 'done');
    service.sandbox.faults.cst.errors = 0;
    await service.env!.sleep('10 minutes');
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    const its = (await dealer.tasks()).filter(({ subject }) => subject === id);
    expect(its.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['cdk-case done']);
  });

  it('at a Fortellis that refuses us for days is reported to the team lead each day, without an event', async () => {
    const { ended } = await waitingDealer();
    await service.skipDays(3);
    const before = await events();
    service.sandbox.faults.fortellis.next = Array.from({ length: 1_000 }, () => ({ status: 403 }));
    const subjects = () => service.sandbox.smtp.messages.map(({ subject }) => subject);
    await service.skipDays(1.25);
    const reported = () => subjects().filter((subject) => subject.includes('wait for Fortellis')).length;
    await eventually(async () => reported() > 0);
    await service.skipDays(1);
    await eventually(async () => reported() > 1);
    expect(await events()).toBe(before);
    service.sandbox.faults.fortellis.next = [];
    terminate();
    await service.env!.sleep('65 minutes');
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
  });

  it('is followed by the gate: nothing is cleaned up when the account is Active again', async () => {
    const { dealer, ended } = await waitingDealer();
    service.sandbox.state.accounts.get('D-1404')!.effectiveStatus = 'Active';
    terminate();
    await service.env!.sleep('65 minutes');
    expect(await dealer.reinstate()).toContain('Undo what was done: "CDK terminates the integration');
    expect(await ended()).toEqual({ 'dms/cdk': 'blocked' });
    expect(service.sandbox.state.dmsProviders.has('D-1404')).toBe(true);
  });

  it('that was awaited when the cancellation is withdrawn may have happened: a task to check', async () => {
    const { dealer, ended } = await waitingDealer();
    await dealer.withdraw();
    const told = await dealer.reinstate();
    expect(told).toContain('Undo what was done: "Create the CDK case');
    expect(told).toContain('Check whether this was done, and undo it if it was: "CDK terminates');
    expect(await ended()).toEqual({ 'dms/cdk': 'withdrawn' });
  });
});

it('CDK that CST still shows after it took the removal becomes a person’s task that says so', async () => {
  service.sandbox.faults.cst.keepsDmsProvider = true;
  const dealer = dealerOf(service, 'D-1402');
  const { id, ended } = await dealer.cancel(['dms/cdk']);
  await dealer.done('cdk-case', { caseNumber: 'C-9', terminated: true });
  const { content } = await dealer.task('cdk-clean-up');
  expect(content.instructions[0]).toMatch(/^Dealerops could not do it: CST took the removal but still shows/);
  service.sandbox.state.dmsProviders.delete('D-1402');
  await dealer.done('cdk-clean-up', { removed: true });
  expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
  expect((await dealer.progress(id, 'dms/cdk'))!.steps.at(-1)).toMatchObject({ by: 'olivia', state: 'done' });
});

describe('a person confirms the termination with the case', () => {
  const fullTask = async (account: string) => {
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel(['dms/cdk']);
    const { content } = await dealer.done('cdk-case', { caseNumber: 'C-8', terminated: true });
    expect(content.fields.map(({ name }) => name)).toEqual(['caseNumber', 'terminated']);
    expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
    const notes = (await dealer.events(id)).filter(({ action }) => action.includes('Fortellis cannot confirm it'));
    return notes.map(({ detail }) => detail);
  };

  it('of a dealer who is not on Fortellis', async () => {
    expect(await fullTask('D-1402')).toEqual([]);
  });

  it.each([
    ['ended before the case, which proves nothing of an integration that is still there', () => terminate()],
    ['without a status', () => Object.assign(entry(), { status: '' })],
  ])('of a dealer whose subscription is %s', async (_what, change) => {
    change();
    expect(await fullTask('D-1404')).toEqual([expect.stringContaining('shows no active subscription')]);
  });

  it('while Fortellis refuses us', async () => {
    service.sandbox.faults.fortellis.next = [{ on: 'subscriptions', status: 403 }];
    expect(await fullTask('D-1404')).toEqual([expect.stringContaining('HTTP 403')]);
  });
});

it('ninety days of waiting for CDK’s termination: few events, and the next run still sees it', async () => {
  const { dealer, id, ended } = await waitingDealer();
  await service.db.update(people).set({ active: false });
  for (let days = 0; days < 90; days += 10) await service.skipDays(10);
  const [before] = (await dealer.tasks()).filter(({ kind, state }) => kind === 'cdk-termination' && state === 'open');
  for (const workflowId of [integrationWorkflowId('dms/cdk', 'D-1404'), cancellationWorkflowId('D-1404')])
    expect(await eventsOfAllRuns(service, workflowId), workflowId).toBeLessThanOrEqual(500);
  await startOver(service, integrationWorkflowId('dms/cdk', 'D-1404'));
  terminate();
  await service.env!.sleep('65 minutes');
  expect(await ended()).toEqual({ 'dms/cdk': 'ended' });
  expect((await dealer.progress(id, 'dms/cdk'))!.steps[2]).toMatchObject({ state: 'done', by: 'fortellis' });
  const closed = (await dealer.tasks()).find(({ id: taskId }) => taskId === before!.id);
  expect(closed).toMatchObject({ state: 'closed', reason: expect.stringContaining('deactivated on') });
  expect((await dealer.tasks()).filter(({ state }) => state === 'open')).toEqual([]);
}, 240_000);
