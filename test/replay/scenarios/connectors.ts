import { createHash } from 'node:crypto';
import { dataReportWorkflow } from '../../../domain/cancellations/workflowStarts.ts';
import { dealerOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import { type Scenario, stepIs } from '../scenario.ts';

const today = () => new Date().toISOString().slice(0, 10);
const ticket = { ticketNumber: 'T-1', done: true };

/** The optional connectors, and what replaces them. */
export const connectorScenarios: Scenario[] = [
  {
    name: 'vinsolutions-event-service-ends-the-events',
    records: ['cancelVinSolutions'],
    connectors: ['vinSolutionsEvents'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.done('vinsolutions-portal', ticket);
      await ended();
    },
  },
  {
    name: 'vinsolutions-event-service-refuses',
    records: ['cancelVinSolutions'],
    connectors: ['vinSolutionsEvents'],
    async play(service) {
      service.sandbox.faults.vinSolutions.next = [{ on: 'updateSubscription', status: 403 }];
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.done('vinsolutions-portal', ticket);
      await ended();
    },
  },
  {
    name: 'vinsolutions-event-service-restores-the-events',
    records: ['cancelVinSolutions'],
    connectors: ['vinSolutionsEvents'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
      await stepIs(dealer, id, 'crm/vinsolutions', 'done');
      await dealer.withdraw();
      await ended();
    },
  },
  {
    name: 'vinsolutions-event-service-cannot-restore-the-events',
    records: ['cancelVinSolutions'],
    connectors: ['vinSolutionsEvents'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
      await stepIs(dealer, id, 'crm/vinsolutions', 'done');
      service.sandbox.faults.vinSolutions.next = [{ on: 'updateSubscription', status: 403 }];
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'cdk-termination-shown-by-fortellis',
    records: ['cancelCdk'],
    connectors: ['fortellis'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1404');
      const { ended } = await dealer.cancel(['dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-1' });
      await dealer.task('cdk-termination');
      Object.assign(service.sandbox.state.appSubscriptions[0]!, { status: 'inactive', deactivationDate: today() });
      await service.env!.sleep('65 minutes');
      await ended();
    },
  },
  {
    name: 'cdk-termination-confirmed-by-a-person',
    records: ['cancelCdk'],
    connectors: ['fortellis'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1404');
      const { ended } = await dealer.cancel(['dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-1' });
      await dealer.done('cdk-termination', { terminated: true });
      await ended();
    },
  },
  {
    name: 'cdk-termination-fortellis-refuses',
    records: ['cancelCdk'],
    connectors: ['fortellis'],
    async play(service) {
      service.sandbox.faults.fortellis.next = [{ on: 'subscriptions', status: 403 }];
      const dealer = dealerOf(service, 'D-1404');
      const { ended } = await dealer.cancel(['dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
      await ended();
    },
  },
  {
    name: 'data-after-the-end',
    records: ['reportDataAfterEnd', 'resolveDataAfterEnd'],
    dataAfterEndGraceDays: 0,
    async play(service) {
      const dealer = dealerOf(service, 'D-1201');
      const { ended } = await dealer.cancel(['crm/elead'], { dealerIds: { 'crm/elead': '555301' } });
      await ended();
      const arrival = {
        ...{ integration: 'crm/elead' as const, dealerId: '555301', kind: 'file' as const, by: 'key:test' },
        keyHash: createHash('sha256').update('a.csv').digest('hex'),
        receivedAt: new Date().toISOString(),
      };
      await service.client.workflow.execute('reportDataAfterEnd', dataReportWorkflow(arrival));
      const { workflowId } = await dealer.done('data-after-end', { outcome: 'ended_now', action: 'closed' });
      await eventually(async () => {
        const { status } = await service.client.workflow.getHandle(workflowId).describe();
        return status.name === 'COMPLETED';
      });
    },
  },
];
