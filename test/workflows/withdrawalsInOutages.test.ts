import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox } from '../../db/schema/shared.ts';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

describe('a withdrawal while', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ timeSkipping: true });
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));

  it('the mail server defers the mail: it is never sent', async () => {
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

  it('it is unknown whether the mail was sent: opens a task to check', async () => {
    const dealer = dealerOf(service, 'D-1204');
    service.sandbox.faults.smtp.next = ['cut-lost'];
    const { ended } = await dealer.cancel(['crm/elead']);
    await dealer.task('elead-mail-unknown');
    await dealer.withdraw();
    expect(await dealer.reinstate()).toContain('Check whether this was done, and undo it if it was');
    expect(await ended()).toEqual({ 'crm/elead': 'withdrawn' });
  });

  it('CST does not answer: ends at once, and the Dealer ID is never removed', async () => {
    const dealer = dealerOf(service, 'D-1103');
    service.sandbox.faults.cst.errors = 1_000;
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => service.sandbox.faults.cst.errors < 1_000);
    await dealer.withdraw();
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    service.sandbox.faults.cst.errors = 0;
    expect(service.sandbox.state.runs.flatMap((run) => run.results.map((one) => one.dealerId))).not.toContain('555203');
  });

  it('CST stops answering during a run: a waiting dealer is not removed, and a dealer in the run gets its result', async () => {
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
    expect(await inRun!.reinstate()).toContain('Undo what was done: "Part 1');
    expect(await first.ended()).toEqual({ 'crm/vinsolutions': 'withdrawn' });
    expect(everRun()).not.toContain('555205');
  });
});
