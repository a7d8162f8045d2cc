import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import type { HttpFaults } from '../../sandbox/shared/faults.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

/** VinSolutions, part 1, by its Connect Event service; D-1104 is not among the dealers for whom it is used. */
let service: TestService;
beforeAll(async () => {
  service = await startService({
    timeSkipping: true,
    connectors: ['vinSolutionsEvents'],
    vinSolutionsDealers: ['D-1101', 'D-1102', '555203', 'D-1105', 'D-1702'],
  });
});
afterAll(() => replayAndClose(service));
beforeEach(() => service.sandbox.reset());

const events = ['CustomerUpdated', 'LeadCreated', 'LeadUpdated'];
const isFor = (dealerId: string) => (one: { dealerId: number }) => String(one.dealerId) === dealerId;
const listed = (dealerId: string) => service.sandbox.state.eventSubscriptions.find(isFor(dealerId))!;
const changes = (dealerId: string) => service.sandbox.vinSolutions.changes.filter(isFor(dealerId));
const runsOf = (dealerId: string) =>
  service.sandbox.state.runs.filter((run) => run.results.some((one) => one.dealerId === dealerId)).length;
/** More than the tries that are made before the run in CST takes over. */
const always = (fault: HttpFaults['next'][number]) => Array.from({ length: 200 }, () => ({ ...fault }));

describe('VinSolutions’ event service', () => {
  it('ends the events of one dealer without a run in CST', async () => {
    const dealer = dealerOf(service, 'D-1103');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(changes('555203')).toEqual([{ dealerId: 555203, status: 'inactive', subscriptions: events }]);
    expect(listed('555204').status).toBe('active');
    expect(runsOf('555203')).toBe(0);
    const [step] = (await dealer.progress(id, 'crm/vinsolutions'))!.steps;
    expect(step).toMatchObject({ state: 'done', by: 'vinsolutions_events', before: { of: '555203', values: events } });
    expect(step!.evidence).toMatch(/^VinSolutions' event service lists it as inactive since \d{4}-/);
  });

  it('is not used for a dealer whom its setting does not name', async () => {
    const dealer = dealerOf(service, 'D-1104');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-2', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(changes('555204')).toEqual([]);
    expect(runsOf('555204')).toBe(1);
  });

  it('is asked what became of a change whose answer was lost, and the change is not sent again', async () => {
    service.sandbox.faults.vinSolutions.next = [{ on: 'updateSubscription', lost: true }];
    const dealer = dealerOf(service, 'D-1103');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-3', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(changes('555203')).toHaveLength(1);
    expect(runsOf('555203')).toBe(0);
    expect((await dealer.progress(id, 'crm/vinsolutions'))!.steps[0]).toMatchObject({ by: 'vinsolutions_events' });
  });

  it.each<[string, HttpFaults['next'], string]>([
    ['refuses the change', [{ on: 'updateSubscription', status: 403 }], 'HTTP 403'],
    ['has the route outside its plan', [{ on: 'updateSubscription', status: 596 }], 'HTTP 596'],
    ['does not let us read', [{ on: 'subscriptions', status: 403 }], 'HTTP 403'],
    ['gives an invalid response', always({ on: 'subscriptions', invalidResponse: true }), 'not JSON'],
    [
      'takes the change but does not carry it out',
      always({ on: 'updateSubscription', ignored: true }),
      'still lists it as active',
    ],
    ['is down for half an hour', always({ on: 'subscriptions', status: 503 }), 'HTTP 503'],
  ])('that %s is replaced by the run in CST, and the record says why', async (_what, next, reason) => {
    service.sandbox.faults.vinSolutions.next = next;
    const dealer = dealerOf(service, 'D-1105');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-4', done: true });
    // It is tried again for half an hour.
    if (next.length > 1) await service.env!.sleep('31 minutes');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(runsOf('555205')).toBe(1);
    expect((await dealer.progress(id, 'crm/vinsolutions'))!.steps[0]).toMatchObject({ state: 'done', by: 'cst' });
    const told = (await dealer.events(id)).filter(({ action }) => action.includes('could not end it'));
    expect(told.map(({ detail }) => detail)).toEqual([expect.stringContaining(reason)]);
  });

  it('that is down when a new run is to begin: the run waits for it, the change is sent once, and the next run knows it', async () => {
    service.sandbox.faults.vinSolutions.next = always({ on: 'subscriptions', status: 503 });
    const dealer = dealerOf(service, 'D-1103');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => service.sandbox.faults.vinSolutions.next.length < 200);
    await dealer.task('vinsolutions-portal');
    const handle = service.client.workflow.getHandle(integrationWorkflowId('crm/vinsolutions', 'D-1103'));
    const { runId } = await handle.describe();
    await handle.signal('continueAsNew');
    expect(changes('555203')).toEqual([]);
    service.sandbox.faults.vinSolutions.next = [];
    await service.env!.sleep('6 minutes');
    await eventually(async () => (await handle.describe()).runId !== runId);
    expect(changes('555203')).toHaveLength(1);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-8', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(changes('555203')).toHaveLength(1);
    expect(runsOf('555203')).toBe(0);
  });

  it('that does not list the dealer is replaced by the run in CST', async () => {
    const { eventSubscriptions } = service.sandbox.state;
    eventSubscriptions.splice(eventSubscriptions.findIndex(isFor('555702')), 1);
    const dealer = dealerOf(service, 'D-1702');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-5', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(runsOf('555702')).toBe(1);
  });
});

