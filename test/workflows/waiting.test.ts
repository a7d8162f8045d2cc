import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accounts as registry } from '../../db/schema.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../domain/cancellations.ts';
import type { IntegrationName } from '../../domain/vendors.ts';
import { sandboxDealers } from '../../sandbox/dealers.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

/** What sixty days of waiting write into a history; the server's limits are 51,200 events and 10,000 signals. */
describe('sixty days', { timeout: 240_000 }, () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ timeSkipping: true, withoutCst: true });
    await service.db.insert(registry).values(sandboxDealers);
  });
  afterAll(() => replayAndClose(service));

  const events = async (workflowId: string) => {
    const { events } = await service.client.workflow.getHandle(workflowId).fetchHistory();
    return events!.length;
  };
  const sixtyDays = async () => {
    for (let day = 0; day < 60; day += 1) await service.env!.sleep('1 day');
  };
  const _integration = (name: IntegrationName, account: string) => integrationWorkflowId(name, account);

  it('of waiting for an earlier cancellation that goes on write nothing', async () => {
    const dealer = dealerOf(service, 'D-1003');
    await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    await service.client.workflow.getHandle(cancellationWorkflowId('D-1003')).terminate('by mistake');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
    await service.env!.sleep('1 day');
    const before = await events(cancellationWorkflowId('D-1003'));
    await sixtyDays();
    expect(await events(cancellationWorkflowId('D-1003'))).toBe(before);
    expect(before).toBeLessThan(50);
    await dealer.done('dealersocket-form', { submitted: true });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
  });
});
