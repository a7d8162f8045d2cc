import { cancellationWorkflowId, integrationWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import type { IntegrationName } from '../../../domain/shared/vendors.ts';
import { reportArrival } from '../../support/dataArrivals.ts';
import { dealerOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestService } from '../../support/service.ts';
import { integrationIs, openTask, type Scenario, setStatus, stepIs } from '../scenario.ts';

async function continueAsNew(service: TestService, workflowId: string): Promise<void> {
  const handle = service.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  await handle.signal('continueAsNew');
  await eventually(async () => (await handle.describe()).runId !== runId);
}

/** The integration's workflow, and then its dealer's. */
async function continueBoth(service: TestService, integration: IntegrationName, account: string): Promise<void> {
  await continueAsNew(service, integrationWorkflowId(integration, account));
  await continueAsNew(service, cancellationWorkflowId(account));
}

const events = ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW'];

/** Workflows that continue as new while they wait. */
export const newRunScenarios: Scenario[] = [
  {
    name: 'new-runs-while-a-form-is-claimed',
    records: ['cancelDealerSocket', 'cancelDealer'],
    events,
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await continueBoth(service, 'crm/dealersocket', 'D-1003');
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
      await ended();
    },
  },
  {
    name: 'new-runs-while-a-removal-waits-for-a-person',
    records: ['cancelVinSolutions', 'cancelDealer'],
    events,
    withoutCst: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.task('vinsolutions-portal');
      const list = await openTask(service, 'vin-event-stream');
      await continueBoth(service, 'crm/vinsolutions', 'D-1103');
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      await continueAsNew(service, integrationWorkflowId('crm/vinsolutions', 'D-1103'));
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await dealer.say(list, 'completeTask', {
        by: 'olivia',
        answers: { succeeded: true, failedDealerIds: '555203' },
      });
      await dealer.task('vin-event-stream-failed');
      await continueAsNew(service, integrationWorkflowId('crm/vinsolutions', 'D-1103'));
      await dealer.done('vin-event-stream-failed', { outcome: 'removed' });
      await ended();
    },
  },
  {
    name: 'new-runs-while-a-mail-is-unknown',
    records: ['cancelElead'],
    events,
    async play(service) {
      service.sandbox.faults.smtp.next = ['cut-lost'];
      const dealer = dealerOf(service, 'D-1204');
      const { ended } = await dealer.cancel(['crm/elead']);
      await dealer.task('elead-mail-unknown');
      await continueAsNew(service, integrationWorkflowId('crm/elead', 'D-1204'));
      await dealer.done('elead-mail-unknown', { outcome: 'send_again' });
      await ended();
    },
  },
  {
    name: 'new-runs-at-the-gate-and-behind-it',
    records: ['cancelDealerVault', 'cancelDealer'],
    events,
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1502');
      const { id, ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
      await stepIs(dealer, id, 'dms/dealervault', 'waiting', 'gate');
      await service.skipDays(2);
      await continueBoth(service, 'dms/dealervault', 'D-1502');
      setStatus(service, 'P-400', 'Cancelled');
      await service.skipDays(2);
      await dealer.task('dealervault-sales');
      await dealer.done('dealervault-service', { deactivated: true });
      await continueAsNew(service, integrationWorkflowId('dms/dealervault', 'D-1502'));
      await service.skipDays(2);
      await dealer.done('dealervault-sales', { deactivated: true });
      await ended();
    },
  },
  {
    name: 'new-runs-of-a-cdk-case-and-its-clean-up',
    records: ['cancelCdk'],
    events,
    async play(service) {
      service.sandbox.faults.cst.readOnly = true;
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      await dealer.task('cdk-case');
      await continueAsNew(service, integrationWorkflowId('dms/cdk', 'D-1402'));
      await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
      await dealer.task('cdk-clean-up');
      await continueAsNew(service, integrationWorkflowId('dms/cdk', 'D-1402'));
      service.sandbox.state.dmsProviders.delete('D-1402');
      await dealer.done('cdk-clean-up', { removed: true });
      await ended();
    },
  },
  {
    name: 'new-runs-while-a-status-is-unclear',
    records: ['cancelReynoldsDirect'],
    events,
    async play(service) {
      const dealer = dealerOf(service, 'D-1603');
      const { ended } = await dealer.cancel(['dms/reynolds']);
      await dealer.task('gate-status');
      await continueAsNew(service, integrationWorkflowId('dms/reynolds', 'D-1603'));
      await dealer.done('gate-status', { decision: 'active' });
      await ended();
    },
  },
  {
    name: 'new-runs-while-a-person-reinstates',
    records: ['cancelVinSolutions', 'reinstate', 'cancelDealer'],
    events,
    async play(service) {
      const dealer = dealerOf(service, 'D-1104');
      const { id } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.task('vinsolutions-portal');
      await stepIs(dealer, id, 'crm/vinsolutions', 'done');
      await dealer.withdraw();
      await dealer.task('reinstate');
      await continueBoth(service, 'crm/vinsolutions', 'D-1104');
      await dealer.done('reinstate', { done: true });
      await integrationIs(dealer, id, 'crm/vinsolutions', 'withdrawn');

      const late = dealerOf(service, 'D-1201');
      const first = await late.cancel(['crm/elead']);
      await first.ended();
      await late.withdraw('came back', { of: first.id });
      const { workflowId } = await late.task('reinstate');
      await continueAsNew(service, workflowId);
      await continueAsNew(service, cancellationWorkflowId('D-1201'));
      await late.done('reinstate', { done: true });
      await integrationIs(late, first.id, 'crm/elead', 'withdrawn');
    },
  },
  {
    name: 'new-runs-of-a-task-about-data-after-the-end',
    records: ['resolveDataAfterEnd'],
    events,
    dataAfterEndGraceDays: 0,
    async play(service) {
      const dealer = dealerOf(service, 'D-1201');
      const { ended } = await dealer.cancel(['crm/elead']);
      await ended();
      await reportArrival(service, { account: 'D-1201', integration: 'crm/elead', name: 'a.csv' });
      const task = await dealer.task('data-after-end');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await continueAsNew(service, task.workflowId);
      const answers = { outcome: 'ended_now', action: 'closed' };
      await dealer.say(task, 'completeTask', { by: 'olivia', answers });
      await service.client.workflow.getHandle(task.workflowId).result();
    },
  },
];
