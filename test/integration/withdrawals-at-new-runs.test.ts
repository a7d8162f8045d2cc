import { WorkflowNotFoundError } from '@temporalio/client';
import { arrayContains } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox, tasks } from '../../db/schema/shared.ts';
import {
  cancellationWorkflowId,
  integrationWorkflowId,
  vinEventStreamWorkflowId,
  type WaitingOn,
} from '../../domain/cancellations/cancellations.ts';
import type { StepName, TaskKind } from '../../domain/cancellations/catalog.ts';
import { openTaskStates } from '../../domain/shared/tasks.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Faults } from '../../sandbox/shared/faults.ts';
import { reportArrival } from '../support/dataArrivals.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { dealerWith, onFortellis, startOver } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

/** A withdrawal that comes right before, or right after, a workflow that waits continues as new: it is carried out, once. */

/** All that a cancellation waits for: a new kind of task, or a new system, does not compile without its case below. */
type Wait = TaskKind | WaitingOn | 'earlier_cancellation';

/** The cancellation of one test. */
interface Place {
  account: string;
  /** At VinSolutions. */
  dealerId: string;
  /** Of the cancellation. */
  id: string;
  dealer: ReturnType<typeof dealerOf>;
}

/** The workflow that waits, and how the customer's stay is told to it. */
interface Waiting {
  workflowId: string;
  withdraw(): Promise<unknown>;
}

interface Case {
  integration: IntegrationName;
  /** The account's Effective Status; `Cancelled` when absent. */
  status?: string;
  whenActive?: 'wait';
  /** What is wrong from the beginning. */
  faults?: { [System in keyof Faults]?: Partial<Faults[System]> };
  /** What is there before the cancellation. */
  before?(of: Pick<Place, 'account' | 'dealer'>): Promise<unknown>;
  /** Brings it to the wait. */
  reach(place: Place): Promise<unknown>;
  /** The workflow that waits; the integration's when absent. */
  waiting?(place: Place): Promise<Waiting>;
  /** A new run begins only when the outside system has answered, or was given up after half an hour. */
  heldUp?: true;
  /** What the task to reinstate says; there is no such task when absent. */
  toReinstate?: string;
  after?(place: Place): Promise<void>;
}

let service: TestService;
const many = <T>(fault: T) => Array.from({ length: 500 }, () => fault);
const faults = () => service.sandbox.faults;

const task = (kind: TaskKind) => (place: Place) => place.dealer.task(kind);
/** Waits until a step waits for this system. */
const on =
  (waitingOn: WaitingOn, integration: IntegrationName) =>
  ({ dealer, id }: Place) =>
    eventually(async () =>
      (await dealer.progress(id, integration))?.steps.some(({ waitingOnCode }) => waitingOnCode === waitingOn),
    );
const stepDone = ({ dealer, id }: Place, integration: IntegrationName, step: StepName) =>
  eventually(
    async () => (await dealer.progress(id, integration))?.steps.find((one) => one.step === step)?.state === 'done',
  );
const listsOf = (account: string) =>
  service.db
    .select()
    .from(tasks)
    .where(arrayContains(tasks.accounts, [account]));
const openListOf = (account: string) =>
  eventually(async () => (await listsOf(account)).find(({ state }) => state === 'open'));
const mailsToElead = (account: string) =>
  service.sandbox.smtp.messages.filter(({ to, text }) => to.includes('elead') && text.includes(account)).length;
const removed = () => service.sandbox.state.runs.flatMap(({ results }) => results.map(({ dealerId }) => dealerId));
const blocker = (account: string) => dealerOf(service, `${account}9`);

