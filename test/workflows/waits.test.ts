import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { people, tasks } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  integrationWorkflowId,
  reinstateWorkflowId,
  vinEventStreamWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { reportArrival } from '../support/dataArrivals.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { dealerWith, eventsOfAllRuns, startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** Ninety days of each kind of wait: what they write, and that a new run of the workflow goes on with the wait. */

const mostEvents = 500;

let service: TestService;
const started: Record<string, Awaited<ReturnType<ReturnType<typeof dealerOf>['cancel']>>> = {};
const dealer = (account: string) => dealerOf(service, account);
const workflowOf = (account: string, integration: IntegrationName) => integrationWorkflowId(integration, account);
const stepOf = async (account: string, integration: IntegrationName, step: string) => {
  const row = await dealer(account).progress(started[account]!.id, integration);
  return row?.steps.find((one) => one.step === step);
};
const list = () =>
  eventually(async () =>
    (await service.db.select().from(tasks)).find((task) => task.kind === 'vin-event-stream' && task.state === 'open'),
  );
/** All integrations' ends. */
const ends = (account: string) => started[account]!.ended();

/** The waiting workflow, and the dealer's that waits for it, wrote little; both begin a new run. */
async function expectLittleThenStartOver(account: string, workflowId: string): Promise<void> {
  for (const id of [workflowId, cancellationWorkflowId(account)]) {
    expect(await eventsOfAllRuns(service, id), id).toBeLessThanOrEqual(mostEvents);
    await startOver(service, id);
  }
}

beforeAll(async () => {
  service = await startService({
    timeSkipping: true,
    dataAfterEndGraceDays: 0,
    dealers: [
      dealerWith('W-1', 'dms/cdk', 'Active'),
      dealerWith('W-2', 'dms/cdk', 'Whatever'),
      dealerWith('W-3', 'crm/dealersocket'),
      dealerWith('W-4', 'dms/dealervault'),
      dealerWith('W-5', 'crm/vinsolutions'),
      dealerWith('W-6', 'crm/elead'),
      dealerWith('W-7', 'crm/elead'),
    ],
  });
  // A person has to run the list.
  const { parameters } = service.sandbox.state;
  const name = 'Remove from Vin Event Stream';
  parameters.set(name, `${parameters.get(name)}DealerIds: 1\nDealerIds: 2\n`);
  const cancel = async (account: string, integration: IntegrationName, whenActive?: 'wait') => {
    started[account] = await dealer(account).cancel([integration], { whenActive });
  };
  await cancel('W-6', 'crm/elead');
  await ends('W-6');
  await dealer('W-6').withdraw('came back');
  await dealer('W-6').task('reinstate');
  started.reinstated = started['W-6']!;
  await cancel('W-6', 'crm/elead');
  await cancel('W-7', 'crm/elead');
  await ends('W-7');
  await reportArrival(service, { account: 'W-7', integration: 'crm/elead', name: 'first.csv' });
  await dealer('W-7').task('data-after-end');
  await cancel('W-1', 'dms/cdk', 'wait');
  await cancel('W-2', 'dms/cdk');
  await cancel('W-3', 'crm/dealersocket');
  await cancel('W-4', 'dms/dealervault');
  await cancel('W-5', 'crm/vinsolutions');
  await eventually(async () => (await stepOf('W-1', 'dms/cdk', 'gate'))?.state === 'waiting');
  for (const [account, kind] of [
    ['W-2', 'gate-status'],
    ['W-3', 'dealersocket-form'],
    ['W-4', 'dealervault-sales'],
    ['W-4', 'dealervault-service'],
    ['W-5', 'vinsolutions-portal'],
  ] as const)
    await dealer(account).task(kind);
  await list();
  await eventually(async () => (await dealer('W-6').progress(started['W-6']!.id, 'crm/elead'))?.state === 'waiting');
  // Who has left is not mailed: the reminders of ninety days would be most of the work.
  await service.db.update(people).set({ active: false });
  for (let days = 0; days < 90; days += 10) await service.skipDays(10);
}, 300_000);
afterAll(() => replayAndClose(service));