describe('a withdrawal', () => {
  const endedByService = async (account: string) => {
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.state === 'done');
    return { dealer, id, ended };
  };

  it('restores the events that the dealer had, and no person has to', async () => {
    const { dealer, id, ended } = await endedByService('D-1101');
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(listed('555201')).toMatchObject({ status: 'active', subscriptions: events });
    expect((await dealer.tasks()).filter(({ kind }) => kind === 'reinstate')).toEqual([]);
    const steps = (await dealer.progress(id, 'crm/vinsolutions'))!.steps;
    expect(steps.at(-1)).toMatchObject({ step: 'reinstate', state: 'done', by: 'vinsolutions_events' });
    expect(steps.at(-1)!.evidence).toContain('lists it as active');
  });

  it('that comes when all has ended restores them too; the person reinstates only the other part', async () => {
    const dealer = dealerOf(service, 'D-1103');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-6', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    await dealer.withdraw('came back', { of: id });
    const told = await dealer.reinstate();
    expect(told).toContain('Undo what was done: "Part 2');
    expect(told).not.toContain('Undo what was done: "Part 1');
    expect(told).toContain('"Part 1: remove from Vin Event Stream" was reinstated already');
    expect(listed('555203').status).toBe('active');
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.state === 'withdrawn');
  });

  it('of a dealer whom CST has removed, since the service refused it, is a task for both parts', async () => {
    service.sandbox.faults.vinSolutions.next = [{ on: 'updateSubscription', status: 403 }];
    const { dealer, id, ended } = await endedByService('D-1105');
    expect((await dealer.progress(id, 'crm/vinsolutions'))!.steps[0]).toMatchObject({ state: 'done', by: 'cst' });
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Undo what was done: "Part 1: remove from Vin Event Stream"');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(changes('555205')).toEqual([]);
    const steps = (await dealer.progress(id, 'crm/vinsolutions'))!.steps;
    expect(steps[0]).not.toHaveProperty('before');
    expect(steps[0]).not.toHaveProperty('mayBeDone');
    expect(steps.at(-1)).toMatchObject({ step: 'reinstate', state: 'done', by: 'olivia' });
  });

  it('after an unknown result that leaves the events active is a task to check them', async () => {
    service.sandbox.faults.vinSolutions.next = always({ on: 'updateSubscription', status: 503 });
    const dealer = dealerOf(service, 'D-1101');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => service.sandbox.faults.vinSolutions.next.length < 200);
    await dealer.withdraw();
    const task = await dealer.reinstate();
    expect(task).toContain('Check whether this was done, and undo it if it was: "Part 1');
    expect(task).toContain('lists it as active');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(changes('555201')).toEqual([]);
  });

  it('that cannot be restored becomes a task that says why', async () => {
    const { dealer, ended } = await endedByService('D-1102');
    service.sandbox.faults.vinSolutions.next = [{ on: 'updateSubscription', status: 403 }];
    await dealer.withdraw();
    const told = await dealer.reinstate();
    expect(told).toContain('Undo what was done: "Part 1');
    expect(told).toMatch(/Dealerops could not reinstate it: .*HTTP 403/);
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
  });

  it('leaves other events alone that somebody has activated meanwhile', async () => {
    const { dealer, ended } = await endedByService('D-1102');
    Object.assign(listed('555202'), { status: 'active', subscriptions: ['LeadCreated'] });
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('other events are active than those before: LeadCreated');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(listed('555202').subscriptions).toEqual(['LeadCreated']);
  });

  it('of a dealer who was inactive before changes nothing at VinSolutions', async () => {
    listed('555202').status = 'inactive';
    const { dealer, ended } = await endedByService('D-1102');
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Undo what was done: "Part 1');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(changes('555202')).toEqual([]);
  });

  it('after an unknown result restores the events', async () => {
    service.sandbox.faults.vinSolutions.next = [
      { on: 'updateSubscription', lost: true },
      // The first look comes before the change.
      ...always({ on: 'subscriptions', status: 503 }),
    ];
    const first = service.sandbox.faults.vinSolutions.next;
    first.splice(1, 0, { on: 'subscriptions' }, { on: 'subscriptions' });
    const dealer = dealerOf(service, 'D-1101');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => changes('555201').length === 1);
    await dealer.withdraw();
    await eventually(async () =>
      (await dealer.tasks()).some(({ kind, state }) => kind === 'vinsolutions-portal' && state === 'closed'),
    );
    service.sandbox.faults.vinSolutions.next = [];
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(listed('555201')).toMatchObject({ status: 'active', subscriptions: events });
  });
});
