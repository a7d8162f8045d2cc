import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findTask } from '../../db/queries/tasks.ts';
import { outbox, accounts as registry, tasks } from '../../db/schema/shared.ts';
import { integrationWorkflowId, vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { openBatch, openRequests } from '../support/removals.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

describe('the removal workflow, terminated in Temporal', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ withoutCst: true });
    await service.db.insert(registry).values(sandboxDealers);
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));

  it('runs again within seconds with all requests; a claimed list is closed and its assignee notified', async () => {
    const accounts = ['D-1101', 'D-1103', 'D-1104'];
    const [listed, waits, leaves] = accounts.map((account) => dealerOf(service, account));
    const started = [await listed!.cancel(['crm/vinsolutions'])];
    const list = await openBatch(service);
    started.push(await waits!.cancel(['crm/vinsolutions']), await leaves!.cancel(['crm/vinsolutions']));
    await eventually(async () => (await openRequests(service)) === 3);
    await listed!.say(list, 'claimTask', { by: 'olivia' });
    const remover = service.client.workflow.getHandle(vinEventStreamWorkflowId);
    const { runId } = await remover.describe();
    await eventually(
      async () => (await listed!.progress(started[0]!.id, 'crm/vinsolutions'))?.steps[0]?.waitingOn === 'olivia',
    );
    await remover.terminate('by mistake');
    await leaves!.withdraw();

    await eventually(async () => (await remover.describe()).runId !== runId);
    // Of the one that was withdrawn it still has to find out whether it was run.
    await eventually(async () => (await openRequests(service)) === 3);
    const closed = await eventually(async () => {
      const task = await findTask(service.db, list.id);
      return task?.state === 'closed' && task;
    });
    expect(closed.reason).toContain('stopped in Temporal');
    await eventually(async () =>
      (await service.db.select().from(outbox)).some(
        (mail) => mail.to === 'olivia@example.com' && mail.subject.startsWith('Closed: Run "Remove from Vin'),
      ),
    );
    expect(await started[2]!.ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    const again = await eventually(() => openBatch(service), { within: 120_000 });
    expect(again.content.texts[1]!.value.split(',').sort()).toEqual(['555201', '555203']);
    expect(again.content.instructions.join(' ')).toContain('may have been removed already');
    expect(again.content.instructions.join(' ')).not.toContain('could not do it');
    await listed!.say(again, 'claimTask', { by: 'olivia' });
    await listed!.say(again, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    for (const dealer of [listed!, waits!])
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
    for (const { ended } of started.slice(0, 2)) expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    const lists = (await service.db.select().from(tasks)).filter(({ kind }) => kind === 'vin-event-stream');
    expect(lists.map(({ state }) => state).sort()).toEqual(['closed', 'done']);
  }, 240_000);

  it('during a run in CST: no Dealer ID is removed twice', async () => {
    const own = await startService();
    try {
      own.sandbox.faults.cst.runMs = 3_000;
      const runs = () => own.sandbox.state.runs.flatMap((run) => run.results.map((one) => one.dealerId));
      const dealers = ['D-1101', 'D-1103'].map((account) => dealerOf(own, account));
      const first = await dealers[0]!.cancel(['crm/vinsolutions']);
      await eventually(async () => runs().includes('555201'));
      const second = await dealers[1]!.cancel(['crm/vinsolutions']);
      await eventually(async () => (await openRequests(own)) === 2);
      await own.client.workflow.getHandle(vinEventStreamWorkflowId).terminate('by mistake');
      for (const dealer of dealers) await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      for (const { ended } of [first, second]) expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
      expect(runs().sort()).toEqual(['555201', '555203']);
    } finally {
      await replayAndClose(own);
    }
  }, 240_000);
});

it('removes each of 2,000 Dealer IDs once, across several continue-as-new runs', async () => {
  const real = await startService();
  try {
    real.sandbox.faults.cst.runMs = 0;
    // Each hears of all the others' answers too: a few of them, since a server buffers few messages for one workflow.
    const requesters = ['D-1101', 'D-1102', 'D-1103', 'D-1104', 'D-1105', 'D-1702'];
    const started = await Promise.all(
      requesters.map((account) => dealerOf(real, account).cancel(['crm/vinsolutions'])),
    );
    for (const account of requesters) await dealerOf(real, account).task('vinsolutions-portal');
    const wanted = Array.from({ length: 2_000 }, (_, index) => `7${String(index).padStart(5, '0')}`);
    const left = [...wanted];
    const send = async () => {
      for (let dealerId = left.pop(); dealerId; dealerId = left.pop()) {
        const requester = requesters[left.length % requesters.length]!;
        const workflowId = integrationWorkflowId('crm/vinsolutions', requester);
        const request = { key: `test/${dealerId}`, workflowId, account: requester };
        await real.client.workflow.signalWithStart('removeFromVinEventStream', {
          workflowId: vinEventStreamWorkflowId,
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue,
          args: [{}],
          signal: 'remove',
          signalArgs: [{ ...request, dealerId, requestedAt: new Date(0).toISOString() }],
        });
      }
    };
    const first = await eventually(() => real.client.workflow.getHandle(vinEventStreamWorkflowId).describe());
    await Promise.all(Array.from({ length: 20 }, send));
    const removed = () => real.sandbox.state.runs.flatMap((run) => run.results.map((one) => one.dealerId));
    await eventually(async () => removed().length >= wanted.length + requesters.length, { within: 120_000 });
    expect(
      removed()
        .filter((id) => id.startsWith('7'))
        .sort(),
    ).toEqual(wanted);
    expect(new Set(removed()).size).toBe(removed().length);
    const last = await real.client.workflow.getHandle(vinEventStreamWorkflowId).describe();
    expect(last.runId).not.toBe(first.runId);
    for (const [index, account] of requesters.entries()) {
      const progress = () => dealerOf(real, account).progress(started[index]!.id, 'crm/vinsolutions');
      await eventually(async () => (await progress())?.steps[0]?.state === 'done');
    }
  } finally {
    await real.close();
  }
});