describe('after ninety days', () => {
  it('of waiting for the account to be no longer Active: few events, and the next run still waits for it', async () => {
    const before = await stepOf('W-1', 'dms/cdk', 'gate');
    await expectLittleThenStartOver('W-1', workflowOf('W-1', 'dms/cdk'));
    await eventually(async () => (await stepOf('W-1', 'dms/cdk', 'gate'))?.state === 'waiting');
    expect(await stepOf('W-1', 'dms/cdk', 'gate')).toMatchObject({ waitingSince: before!.waitingSince });
    service.sandbox.state.accounts.get('W-1')!.effectiveStatus = 'Cancelled';
    await service.skipDays(2);
    await dealer('W-1').done('cdk-case', { caseNumber: 'C-1', terminated: true });
    expect(await ends('W-1')).toEqual({ 'dms/cdk': 'ended' });
    expect((await dealer('W-1').tasks()).map(({ kind }) => kind)).toEqual(['cdk-case']);
  });

  it('of a task about a status that nobody understands: few events, and its person answers the next run', async () => {
    const before = await dealer('W-2').task('gate-status');
    await expectLittleThenStartOver('W-2', workflowOf('W-2', 'dms/cdk'));
    await dealer('W-2').say(before, 'claimTask', { by: 'olivia' });
    service.sandbox.state.accounts.get('W-2')!.effectiveStatus = 'Cancelled';
    await dealer('W-2').say(before, 'completeTask', { by: 'olivia', answers: { decision: 'look_again' } });
    await dealer('W-2').done('cdk-case', { caseNumber: 'C-2', terminated: true });
    expect(await ends('W-2')).toEqual({ 'dms/cdk': 'ended' });
  });

  it('of a person’s task: few events, and the next run has the same task', async () => {
    const before = await dealer('W-3').task('dealersocket-form');
    await expectLittleThenStartOver('W-3', workflowOf('W-3', 'crm/dealersocket'));
    const done = await dealer('W-3').done('dealersocket-form', { submitted: true, group: 'no' });
    expect(done.id).toBe(before.id);
    expect(await ends('W-3')).toEqual({ 'crm/dealersocket': 'ended' });
    expect(await stepOf('W-3', 'crm/dealersocket', 'group-question')).toMatchObject({ state: 'done' });
    expect(await dealer('W-3').tasks()).toHaveLength(1);
  });

  it('of two tasks behind the gate, one done in each run: few events, and each is done once', async () => {
    await dealer('W-4').done('dealervault-service', { deactivated: true });
    await expectLittleThenStartOver('W-4', workflowOf('W-4', 'dms/dealervault'));
    await dealer('W-4').done('dealervault-sales', { deactivated: true });
    expect(await ends('W-4')).toEqual({ 'dms/dealervault': 'ended' });
    expect((await dealer('W-4').tasks()).map(({ kind }) => kind).sort()).toEqual([
      'dealervault-sales',
      'dealervault-service',
    ]);
    const ended = (await dealer('W-4').events(started['W-4']!.id)).filter(({ action }) =>
      /feed.*: done$/i.test(action),
    );
    expect(ended).toHaveLength(2);
  });

  it('of a list that a person has to run: few events, and the answer reaches the next run of who asked', async () => {
    const { id } = await list();
    await expectLittleThenStartOver('W-5', workflowOf('W-5', 'crm/vinsolutions'));
    expect(await eventsOfAllRuns(service, vinEventStreamWorkflowId)).toBeLessThanOrEqual(mostEvents);
    await startOver(service, vinEventStreamWorkflowId);
    const same = await list();
    expect(same.id).toBe(id);
    await dealer('W-5').say(same, 'claimTask', { by: 'olivia' });
    await dealer('W-5').say(same, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    await eventually(async () => (await stepOf('W-5', 'crm/vinsolutions', 'vin-event-stream'))?.state === 'done');
    await startOver(service, workflowOf('W-5', 'crm/vinsolutions'));
    await dealer('W-5').done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
    expect(await ends('W-5')).toEqual({ 'crm/vinsolutions': 'ended' });
    expect((await service.db.select().from(tasks)).filter(({ kind }) => kind === 'vin-event-stream')).toHaveLength(1);
  });

  it('of waiting until an earlier cancellation is reinstated: few events, and it begins after that', async () => {
    await expectLittleThenStartOver('W-6', reinstateWorkflowId('crm/elead', 'W-6'));
    const mails = () =>
      service.sandbox.smtp.messages.filter(({ to, text }) => to.includes('elead') && text.includes('W-6'));
    expect(mails()).toHaveLength(1);
    await dealer('W-6').done('reinstate', { done: true });
    expect(await ends('W-6')).toEqual({ 'crm/elead': 'ended' });
    expect(await dealer('W-6').progress(started.reinstated!.id, 'crm/elead')).toMatchObject({ state: 'withdrawn' });
    expect(mails()).toHaveLength(2);
    expect((await dealer('W-6').tasks()).map(({ kind }) => kind)).toEqual(['reinstate']);
  });

  it('of a task about data after the end: few events, and the next run has the same task, which counts what arrives', async () => {
    const before = await dealer('W-7').task('data-after-end');
    const { workflowId } = before;
    expect(await eventsOfAllRuns(service, workflowId)).toBeLessThanOrEqual(mostEvents);
    await startOver(service, workflowId);
    await reportArrival(service, { account: 'W-7', integration: 'crm/elead', name: 'second.csv' });
    const done = await dealer('W-7').done('data-after-end', { outcome: 'ended_now', action: 'Elead has closed it' });
    expect(done.id).toBe(before.id);
    expect(done.content.texts).toContainEqual({ label: 'Arrived so far', value: '2 files', isNote: true });
    expect(await service.client.workflow.getHandle(workflowId).result()).toBe('done');
    expect(await dealer('W-7').tasks()).toHaveLength(1);
  });
});
