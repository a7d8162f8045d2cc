import { dealerOf, refusalOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import { openTask, type Scenario, setStatus, stepIs } from '../scenario.ts';

/** The DMS gate: every answer, every decision of a person, and the checks while a task waits. */
export const gateScenarios: Scenario[] = [
  {
    name: 'gate-waits-until-the-account-is-inactive',
    records: ['cancelDealerVault', 'cancelDealer'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1502');
      const { id, ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
      await stepIs(dealer, id, 'dms/dealervault', 'waiting', 'gate');
      await service.skipDays(3);
      setStatus(service, 'P-400', 'Cancelled');
      await service.skipDays(2);
      await dealer.done('dealervault-sales', { deactivated: true });
      await dealer.done('dealervault-service', { deactivated: true });
      await ended();
    },
  },
  {
    name: 'gate-withdrawn-while-it-waits',
    records: ['cancelDealerVault'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1502');
      const { id, ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
      await stepIs(dealer, id, 'dms/dealervault', 'waiting', 'gate');
      await service.skipDays(2);
      await dealer.withdraw();
      await ended();
    },
  },
  {
    name: 'gate-person-decides-active',
    records: ['cancelReynoldsDirect'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1603');
      const { ended } = await dealer.cancel(['dms/reynolds']);
      await dealer.done('gate-status', { decision: 'active' });
      await ended();
    },
  },
  {
    name: 'gate-person-decides-to-look-again',
    records: ['cancelReynoldsDirect'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1603');
      const { ended } = await dealer.cancel(['dms/reynolds']);
      const first = await dealer.done('gate-status', { decision: 'look_again' });
      const again = await openTask(service, 'gate-status', [first]);
      await dealer.say(again, 'claimTask', { by: 'olivia' });
      setStatus(service, 'D-1603', 'Cancelled');
      await dealer.say(again, 'completeTask', { by: 'olivia', answers: { decision: 'look_again' } });
      await ended();
    },
  },
  {
    name: 'gate-status-task-not-completed',
    records: ['cancelDealerVault'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1501');
      setStatus(service, 'P-100', 'Unknown');
      const { ended } = await dealer.cancel(['dms/dealervault']);
      const task = await dealer.task('gate-status');
      await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'nobody knows' });
      await ended();
    },
  },
  {
    name: 'gate-status-corrected-before-a-daily-check',
    records: ['cancelCdk'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1401');
      setStatus(service, 'P-200', 'TBD');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const first = await dealer.task('gate-status');
      setStatus(service, 'P-200', 'to be decided');
      await service.skipDays(1);
      await openTask(service, 'gate-status', [first]);
      setStatus(service, 'P-200', 'Terminated');
      await service.skipDays(1);
      await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
      await ended();
    },
  },
  {
    name: 'gate-person-decides-active-and-it-waits',
    records: ['cancelDealerVault'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1502');
      setStatus(service, 'P-400', 'VIP');
      const { id, ended } = await dealer.cancel(['dms/dealervault'], { whenActive: 'wait' });
      const first = await dealer.done('gate-status', { decision: 'active' });
      await stepIs(dealer, id, 'dms/dealervault', 'waiting', 'gate');
      await service.skipDays(3);
      setStatus(service, 'P-400', 'Leaving');
      await service.skipDays(1);
      await openTask(service, 'gate-status', [first]);
      setStatus(service, 'P-400', 'Cancelled');
      await service.skipDays(1);
      await dealer.task('dealervault-sales');
      await dealer.withdraw();
      await ended();
    },
  },
  {
    name: 'gate-closes-when-a-task-is-claimed',
    records: ['cancelDealerVault'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1501');
      const { ended } = await dealer.cancel(['dms/dealervault']);
      const sales = await dealer.task('dealervault-sales');
      await dealer.task('dealervault-service');
      setStatus(service, 'P-100', 'Active');
      await refusalOf(dealer.say(sales, 'claimTask', { by: 'olivia' }));
      await ended();
    },
  },
  {
    name: 'gate-status-not-understood-when-a-task-is-claimed',
    records: ['cancelCdk'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      setStatus(service, 'D-1402', '#N/A');
      await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }));
      await dealer.done('gate-status', { decision: 'active' }, 'oscar');
      await ended();
    },
  },
  {
    name: 'gate-closes-at-a-daily-check-of-a-claimed-task',
    records: ['cancelCdk'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await service.skipDays(2);
      setStatus(service, 'D-1402', 'Active');
      await service.skipDays(1);
      await dealer.task('cdk-case', 'closed');
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'gate-cst-down-for-days',
    records: ['cancelCdk', 'sendNotice'],
    timeSkipping: true,
    async play(service) {
      const { faults } = service.sandbox;
      faults.cst.errors = 1_000_000;
      const dealer = dealerOf(service, 'D-1402');
      const { id, ended } = await dealer.cancel(['dms/cdk']);
      await stepIs(dealer, id, 'dms/cdk', 'running', 'gate');
      await service.skipDays(3);
      faults.cst.errors = 0;
      await service.env!.sleep('65 minutes');
      await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
      await ended();
    },
  },
  {
    name: 'gate-cst-down-for-days-while-a-task-is-open',
    records: ['cancelDealerVault'],
    timeSkipping: true,
    async play(service) {
      const { faults } = service.sandbox;
      const dealer = dealerOf(service, 'D-1503');
      const { ended } = await dealer.cancel(['dms/dealervault']);
      await dealer.task('dealervault-sales');
      await dealer.task('dealervault-service');
      faults.cst.errors = 1_000_000;
      await service.skipDays(3);
      faults.cst.errors = 0;
      await service.env!.sleep('65 minutes');
      await dealer.done('dealervault-sales', { deactivated: true });
      await dealer.done('dealervault-service', { deactivated: true });
      await ended();
    },
  },
  {
    name: 'gate-cst-down-when-a-task-is-claimed',
    records: ['cancelCdk'],
    async play(service) {
      const { faults } = service.sandbox;
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      faults.cst.errors = 1_000_000;
      await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }));
      faults.cst.errors = 0;
      await eventually(() => dealer.say(task, 'claimTask', { by: 'olivia' }).then(() => true));
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-5', terminated: true } });
      await ended();
    },
  },
];