const cases: Record<Wait, Case> = {
  'gate-status': { integration: 'dms/reynolds', status: 'Whatever', reach: task('gate-status') },
  'dealersocket-form': { integration: 'crm/dealersocket', reach: task('dealersocket-form') },
  'vin-event-stream': {
    integration: 'crm/vinsolutions',
    async reach({ account, dealer }) {
      faults().cst.readOnly = true;
      await dealer.task('vinsolutions-portal');
      await openListOf(account);
    },
    async after({ account, dealerId }) {
      await eventually(async () => (await listsOf(account)).every(({ state }) => state === 'closed'));
      expect(removed()).not.toContain(dealerId);
    },
  },
  'vin-event-stream-failed': {
    integration: 'crm/vinsolutions',
    async reach({ dealer, dealerId }) {
      faults().cst.failingDealerIds = [dealerId];
      await dealer.task('vin-event-stream-failed');
    },
  },
  'vinsolutions-portal': {
    integration: 'crm/vinsolutions',
    async reach(place) {
      await place.dealer.task('vinsolutions-portal');
      await stepDone(place, 'crm/vinsolutions', 'vin-event-stream');
    },
    toReinstate: 'Undo what was done: "Part 1',
  },
  'elead-manual-mail': {
    integration: 'crm/elead',
    reach: task('elead-manual-mail'),
    faults: { smtp: { next: ['550'] } },
    after: async ({ account }) => expect(mailsToElead(account)).toBe(0),
  },
  'elead-mail-unknown': {
    integration: 'crm/elead',
    faults: { smtp: { next: ['cut-lost'] } },
    reach: task('elead-mail-unknown'),
    toReinstate: 'Check whether this was done',
    after: async ({ account }) => expect(mailsToElead(account)).toBe(0),
  },
  'cdk-case': { integration: 'dms/cdk', reach: task('cdk-case') },
  'cdk-termination': {
    integration: 'dms/cdk',
    async reach({ dealer }) {
      await dealer.done('cdk-case', { caseNumber: 'C-1' });
      await dealer.task('cdk-termination');
    },
    toReinstate: 'undo it if it was: "CDK terminates',
    after: async ({ account }) => expect(service.sandbox.state.dmsProviders.has(account)).toBe(true),
  },
  'cdk-clean-up': {
    integration: 'dms/cdk',
    async reach({ dealer }) {
      faults().cst.readOnly = true;
      await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
      await dealer.task('cdk-clean-up');
    },
    toReinstate: 'Undo what was done: "CDK terminates',
    after: async ({ account }) => expect(service.sandbox.state.dmsProviders.has(account)).toBe(true),
  },
  'dealervault-sales': {
    integration: 'dms/dealervault',
    async reach({ dealer }) {
      await dealer.task('dealervault-sales');
      await dealer.task('dealervault-service');
    },
  },
  'dealervault-service': {
    integration: 'dms/dealervault',
    async reach(place) {
      await place.dealer.task('dealervault-service');
      await place.dealer.done('dealervault-sales', { deactivated: true });
      await stepDone(place, 'dms/dealervault', 'dealervault-sales');
    },
    toReinstate: 'Undo what was done',
  },
  reinstate: {
    integration: 'crm/vinsolutions',
    async reach(place) {
      await place.dealer.task('vinsolutions-portal');
      await stepDone(place, 'crm/vinsolutions', 'vin-event-stream');
      await place.dealer.withdraw();
      await place.dealer.task('reinstate');
    },
    toReinstate: 'Undo what was done: "Part 1',
  },
  'data-after-end': {
    integration: 'crm/elead',
    async reach({ dealer, account, id }) {
      await eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'ended');
      await reportArrival(service, { account, integration: 'crm/elead', name: 'a.csv' });
      await dealer.task('data-after-end');
    },
    async waiting({ dealer, id }) {
      const { workflowId } = await dealer.task('data-after-end');
      return { workflowId, withdraw: () => dealer.withdraw('came back', { of: id }) };
    },
    toReinstate: 'Undo what was done',
    async after({ dealer }) {
      const open = await dealer.task('data-after-end');
      expect(await refusalOf(dealer.say(open, 'claimTask', { by: 'olivia' }))).toBe('guard_broken');
      expect(await service.client.workflow.getHandle(open.workflowId).result()).toBe('closed');
    },
  },
  cst: {
    integration: 'dms/reynolds',
    faults: { cst: { errors: Number.POSITIVE_INFINITY } },
    reach: on('cst', 'dms/reynolds'),
  },
  salesforce: {
    integration: 'crm/dealersocket',
    faults: { cst: { errors: Number.POSITIVE_INFINITY } },
    reach: on('salesforce', 'crm/dealersocket'),
  },
  mail_server: {
    integration: 'crm/elead',
    faults: { smtp: { next: many('451') } },
    async reach(place) {
      await on('mail_server', 'crm/elead')(place);
      await eventually(async () => faults().smtp.next.length < 500);
    },
    async after({ account }) {
      expect(mailsToElead(account)).toBe(0);
      const mails = (await service.db.select().from(outbox)).filter(({ businessKey }) => businessKey.includes(account));
      expect(mails.map(({ state }) => state)).toEqual(['dropped']);
    },
  },
  vin_event_stream: {
    integration: 'crm/vinsolutions',
    async before({ account }) {
      faults().cst.readOnly = true;
      await blocker(account).cancel(['crm/vinsolutions']);
      await openListOf(`${account}9`);
    },
    async reach(place) {
      await on('vin_event_stream', 'crm/vinsolutions')(place);
      const remover = service.client.workflow.getHandle(vinEventStreamWorkflowId);
      const waits = async () => (await remover.query<{ waiting: string[] }>('removals')).waiting;
      await eventually(async () => (await waits()).includes(place.dealerId));
    },
    async after({ account, dealerId }) {
      expect(await listsOf(account)).toEqual([]);
      expect(removed()).not.toContain(dealerId);
      await blocker(account).withdraw();
      await eventually(async () => (await listsOf(`${account}9`)).every(({ state }) => state === 'closed'));
    },
  },
  vinsolutions_events: {
    integration: 'crm/vinsolutions',
    heldUp: true,
    faults: { vinSolutions: { next: many({ on: 'subscriptions', status: 503 }) } },
    async reach(place) {
      await on('vinsolutions_events', 'crm/vinsolutions')(place);
      await eventually(async () => faults().vinSolutions.next.length < 500);
    },
    async after({ dealerId }) {
      expect(service.sandbox.vinSolutions.changes).toEqual([]);
      expect(removed()).not.toContain(dealerId);
    },
  },
  fortellis: {
    integration: 'dms/cdk',
    faults: { fortellis: { next: many({ on: 'subscriptions', status: 503 }) } },
    reach: () => eventually(async () => faults().fortellis.next.length < 500),
    after: async ({ dealer }) => expect(await dealer.tasks()).toEqual([]),
  },
  account_status: {
    integration: 'dms/reynolds',
    status: 'Active',
    whenActive: 'wait',
    reach: on('account_status', 'dms/reynolds'),
  },
  earlier_cancellation: {
    integration: 'crm/elead',
    async before({ dealer }) {
      const { ended } = await dealer.cancel(['crm/elead']);
      await ended();
      await dealer.withdraw('came back');
      await dealer.task('reinstate');
    },
    reach: ({ dealer, id }) => eventually(async () => (await dealer.progress(id, 'crm/elead'))?.state === 'waiting'),
    waiting: async ({ dealer, account, id }) => ({
      workflowId: cancellationWorkflowId(account),
      withdraw: () => dealer.withdraw('stays after all', { of: id }),
    }),
    async after({ dealer, account }) {
      await dealer.done('reinstate', { done: true });
      expect(mailsToElead(account)).toBe(1);
    },
  },
};

