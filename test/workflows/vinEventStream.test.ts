import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findTask, listTasks } from '../../db/queries/tasks.ts';
import { outbox, accounts as registry, tasks } from '../../db/schema/shared.ts';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { loseFirstReply } from '../support/lostReply.ts';
import { openBatch, openRequests } from '../support/removals.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

/** Continues as new. */
async function startOver(of: TestService): Promise<void> {
  const remover = of.client.workflow.getHandle(vinEventStreamWorkflowId);
  const { runId } = await remover.describe();
  await remover.signal('continueAsNew');
  await eventually(async () => (await remover.describe()).runId !== runId);
}

describe('"Remove from Vin Event Stream"', () => {
  it('runs once for all waiting dealers, and one failed Dealer ID does not fail the others', async () => {
    service.sandbox.faults.cst.runMs = 1_500;
    service.sandbox.faults.cst.failingDealerIds = ['555204'];
    const accounts = ['D-1101', 'D-1103', 'D-1104', 'D-1105', 'D-1702'];
    const dealers = accounts.map((account) => dealerOf(service, account));
    const started = await Promise.all(dealers.map((dealer) => dealer.cancel(['crm/vinsolutions'])));
    await Promise.all(dealers.map((dealer) => dealer.done('vinsolutions-portal', { ticketNumber: 'T-5', done: true })));

    const failed = await dealers[2]!.task('vin-event-stream-failed');
    expect(failed.content.instructions[0]).toContain('dealer not subscribed');
    service.sandbox.faults.cst.failingDealerIds = [];
    await dealers[2]!.done('vin-event-stream-failed', { outcome: 'retry' });
    for (const { ended } of started) expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });

    const runs = service.sandbox.state.runs;
    expect(runs.length).toBeLessThan(accounts.length);
    const successes = runs.flatMap((run) =>
      run.results.filter((result) => result.state === 'succeeded').map((result) => result.dealerId),
    );
    expect(successes.sort()).toEqual(['555201', '555203', '555204', '555205', '555702']);
    const text = service.sandbox.state.parameters.get('Remove from Vin Event Stream');
    expect(text).toMatch(/^# One line per parameter\nEnvironment: production\nDealerIds: \d+/);
  });

  it("is not run again for a Dealer ID that CST's history shows as removed since the request", async () => {
    const before = service.sandbox.state.runs.length;
    const dealer = dealerOf(service, 'D-1103');
    service.sandbox.state.runs.push({
      runId: 'by-hand',
      name: 'Remove from Vin Event Stream',
      startedAt: new Date(Date.now() + 365 * 86_400_000).toISOString(),
      endsAt: 0,
      results: [{ dealerId: '555203', state: 'succeeded', message: 'removed' }],
    });
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-6', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(service.sandbox.state.runs.length).toBe(before + 1);
    expect((await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.evidence).toContain('by-hand');
  });

  it('is not run again for a request that is delivered twice', async () => {
    const { state, faults } = service.sandbox;
    const runsOf = (dealerId: string) =>
      state.runs.filter((run) => run.results.some((one) => one.dealerId === dealerId)).length;
    const before = runsOf('555205');
    faults.cst.runMs = 0;
    const replies = loseFirstReply(service, async () => {
      // Later than the run by more than the second to which CST's clock is known.
      await eventually(async () => runsOf('555205') > before);
      await sleep(1_500);
    });
    const dealer = dealerOf(service, 'D-1105');
    try {
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-12', done: true });
      expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    } finally {
      replies.restore();
    }
    expect(replies.sent()).toBe(2);
    await eventually(async () => (await openRequests(service)) === 0);
    expect(runsOf('555205')).toBe(before + 1);
  });

  it('continues as new without losing a request', async () => {
    const { faults, state } = service.sandbox;
    const removed = () => state.runs.flatMap(({ results }) => results.map(({ dealerId }) => dealerId));
    faults.cst.runMs = 2_000;
    const [inRun, waits] = ['D-1104', 'D-1105'].map((account) => dealerOf(service, account));
    const started = [await inRun!.cancel(['crm/vinsolutions'])];
    await eventually(async () => removed().includes('555204'));
    // The next run does not end before it was looked at.
    faults.cst.runMs = 600_000;
    started.push(await waits!.cancel(['crm/vinsolutions']));
    await eventually(async () => (await openRequests(service)) === 2);
    await startOver(service);
    // A request that was lost would be sent again after a while.
    expect(await openRequests(service)).toBe(1);
    await eventually(async () => removed().includes('555205'));
    state.runs.at(-1)!.endsAt = Date.now();
    for (const dealer of [inRun!, waits!])
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-7', done: true });
    for (const { ended } of started) expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(removed().sort()).toEqual(['555204', '555205']);
  });
});

