import { expect, it, onTestFinished } from 'vitest';
import { outbox, people } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  integrationWorkflowId,
  vinEventStreamWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { dealerWith, eventsOfAllRuns } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** Days in which an outside system does not answer: waiting for it writes nothing into the histories. */

/** A service for one test, with dealers of one integration each. */
async function serviceFor(waiting: [account: string, integration: IntegrationName][]) {
  const dealers = waiting.map(([account, name]) => dealerWith(account, name));
  const service = await startService({ timeSkipping: true, dealers });
  onTestFinished(() => replayAndClose(service));
  const ends: Record<string, () => Promise<Record<string, string>>> = {};
  const workflowIds = [
    ...waiting.flatMap(([account, name]) => [integrationWorkflowId(name, account), cancellationWorkflowId(account)]),
    ...(waiting.some(([, name]) => name === 'crm/vinsolutions') ? [vinEventStreamWorkflowId] : []),
  ];
  return {
    service,
    async cancel(account: string) {
      const [, name] = waiting.find(([one]) => one === account)!;
      ends[account] = (await dealerOf(service, account).cancel([name])).ended;
    },
    /** Of each workflow, over all its runs. */
    events: () => Promise.all(workflowIds.map((workflowId) => eventsOfAllRuns(service, workflowId))),
    async expectAllEnded() {
      for (const [account, name] of waiting) expect(await ends[account]!()).toEqual({ [name]: 'ended' });
    },
  };
}

/** Lets days pass in which nothing may be written, and waits until the team leads have heard of each. */
async function twoDaysWithout(system: string, service: TestService, events: () => Promise<number[]>): Promise<void> {
  await service.skipDays(1);
  const before = await events();
  for (const count of before) expect(count).toBeLessThanOrEqual(100);
  await service.skipDays(1);
  expect(await events()).toEqual(before);
  await eventually(async () => {
    const mails = await service.db.select().from(outbox);
    return mails.filter(({ subject }) => subject.includes(`wait for ${system}`)).length >= 2;
  });
  // Their mails are not what is counted afterwards.
  await service.db.update(people).set({ active: false });
}

it('days without the mail server write no event, and afterwards the mail leaves once', async () => {
  const { service, cancel, events, expectAllEnded } = await serviceFor([['O-2', 'crm/elead']]);
  const { faults, smtp } = service.sandbox;
  faults.smtp.next = Array(20_000).fill('451');
  await cancel('O-2');
  await eventually(async () => faults.smtp.next.length < 20_000);
  await twoDaysWithout('the mail server', service, events);
  faults.smtp.next = [];
  await service.skipDays(1);
  await expectAllEnded();
  expect(smtp.messages.filter(({ to, text }) => to.includes('elead') && text.includes('O-2'))).toHaveLength(1);
}, 240_000);

it('a CST outage of days during a run adds no events, and each dealer is removed once', async () => {
  const { service, cancel, events, expectAllEnded } = await serviceFor([
    ['O-1', 'crm/dealersocket'],
    ['O-3', 'crm/vinsolutions'],
    ['O-4', 'crm/vinsolutions'],
  ]);
  const { faults, state } = service.sandbox;
  faults.cst.runMs = 2_000;
  await cancel('O-3');
  await dealerOf(service, 'O-3').done('vinsolutions-portal', { ticketNumber: 'T-3', done: true });
  await eventually(async () => state.runs.length === 1);
  faults.cst.errors = Number.POSITIVE_INFINITY;
  await cancel('O-1');
  await cancel('O-4');
  await twoDaysWithout('CST', service, events);
  faults.cst.errors = 0;
  await service.skipDays(1);
  await dealerOf(service, 'O-1').done('dealersocket-form', { submitted: true, group: 'no' });
  await dealerOf(service, 'O-4').done('vinsolutions-portal', { ticketNumber: 'T-4', done: true });
  await expectAllEnded();
  expect(state.runs.flatMap(({ results }) => results.map((one) => one.dealerId)).sort()).toEqual(['3', '4']);
}, 240_000);