const waits = Object.keys(cases) as Wait[];
const orders = ['before', 'after'] as const;
const accountOf = (wait: Wait, order: (typeof orders)[number]) =>
  `R-${waits.indexOf(wait) + 1}0${orders.indexOf(order) + 1}`;

beforeAll(async () => {
  const dealers = waits.flatMap((wait) =>
    orders.map((order) => {
      const { integration, status } = cases[wait];
      const one = dealerWith(accountOf(wait, order), integration, status);
      return wait === 'cdk-termination' || wait === 'fortellis' ? onFortellis(one) : one;
    }),
  );
  const blockers = orders.map((order) => dealerWith(`${accountOf('vin_event_stream', order)}9`, 'crm/vinsolutions'));
  service = await startService({
    dealers: [...dealers, ...blockers],
    connectors: ['vinSolutionsEvents', 'fortellis'],
    vinSolutionsDealers: orders.map((order) => accountOf('vinsolutions_events', order)),
    dataAfterEndGraceDays: 0,
  });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

/** One that has ended by the withdrawal begins no new run. */
async function askForNewRun(workflowId: string): Promise<void> {
  await service.client.workflow
    .getHandle(workflowId)
    .signal('continueAsNew')
    .catch((error) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}

describe.each(waits)('while it waits for %s', (wait) => {
  const { integration, whenActive, before, reach, waiting, heldUp, toReinstate, after } = cases[wait];

  it.each(orders)('a withdrawal right %s a new run begins is carried out, once', async (order) => {
    const account = accountOf(wait, order);
    const dealer = dealerOf(service, account);
    const wrong = structuredClone(cases[wait].faults ?? {});
    for (const system of Object.keys(wrong) as (keyof Faults)[]) Object.assign(faults()[system], wrong[system]);
    await before?.({ account, dealer });
    const { id } = await dealer.cancel([integration], { whenActive });
    const place = { account, dealerId: account.replace(/\D/g, ''), id, dealer };
    const withdrawal = { cancellationId: id, reason: 'stays', by: 'key:test' };
    const integrationsId = integrationWorkflowId(integration, account);
    await reach(place);
    const { workflowId, withdraw } = (await waiting?.(place)) ?? {
      workflowId: integrationsId,
      withdraw: () => service.client.workflow.getHandle(integrationsId).signal('withdraw', withdrawal),
    };

    if (order === 'before') {
      await withdraw();
      await askForNewRun(workflowId);
    } else {
      await (heldUp ? askForNewRun(workflowId) : startOver(service, workflowId));
      await withdraw();
    }

    if (toReinstate) expect(await dealer.reinstate()).toContain(toReinstate);
    await eventually(async () => (await dealer.progress(id, integration))?.state === 'withdrawn');
    await after?.(place);
    const all = await dealer.tasks();
    const kinds = all.map(({ kind }) => kind);
    expect(kinds).toHaveLength(new Set(kinds).size);
    expect(kinds.includes('reinstate')).toBe(toReinstate !== undefined || wait === 'earlier_cancellation');
    await eventually(async () => (await dealer.tasks()).every(({ state }) => !openTaskStates.includes(state)));
  });
});
