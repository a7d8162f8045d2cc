import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vinEventStreamWorkflowId } from '../../domain/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
afterAll(() => service?.close());

describe('"Remove from Vin Event Stream"', () => {
  it('runs once for all who wait, and a Dealer ID that failed does not fail the others', async () => {
    service.sandbox.faults.cst.runMs = 1_500;
    service.sandbox.faults.cst.failingDealerIds = ['555204'];
    const accounts = ['D-1101', 'D-1103', 'D-1104', 'D-1105', 'D-1702'];
    const dealers = accounts.map((account) => dealerOf(service, account));
    const started = await Promise.all(dealers.map((dealer) => dealer.cancel(['crm/vinsolutions'])));
    await Promise.all(dealers.map((dealer) => dealer.done('vinsolutions-portal', { ticketNumber: 'T-5', done: true })));

    const failed = await dealers[2]!.task('vin-event-stream-failed');
    expect(failed.content.instructions[0]).toContain('dealer not subscribed');
    service.sandbox.faults.cst.failingDealerIds = [];
    await dealers[2]!.done('vin-event-stream-failed', { what: 'retry' });
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

  it('is not run again for what CST’s history shows as done since it was asked for', async () => {
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
    expect((await dealer.progress(id, 'crm/vinsolutions'))?.steps[0]?.proof).toContain('by-hand');
  });

  it('goes on in a new run of the workflow with nothing lost', async () => {
    const handle = service.client.workflow.getHandle(vinEventStreamWorkflowId);
    await handle.signal('startOver');
    const dealer = dealerOf(service, 'D-1104');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-7', done: true });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    const { historyLength, runId } = await handle.describe();
    expect(historyLength).toBeGreaterThan(0);
    expect(runId).not.toBe(
      (await service.client.workflow.getHandle(vinEventStreamWorkflowId).describe()).raw.workflowExecutionInfo
        ?.firstRunId,
    );
  });
});

describe('without CST', () => {
  it('a person runs it for the whole batch', async () => {
    const other = await startService({ timeSkipping: true, withoutCst: true });
    try {
      const { accounts } = await import('../../db/schema.ts');
      const { sandboxDealers } = await import('../../sandbox/dealers.ts');
      await other.db.insert(accounts).values(sandboxDealers);
      const dealers = ['D-1103', 'D-1104'].map((account) => dealerOf(other, account));
      const started = await Promise.all(dealers.map((dealer) => dealer.cancel(['crm/vinsolutions'])));
      for (const dealer of dealers) await dealer.done('vinsolutions-portal', { ticketNumber: 'T-8', done: true });
      const { tasks } = await import('../../db/schema.ts');
      const { eventually } = await import('../support/eventually.ts');
      for (let answered = 0; answered < 2; ) {
        const batch = await eventually(async () =>
          (await other.db.select().from(tasks)).find(
            (task) => task.kind === 'vin-event-stream' && task.state === 'open',
          ),
        );
        await dealers[0]!.say(batch, 'claimTask', { by: 'olivia' });
        await dealers[0]!.say(batch, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
        answered += batch.content.texts[0]!.value.split(',').length;
      }
      for (const { ended } of started) expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    } finally {
      await other.close();
    }
  });
});
