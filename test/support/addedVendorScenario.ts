import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { dealerOf } from './dealer.ts';
import { startService, type TestService } from './service.ts';

/** Run by `new-vendor.test.ts` in a copy of the project that has the vendor. */
const integration = 'crm/example' as IntegrationName;
const account = 'D-9001';

let service: TestService;
beforeAll(async () => {
  const dealer = {
    id: account,
    name: 'Example Motors',
    effectiveStatus: 'Cancelled',
    parentSalesAccountId: null,
    timeZone: 'America/Chicago',
    integrations: [{ kind: 'crm' as const, vendor: 'example', dealerId: '555901' }],
    city: 'Lakeport',
    state: 'TX',
  };
  service = await startService({ dealers: [dealer] });
});
afterAll(() => service?.close());

it('ends the added vendor by its task', async () => {
  const dealer = dealerOf(service, account);
  const { id, ended } = await dealer.cancel([integration]);
  const task = await dealer.done('example-ticket', { ticketNumber: 'T-9', done: true });
  expect(task.content.texts).toEqual([{ label: 'Description', value: 'Please cancel dealer 555901' }]);
  expect(await ended()).toEqual({ [integration]: 'ended' });
  expect((await dealer.progress(id, integration))?.steps).toMatchObject([{ state: 'done', evidence: 'ticket T-9' }]);
});
