import { cancellationWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import { integrationIs, type Scenario, stepIs } from '../scenario.ts';

/** The customer stays: early, late, in part, and while something outside is in progress. */
export const withdrawalScenarios: Scenario[] = [
  {
    name: 'withdrawn-before-anything-was-done',
    records: ['cancelDealerSocket', 'cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      await dealer.task('dealersocket-form');
      await dealer.withdraw();
      await ended();
    },
  },
  {
    name: 'withdrawn-when-one-part-is-done',
    records: ['cancelVinSolutions', 'cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1104');
      const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.task('vinsolutions-portal');
      await stepIs(dealer, id, 'crm/vinsolutions', 'done');
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'withdrawn-while-a-task-is-claimed',
    records: ['cancelCdk'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'withdrawn-while-the-mail-waits-for-the-server',
    records: ['cancelElead'],
    async play(service) {
      const { faults } = service.sandbox;
      faults.smtp.next = Array(500).fill('451');
      const dealer = dealerOf(service, 'D-1201');
      const { ended } = await dealer.cancel(['crm/elead']);
      await eventually(async () => faults.smtp.next.length < 500);
      await dealer.withdraw();
      await ended();
    },
  },
  {
    name: 'withdrawn-while-the-mail-is-handed-over',
    records: ['cancelElead'],
    async play(service) {
      const { faults } = service.sandbox;
      faults.smtp.next = [{ at: 'message', afterMs: 3_000 }];
      const dealer = dealerOf(service, 'D-1201');
      const { ended } = await dealer.cancel(['crm/elead']);
      await eventually(async () => faults.smtp.next.length === 0);
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'withdrawn-while-nobody-knows-whether-the-mail-left',
    records: ['cancelElead'],
    async play(service) {
      service.sandbox.faults.smtp.next = ['cut-lost'];
      const dealer = dealerOf(service, 'D-1204');
      const { ended } = await dealer.cancel(['crm/elead']);
      await dealer.task('elead-mail-unknown');
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'withdrawn-during-the-clean-up-in-cst',
    records: ['cancelCdk'],
    async play(service) {
      const { faults } = service.sandbox;
      const dealer = dealerOf(service, 'D-1402');
      const { id, ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      faults.cst.errors = 1_000_000;
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-1', terminated: true } });
      await stepIs(dealer, id, 'dms/cdk', 'running', 'cdk-clean-up');
      await eventually(async () => faults.cst.errors < 999_998);
      await dealer.withdraw();
      faults.cst.errors = 0;
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'withdrawn-late-in-a-workflow-of-its-own',
    records: ['reinstate', 'cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1204');
      const { id, ended } = await dealer.cancel(['crm/elead']);
      await ended();
      await dealer.withdraw('came back', { of: id });
      await dealer.done('reinstate', { done: true });
      await integrationIs(dealer, id, 'crm/elead', 'withdrawn');
      await service.client.workflow.getHandle(cancellationWorkflowId('D-1204')).result();
    },
  },
  {
    name: 'withdrawn-late-while-the-dealer-has-others-in-progress',
    records: ['reinstate', 'cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1503');
      const { id, ended } = await dealer.cancel(['dms/dealervault', 'crm/elead']);
      await integrationIs(dealer, id, 'crm/elead', 'ended');
      await dealer.task('dealervault-sales');
      await dealer.task('dealervault-service');
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'withdrawn-in-part-then-all',
    records: ['cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1703');
      const { ended } = await dealer.cancel(['dms/cdk', 'crm/dealersocket']);
      await dealer.task('cdk-case');
      await dealer.task('dealersocket-form');
      await dealer.withdraw('keeps its DMS', { integrations: ['dms/cdk'] });
      await dealer.task('cdk-case', 'closed');
      await dealer.withdraw('keeps all');
      await dealer.withdraw('keeps all, clicked twice');
      await ended();
    },
  },
  {
    name: 'withdrawn-and-requested-again-during-the-reinstatement',
    records: ['cancelDealer', 'cancelElead', 'reinstate'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1503');
      const { id, ended } = await dealer.cancel(['dms/dealervault', 'crm/elead']);
      await integrationIs(dealer, id, 'crm/elead', 'ended');
      await dealer.withdraw('came back', { integrations: ['crm/elead'] });
      await dealer.task('reinstate');
      await dealer.cancel(['crm/elead']);
      await dealer.done('reinstate', { done: true });
      await eventually(
        async () => service.sandbox.smtp.messages.filter(({ subject }) => subject.includes('555503')).length === 2,
      );
      await dealer.done('dealervault-sales', { deactivated: true });
      await dealer.done('dealervault-service', { deactivated: true });
      await ended();
    },
  },
];