describe('a run in CST that does not end', () => {
  const withEndlessRun = async (account: string, dealerId: string) => {
    const { faults, state } = service.sandbox;
    faults.cst.runMs = 600_000;
    const dealer = dealerOf(service, account);
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    const run = await eventually(async () =>
      state.runs.find(({ results }) => results.some((one) => one.dealerId === dealerId)),
    );
    run.startedAt = new Date(Date.now() - 3_600_000).toISOString();
    return { dealer, id, ended, run };
  };

  const complete = async (dealer: ReturnType<typeof dealerOf>) => {
    const list = await openBatch(service);
    await dealer.say(list, 'claimTask', { by: 'olivia' });
    await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
  };

  it('becomes a list for a person that says so, and the team lead is notified once', async () => {
    const { dealer, ended, run } = await withEndlessRun('D-1105', '555205');
    const { content } = await openBatch(service);
    expect(content.instructions[0]).toContain(`run ${run.runId} of "Remove from Vin Event Stream" has not ended since`);
    expect(content.instructions.join()).toContain('check in the run history first');
    const mails = async () =>
      (await service.db.select().from(outbox)).filter(({ subject }) => subject.startsWith('Stopped: "Remove from'));
    await eventually(async () => (await mails()).length === 1);

    // The next one does not wait for the run again.
    const next = dealerOf(service, 'D-1104');
    const second = await next.cancel(['crm/vinsolutions']);
    await complete(dealer);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-20', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect((await openBatch(service)).content.instructions[0]).toContain(`run ${run.runId} of`);
    run.endsAt = Date.now();
    await complete(dealer);
    await next.done('vinsolutions-portal', { ticketNumber: 'T-21', done: true });
    expect(await second.ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(await mails()).toHaveLength(1);
  });

  it('may still remove a dealer who is withdrawn meanwhile: a task to check', async () => {
    const { dealer, ended, run } = await withEndlessRun('D-1103', '555203');
    await openBatch(service);
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Check whether this was done, and undo it if it was: "Part 1');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    run.endsAt = Date.now();
  });
});

describe('data in CST', () => {
  it('an unusable Dealer ID delays its own dealer only, until it is corrected in CST', async () => {
    const { accounts, oddFields } = service.sandbox.state;
    const [vinSolutions, ...others] = accounts.get('D-1102')!.integrations;
    oddFields.set('D-1102', { integrations: [{ ...vinSolutions, dealerId: '555,202' }, ...others] });
    const [wrong, right] = ['D-1102', 'D-1103'].map((account) => dealerOf(service, account));
    const started = [await wrong!.cancel(['crm/vinsolutions']), await right!.cancel(['crm/vinsolutions'])];
    await right!.done('vinsolutions-portal', { ticketNumber: 'T-9', done: true });
    expect(await started[1]!.ended()).toEqual({ 'crm/vinsolutions': 'ended' });

    await eventually(async () =>
      service.sandbox.smtp.messages.find(({ text }) => text.includes('integrations[0].dealerId is "555,202"')),
    );
    const listed = () => service.sandbox.state.runs.flatMap(({ results }) => results.map(({ dealerId }) => dealerId));
    for (const part of ['555,202', '202', '555']) expect(listed()).not.toContain(part);
    oddFields.delete('D-1102');
    await wrong!.done('vinsolutions-portal', { ticketNumber: 'T-10', done: true });
    expect(await started[0]!.ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(listed()).toContain('555202');
  });

  it('unusable parameters open a task for the Dealer IDs that CST has not removed yet', async () => {
    const { parameters, runs } = service.sandbox.state;
    const before = parameters.get('Remove from Vin Event Stream')!;
    parameters.set('Remove from Vin Event Stream', `${before}DealerIds: 1\nDealerIds: 2\n`);
    runs.push({
      runId: 'by-hand-2',
      name: 'Remove from Vin Event Stream',
      startedAt: new Date(Date.now() + 365 * 86_400_000).toISOString(),
      endsAt: 0,
      results: [{ dealerId: '555202', state: 'succeeded', message: 'removed' }],
    });
    const remover = service.client.workflow.getHandle(vinEventStreamWorkflowId);
    const { workflowId } = remover;
    const request = (key: string, dealerId: string) =>
      remover.signal('remove', { key, workflowId, account: 'D-1101', dealerId, requestedAt: new Date().toISOString() });
    // Both in one run: CST answers only when both wait.
    service.sandbox.faults.cst.errors = 1_000;
    await Promise.all([request('test/removed', '555202'), request('test/not-yet', '555201')]);
    await eventually(async () => (await openRequests(service)) === 2);
    await service.env!.sleep('1 minute');
    service.sandbox.faults.cst.errors = 0;
    await service.env!.sleep('10 minutes');
    const task = await openBatch(service);
    expect(task.content.texts[1]!.value).toBe('555201');
    parameters.set('Remove from Vin Event Stream', before);
    const dealer = dealerOf(service, 'D-1101');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
  });

  it('parameters that could include other dealers open a task that says why', async () => {
    const { parameters } = service.sandbox.state;
    const before = parameters.get('Remove from Vin Event Stream')!;
    parameters.set('Remove from Vin Event Stream', `${before}DealerIds: 1\nDealerIds: 2\n`);
    const dealer = dealerOf(service, 'D-1101');
    const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-11', done: true });
    const task = await openBatch(service);
    expect(task.content.instructions[0]).toMatch(/leave only one of them in CST/);
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.taskId === task.id);
    parameters.set('Remove from Vin Event Stream', before);
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
  });
});

describe('without CST', () => {
  let other: TestService;
  beforeAll(async () => {
    other = await startService({ timeSkipping: true, withoutCst: true });
    await other.db.insert(registry).values(sandboxDealers);
  });
  beforeEach(() => other.sandbox.reset());
  afterAll(() => replayAndClose(other));

  it('a person runs the process for the whole batch', async () => {
    const accounts = ['D-1103', 'D-1104'];
    const dealers = accounts.map((account) => dealerOf(other, account));
    const started = await Promise.all(dealers.map((dealer) => dealer.cancel(['crm/vinsolutions'])));
    for (const dealer of dealers) await dealer.done('vinsolutions-portal', { ticketNumber: 'T-8', done: true });
    for (let answered = 0; answered < 2; ) {
      const batch = await openBatch(other);
      await eventually(async () => {
        const lists = await Promise.all(accounts.map((account) => listTasks(other.db, [{ account }], { limit: 9 })));
        return lists.flat().some(({ id }) => id === batch.id);
      });
      await dealers[0]!.say(batch, 'claimTask', { by: 'olivia' });
      await dealers[0]!.say(batch, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      answered += batch.content.texts[0]!.value.split(',').length;
    }
    for (const { ended } of started) expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
  });

  it('a request delivered again after its list was completed is not listed again', async () => {
    const dealer = dealerOf(other, 'D-1105');
    const replies = loseFirstReply(other, async () => {
      const list = await openBatch(other);
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      await eventually(async () => (await openRequests(other)) === 0);
      await startOver(other);
    });
    try {
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-13', done: true });
      expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    } finally {
      replies.restore();
    }
    expect(replies.sent()).toBe(2);
    expect(await openRequests(other)).toBe(0);
    const all = await other.db.select().from(tasks);
    expect(all.filter(({ content }) => content.texts[1]?.value === '555205')).toHaveLength(1);
  });

  it('a list after continue-as-new is a new task', async () => {
    const earlier = (await other.db.select().from(tasks)).map(({ id }) => id);
    await startOver(other);
    const dealer = dealerOf(other, 'D-1105');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    expect(earlier).not.toContain((await openBatch(other)).id);
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
  });

  it('a dealer withdrawn from a claimed list is not on the next one and must be checked', async () => {
    const dealer = dealerOf(other, 'D-1702');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    const list = await openBatch(other);
    await dealer.say(list, 'claimTask', { by: 'olivia' });
    await dealer.withdraw();
    await dealer.task('vinsolutions-portal', 'closed');
    await dealer.say(list, 'releaseTask', { by: 'olivia' });
    expect(await dealer.reinstate()).toContain('Check whether this was done');
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    await eventually(async () => (await findTask(other.db, list.id))?.state === 'closed');
  });

  it('a dealer withdrawn from an unclaimed list is removed from it, and the others get a new list', async () => {
    const [first, stays, leaves] = ['D-1101', 'D-1102', 'D-1105'].map((account) => dealerOf(other, account));
    const firstEnd = await first!.cancel(['crm/vinsolutions']);
    const running = await openBatch(other);
    const staysEnd = await stays!.cancel(['crm/vinsolutions']);
    const leavesEnd = await leaves!.cancel(['crm/vinsolutions']);
    const remover = other.client.workflow.getHandle(vinEventStreamWorkflowId);
    await eventually(
      async () => (await remover.query<{ waiting: string[] }>('removals')).waiting.length === 2 || undefined,
    );
    await first!.say(running, 'claimTask', { by: 'olivia' });
    await first!.say(running, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    const both = await openBatch(other);
    expect(both.content.texts[1]!.value.split(',').sort()).toEqual(['555202', '555205']);

    await stays!.withdraw();
    expect(await staysEnd.ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    const rest = await openBatch(other);
    expect(rest.content.texts[1]!.value).toBe('555205');
    await leaves!.say(rest, 'claimTask', { by: 'olivia' });
    await leaves!.say(rest, 'completeTask', {
      by: 'olivia',
      answers: { succeeded: true, failedDealerIds: '555205' },
    });
    await leaves!.done('vin-event-stream-failed', { outcome: 'removed' });
    for (const dealer of [first!, leaves!]) await dealer.done('vinsolutions-portal', { ticketNumber: 'T', done: true });
    expect(await firstEnd.ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(await leavesEnd.ended()).toEqual({ 'crm/vinsolutions': 'ended' });
  });
});
