import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accounts as registry, tasks } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  integrationWorkflowId,
  vinEventStreamWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { sandboxDealers } from '../../sandbox/shared/dealers.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

/** What sixty days of waiting write into a history; the server's limits are 51,200 events and 10,000 signals. */
describe('sixty days of waiting', { timeout: 240_000 }, () => {
  let service: TestService;
  // A server each: one on which a workflow was terminated may not skip time any more.
  beforeEach(async () => {
    service = await startService({ timeSkipping: true, withoutCst: true });
    await service.db.insert(registry).values(sandboxDealers);
  });
  afterEach(() => replayAndClose(service));

  const events = async (workflowId: string) => {
    const { events } = await service.client.workflow.getHandle(workflowId).fetchHistory();
    return events!.length;
  };
  const sixtyDays = async () => {
    for (let day = 0; day < 60; day += 1) await service.skipDays(1);
  };
  const integration = (name: IntegrationName, account: string) => integrationWorkflowId(name, account);

  it('for an earlier cancellation write no events', async () => {
    const dealer = dealerOf(service, 'D-1003');
    await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1003')).terminate('by mistake');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
    await service.skipDays(1);
    const before = await events(cancellationWorkflowId('D-1003'));
    await sixtyDays();
    expect(await events(cancellationWorkflowId('D-1003'))).toBe(before);
    expect(before).toBeLessThan(50);
    await dealer.done('dealersocket-form', { submitted: true, group: 'yes' });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
  });

  it('for a list that a person runs write no events into the waiting workflows', async () => {
    const [first, second] = ['D-1103', 'D-1104'].map((account) => dealerOf(service, account));
    const started = [await first!.cancel(['crm/vinsolutions'])];
    const list = await eventually(async () =>
      (await service.db.select().from(tasks)).find((task) => task.kind === 'vin-event-stream' && task.state === 'open'),
    );
    started.push(await second!.cancel(['crm/vinsolutions']));
    for (const dealer of [first!, second!])
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
    const workflowIds = ['D-1103', 'D-1104'].map((account) => integration('crm/vinsolutions', account));
    const settled = async () => {
      const remover = service.client.workflow.getHandle(vinEventStreamWorkflowId);
      const { waiting, running } = await remover.query<{ waiting: string[]; running: string[] }>('removals');
      return waiting.length === 1 && running.length === 1;
    };
    await eventually(settled);
    await service.skipDays(1);
    const before = await Promise.all(workflowIds.map((workflowId) => events(workflowId)));
    await sixtyDays();
    expect(await Promise.all(workflowIds.map((workflowId) => events(workflowId)))).toEqual(before);
    for (const count of before) expect(count).toBeLessThan(150);
    expect(await events(vinEventStreamWorkflowId)).toBeLessThanOrEqual(500);

    await first!.say(list, 'claimTask', { by: 'olivia' });
    await first!.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    expect(await started[0]!.ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    const next = await eventually(async () =>
      (await service.db.select().from(tasks)).find((task) => task.kind === 'vin-event-stream' && task.state === 'open'),
    );
    await first!.say(next, 'claimTask', { by: 'olivia' });
    await first!.say(next, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
    expect(await started[1]!.ended()).toEqual({ 'crm/vinsolutions': 'ended' });
  });
});
