import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { cancellations } from '../../db/schema/cancellations.ts';
import { outbox } from '../../db/schema/shared.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { dealerWith } from '../support/runs.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { viewsOf } from '../support/views.ts';

/** The dry run: what a request would do, with the facts that a person needs to decide. */
const parent = { id: 'P-1', name: 'Elm Holdings' };
const behindGate = (id: string, name = `${id} Motors`) => ({
  ...dealerWith(id, 'dms/cdk'),
  name,
  parentSalesAccountId: parent.id,
});
const dealers = [
  { ...dealerWith('E-1', 'crm/elead'), name: 'Elm Street Ford' },
  dealerWith('E-2', 'crm/elead'),
  dealerWith('E-3', 'crm/elead'),
  behindGate('C-1', 'Oak Avenue Kia'),
  { ...behindGate('C-2'), parentSalesAccountId: 'P-9' },
  dealerWith('C-3', 'dms/cdk'),
  dealerWith('C-4', 'dms/cdk'),
  { ...dealerWith('B-1', 'crm/elead'), integrations: [...dealerWith('B-1', 'crm/elead').integrations] },
  { ...dealerWith('P-1', 'crm/elead', 'Active'), name: parent.name, integrations: [] },
];
dealers.find(({ id }) => id === 'B-1')!.integrations.push(...dealerWith('B-1', 'dms/dealervault').integrations);
const { service, api } = await serviceForFile({ dealers });
const { openTask, closed } = viewsOf(api);

interface Plan {
  account: string;
  dealerName: string;
  joins: string | null;
  onlyJoins: boolean;
  integrations: {
    integration: string;
    begins: string;
    outcome: string;
    dealerId: string | null;
    cancellationId: string | null;
    parentSalesAccount: { id: string; name: string | null; status: string | null; blocks: string | null } | null;
    steps: { step: string; by: string; mail?: { to: string; subject: string; body: string } }[];
  }[];
}
async function plan(account: string, more: object = {}): Promise<Plan> {
  const answer = await api.start({ account, ...more, dryRun: true });
  expect(answer.status).toBe(200);
  return answer.body as unknown as Plan;
}
const status = (effectiveStatus: string) => {
  service.sandbox.state.accounts.get(parent.id)!.effectiveStatus = effectiveStatus;
};

it('lists each integration with its steps and the dealer’s name and IDs, and changes nothing', async () => {
  expect(await plan('B-1')).toMatchObject({
    ...{ dryRun: true, account: 'B-1', dealerName: 'B-1 Motors', joins: null, onlyJoins: false },
    integrations: [
      {
        ...{ integration: 'crm/elead', begins: 'now', outcome: 'starts at once', dealerId: 'ELEADB-1' },
        ...{ cancellationId: null, parentSalesAccount: null, steps: [{ step: 'elead-mail', by: 'dealerops' }] },
      },
      {
        ...{ integration: 'dms/dealervault', begins: 'now', dealerId: 'DEALERVAULTB-1' },
        parentSalesAccount: { id: 'B-1', name: 'B-1 Motors', status: 'Cancelled', blocks: null },
        steps: [
          { step: 'gate', by: 'dealerops' },
          { step: 'dealervault-sales', by: 'a person' },
          { step: 'dealervault-service', by: 'a person' },
        ],
      },
    ],
  });
  expect(await service.db.$count(cancellations, eq(cancellations.account, 'B-1'))).toBe(0);
});

it('shows the mail exactly as it is then sent', async () => {
  const { integrations } = await plan('E-1');
  const { mail } = integrations[0]!.steps[0]!;
  expect(mail).toMatchObject({ to: 'elead.mdssupport@cdk.com', subject: expect.stringContaining('Elm Street Ford') });
  const { body } = await api.start({ account: 'E-1' });
  await closed(body.id);
  const [sent] = await service.db.select().from(outbox).where(eq(outbox.kind, 'vendor_request'));
  expect({ to: sent!.to, subject: sent!.subject, body: sent!.body }).toEqual(mail);
});

