import proto from '@temporalio/proto';
import { eq } from 'drizzle-orm';
import { cancellations } from '../../../db/schema/cancellations.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import { formOf, lose } from '../../support/lostRecords.ts';
import type { TestService } from '../../support/service.ts';
import { integrationIs, type Scenario, stepIs } from '../scenario.ts';

const dealersWorkflow = (service: TestService, account: string) =>
  service.client.workflow.getHandle(cancellationWorkflowId(account));
const takenOver = (service: TestService, id: string) =>
  eventually(async () => (await dealerOf(service, '').events(id)).some(({ action }) => /taken over/.test(action)));
const isClosed = (service: TestService, id: string) =>
  eventually(async () => {
    const [row] = await service.db.select().from(cancellations).where(eq(cancellations.id, id));
    return row?.state === 'closed';
  });

/** The dealer's workflow: requests that join, and what goes on when somebody stops a workflow in Temporal. */
export const dealerScenarios: Scenario[] = [
  {
    name: 'dealer-second-request-joins',
    records: ['cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1002');
      const requestId = crypto.randomUUID();
      const { ended } = await dealer.cancel(['crm/dealersocket'], { requestId });
      await dealer.task('dealersocket-form');
      await dealer.cancel(['crm/dealersocket'], { requestId });
      await dealer.cancel(['crm/dealersocket', 'dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-9', terminated: true });
      await dealer.done('dealersocket-form', { submitted: true });
      await ended();
    },
  },
  {
    name: 'dealer-integration-terminated',
    records: ['cancelDealer', 'sendNotice'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      const { workflow } = service.client;
      await workflow.getHandle(integrationWorkflowId('crm/dealersocket', 'D-1003')).terminate('by mistake');
      await ended();
    },
  },
  {
    name: 'dealer-canceled-in-temporal',
    records: ['cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { id } = await dealer.cancel(['crm/dealersocket']);
      await dealer.task('dealersocket-form');
      await dealersWorkflow(service, 'D-1003').cancel();
      await isClosed(service, id);
    },
  },
  {
    name: 'dealer-canceled-in-temporal-twice',
    records: ['cancelDealer'],
    events: ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1104');
      const { id } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.task('vinsolutions-portal');
      await stepIs(dealer, id, 'crm/vinsolutions', 'done');
      const handle = dealersWorkflow(service, 'D-1104');
      await handle.cancel();
      await dealer.task('reinstate');
      const { runId } = await handle.describe();
      await dealer.cancel(['crm/vinsolutions']);
      await eventually(async () => (await handle.describe()).runId !== runId);
      await handle.cancel();
      await eventually(
        async () => (await dealer.events(id)).filter(({ action }) => /withdrawn/.test(action)).length >= 2,
      );
      await dealer.done('reinstate', { done: true });
      await isClosed(service, id);
    },
  },
  {
    name: 'dealer-database-restored',
    records: ['cancelDealer', 'cancelDealerSocket'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1701');
      const first = await dealer.cancel(['crm/dealersocket']);
      const { submit } = await formOf(service, 'D-1701');
      await lose(service, first.id);
      const second = await dealer.cancel(['crm/dealersocket']);
      await integrationIs(dealer, second.id, 'crm/dealersocket', 'waiting');
      await submit();
      await isClosed(service, first.id);
      await isClosed(service, second.id);
    },
  },
  {
    name: 'dealer-database-restored-before-the-end',
    records: ['cancelDealer', 'cancelDealerSocket'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1701');
      const { id, ended } = await dealer.cancel(['crm/dealersocket']);
      const { submit } = await formOf(service, 'D-1701');
      await lose(service, id);
      await submit();
      await ended();
      await isClosed(service, id);
    },
  },
  {
    name: 'integration-canceled-in-temporal',
    records: ['cancelDealerSocket', 'cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { id } = await dealer.cancel(['crm/dealersocket']);
      await dealer.task('dealersocket-form');
      await service.client.workflow.getHandle(integrationWorkflowId('crm/dealersocket', 'D-1003')).cancel();
      await isClosed(service, id);
    },
  },
  {
    name: 'dealer-terminated-and-taken-over',
    records: ['cancelDealer', 'cancelCdk'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { id } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      await dealersWorkflow(service, 'D-1402').terminate('by mistake');
      await takenOver(service, id);
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-77', terminated: true } });
      await isClosed(service, id);
    },
  },
  {
    name: 'dealer-terminated-and-requested-again',
    records: ['cancelDealer', 'cancelElead'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1202');
      service.sandbox.faults.smtp.next = ['550'];
      const first = await dealer.cancel(['crm/elead']);
      await dealer.task('elead-manual-mail');
      await dealersWorkflow(service, 'D-1202').terminate('by mistake');
      const second = await dealer.cancel(['crm/elead']);
      const handle = dealersWorkflow(service, 'D-1202');
      await eventually(async () => 'crm/elead' in (await handle.query<Record<string, string>>('integrations')));
      await dealer.done('elead-manual-mail', { sent: true });
      await second.ended();
      await isClosed(service, first.id);
    },
  },
  {
    name: 'dealer-terminated-and-withdrawn',
    records: ['cancelDealer', 'cancelVinSolutions'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1702');
      const { id } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.task('vinsolutions-portal');
      await dealersWorkflow(service, 'D-1702').terminate('by mistake');
      await dealer.withdraw('came back', { of: id });
      await dealer.task('vinsolutions-portal', 'closed');
      await dealer.done('reinstate', { done: true });
      await isClosed(service, id);
    },
  },
  {
    name: 'dealer-and-its-integration-terminated',
    records: ['cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1101');
      const { id } = await dealer.cancel(['crm/vinsolutions']);
      const task = await dealer.task('vinsolutions-portal');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealersWorkflow(service, 'D-1101').terminate('by mistake');
      await takenOver(service, id);
      await service.client.workflow
        .getHandle(integrationWorkflowId('crm/vinsolutions', 'D-1101'))
        .terminate('by mistake');
      await isClosed(service, id);
    },
  },
  {
    name: 'dealer-requested-again-waits-for-two-reinstatements',
    records: ['cancelDealer', 'reinstate'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1204');
      const earlier: string[] = [];
      for (let n = 0; n < 2; n += 1) {
        const { id, ended } = await dealer.cancel(['crm/elead']);
        await ended();
        earlier.push(id);
      }
      for (const of of earlier) await dealer.withdraw('came back', { of });
      const withdrawn = await dealer.cancel(['crm/elead']);
      await integrationIs(dealer, withdrawn.id, 'crm/elead', 'waiting');
      await dealer.withdraw('stays after all', { of: withdrawn.id });
      await integrationIs(dealer, withdrawn.id, 'crm/elead', 'withdrawn');
      const { id, ended } = await dealer.cancel(['crm/elead']);
      await integrationIs(dealer, id, 'crm/elead', 'waiting');
      for (const done of [1, 2]) {
        await dealer.done('reinstate', { done: true });
        await eventually(async () => {
          const states = await Promise.all(earlier.map((one) => dealer.progress(one, 'crm/elead')));
          return states.filter((progress) => progress?.state === 'withdrawn').length === done;
        });
      }
      await ended();
    },
  },
  {
    name: 'dealer-terminated-during-a-reinstatement',
    records: ['cancelDealer', 'reinstate'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1204');
      const earlier = await dealer.cancel(['crm/elead']);
      await earlier.ended();
      await dealer.withdraw('came back', { of: earlier.id });
      await dealer.task('reinstate');
      await dealersWorkflow(service, 'D-1204').terminate('by mistake');
      const { id, ended } = await dealer.cancel(['crm/elead']);
      await integrationIs(dealer, id, 'crm/elead', 'waiting');
      await dealer.done('reinstate', { done: true });
      await ended();
      await isClosed(service, earlier.id);
    },
  },
  {
    name: 'dealer-reset-to-its-first-step',
    records: ['cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1203');
      const { id } = await dealer.cancel(['crm/elead', 'dms/dealervault']);
      await integrationIs(dealer, id, 'crm/elead', 'ended');
      await dealer.task('dealervault-sales');
      const handle = dealersWorkflow(service, 'D-1203');
      await eventually(
        async () => (await handle.query<Record<string, string>>('integrations'))['crm/elead'] === 'ended',
      );
      const { runId } = await handle.describe();
      const { events } = await handle.fetchHistory();
      const completed = proto.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
      await service.client.connection.workflowService.resetWorkflowExecution({
        namespace: service.namespace,
        workflowExecution: { workflowId: handle.workflowId, runId },
        reason: 'recording',
        requestId: `${runId}/reset`,
        workflowTaskFinishEventId: events!.find(({ eventType }) => eventType === completed)!.eventId,
      });
      for (const feed of ['sales', 'service']) await dealer.done(`dealervault-${feed}`, { deactivated: true });
      await isClosed(service, id);
    },
  },
];