describe('the parent sales account of a DMS vendor', () => {
  const of = (fields: object) => ({ parentSalesAccount: { ...parent, ...fields } });

  it('that is Active blocks, or with whenActive=wait lets it wait', async () => {
    status('Active');
    const outcome = 'blocked: the Effective Status of Elm Holdings (P-1) is Active';
    const blocked = { begins: 'blocked', outcome, ...of({ status: 'Active', blocks: 'active' }) };
    expect(await plan('C-1')).toMatchObject({ dealerName: 'Oak Avenue Kia', integrations: [blocked] });
    const waits = 'waits, and checks again daily: the Effective Status of Elm Holdings (P-1) is Active';
    expect(await plan('C-1', { whenActive: 'wait' })).toMatchObject({
      integrations: [{ begins: 'waits', outcome: waits, ...of({ blocks: 'active' }) }],
    });
  });

  it('with a status that is not understood waits for a person', async () => {
    status('On Hold');
    const begins = { begins: 'waits', ...of({ status: '"On Hold"', blocks: 'status_not_understood' }) };
    expect(await plan('C-1')).toMatchObject({ onlyJoins: false, integrations: [begins] });
  });

  it('that is not known keeps everything waiting', async () => {
    const parentSalesAccount = { id: 'P-9', name: null, status: null, blocks: 'not_found' };
    expect(await plan('C-2')).toMatchObject({ integrations: [{ begins: 'waits', parentSalesAccount }] });
  });

  it('that is not active lets it begin', async () => {
    status('Closed');
    expect(await plan('C-1')).toMatchObject({ integrations: [{ begins: 'now', ...of({ blocks: null }) }] });
  });
});

describe('while the dealer has a cancellation in progress', () => {
  it('names the cancellation that the request would join, and shows no mail', async () => {
    const { body } = await api.start({ account: 'C-3' });
    await openTask('C-3', 'cdk-case');
    const joins = { begins: 'joins', outcome: `joins cancellation ${body.id}, in which it is in progress` };
    expect(await plan('C-3')).toMatchObject({
      ...{ joins: body.id, onlyJoins: true },
      integrations: [{ ...joins, cancellationId: body.id }],
    });
  });

  it('also joins a request that no workflow has taken yet', async () => {
    await service.stopWorker();
    try {
      const { body } = await api.start({ account: 'E-2' });
      const planned = await plan('E-2');
      expect(planned).toMatchObject({ joins: body.id, onlyJoins: true, integrations: [{ begins: 'joins' }] });
      expect(planned.integrations[0]!.steps[0]!.mail).toBeUndefined();
    } finally {
      await service.startWorker();
    }
  });

  it('has nothing to do where the integration has ended in it', async () => {
    const { body } = await api.start({ account: 'B-1' });
    await eventually(async () => (await dealerOf(service, 'B-1').progress(body.id, 'crm/elead'))?.state === 'ended');
    await openTask('B-1', 'dealervault-sales');
    expect(await plan('B-1')).toMatchObject({
      ...{ joins: body.id, onlyJoins: true },
      integrations: [
        { begins: 'nothing', cancellationId: body.id },
        { begins: 'joins', cancellationId: body.id },
      ],
    });
  });

  it('waits where the integration is being reinstated, also when the other cancellation takes no requests', async () => {
    const { body } = await api.start({ account: 'E-3' });
    await closed(body.id);
    await api.post('offboarding', `/v1/cancellations/${body.id}/withdraw`, { reason: 'the customer stays' });
    await openTask('E-3', 'reinstate');
    // The step is recorded after its task.
    await eventually(async () => {
      expect(await plan('E-3')).toMatchObject({
        ...{ joins: null, onlyJoins: false },
        integrations: [
          {
            ...{ begins: 'waits', cancellationId: body.id },
            outcome: `waits until it is reinstated in cancellation ${body.id}`,
          },
        ],
      });
      return true;
    });
  });
});

it('a batch answers a dry run of each item with the dealer’s name', async () => {
  const items = [{ account: 'C-4', reason: 'subscription_canceled', dryRun: true }];
  const headers = { 'idempotency-key': randomUUID() };
  expect(await api.post('offboarding', '/v1/cancellations/batch', { items }, headers)).toMatchObject({
    status: 200,
    body: { items: [{ status: 200, plan: { account: 'C-4', dealerName: 'C-4 Motors', joins: null } }] },
  });
});
