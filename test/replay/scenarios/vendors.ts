import { dealerOf } from '../../support/dealer.ts';
import { integrationIs, openTask, type Scenario, setStatus, stepIs } from '../scenario.ts';

/** Every branch of the vendors' procedures. */
export const vendorScenarios: Scenario[] = [
  {
    name: 'reynolds-crm-and-direct',
    records: ['cancelReynoldsCrm', 'cancelReynoldsDirect', 'cancelDealer'],
    async play(service) {
      const { ended } = await dealerOf(service, 'D-1301').cancel(['crm/reynolds', 'dms/reynolds']);
      await ended();
    },
  },
  {
    name: 'dealersocket-form-submitted',
    records: ['cancelDealerSocket'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1002');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      await dealer.done('dealersocket-form', { submitted: true });
      await ended();
    },
  },
  {
    name: 'elead-mail-accepted',
    records: ['cancelElead', 'cancelDealer'],
    async play(service) {
      const { ended } = await dealerOf(service, 'D-1201').cancel(['crm/elead']);
      await ended();
    },
  },
  {
    name: 'elead-mail-refused-then-sent-manually',
    records: ['cancelElead'],
    async play(service) {
      service.sandbox.faults.smtp.next = ['550'];
      const dealer = dealerOf(service, 'D-1202');
      const { ended } = await dealer.cancel(['crm/elead']);
      await dealer.done('elead-manual-mail', { sent: true });
      await ended();
    },
  },
  {
    name: 'elead-mail-unknown-and-it-had-arrived',
    records: ['cancelElead'],
    async play(service) {
      service.sandbox.faults.smtp.next = ['cut-kept'];
      const dealer = dealerOf(service, 'D-1203');
      const { ended } = await dealer.cancel(['crm/elead']);
      await dealer.done('elead-mail-unknown', { outcome: 'accepted' });
      await ended();
    },
  },
  {
    name: 'elead-mail-unknown-and-sent-again',
    records: ['cancelElead'],
    async play(service) {
      service.sandbox.faults.smtp.next = ['cut-lost'];
      const dealer = dealerOf(service, 'D-1204');
      const { ended } = await dealer.cancel(['crm/elead']);
      await dealer.done('elead-mail-unknown', { outcome: 'send_again' });
      await ended();
    },
  },
  {
    name: 'elead-mail-unknown-and-not-completed',
    records: ['cancelElead'],
    async play(service) {
      service.sandbox.faults.smtp.next = ['cut-lost'];
      const dealer = dealerOf(service, 'D-1204');
      const { ended } = await dealer.cancel(['crm/elead']);
      const task = await dealer.task('elead-mail-unknown');
      await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'nobody knows' });
      await ended();
    },
  },
  {
    name: 'vinsolutions-both-parts',
    records: ['cancelVinSolutions', 'removeFromVinEventStream'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      await ended();
    },
  },
  ...(['retry', 'removed'] as const).map(
    (outcome): Scenario => ({
      name: `vinsolutions-removal-failed-then-${outcome}`,
      records: ['cancelVinSolutions', 'removeFromVinEventStream'],
      async play(service) {
        service.sandbox.faults.cst.failingDealerIds = ['555204'];
        const dealer = dealerOf(service, 'D-1104');
        const { ended } = await dealer.cancel(['crm/vinsolutions']);
        const failed = await dealer.task('vin-event-stream-failed');
        service.sandbox.faults.cst.failingDealerIds = [];
        await dealer.done(failed.kind, { outcome });
        await dealer.done('vinsolutions-portal', { ticketNumber: 'T-2', done: true });
        await ended();
      },
    }),
  ),
  {
    name: 'vinsolutions-removal-failed-and-not-completed',
    records: ['cancelVinSolutions'],
    async play(service) {
      service.sandbox.faults.cst.failingDealerIds = ['555204'];
      const dealer = dealerOf(service, 'D-1104');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const failed = await dealer.task('vin-event-stream-failed');
      await dealer.say(failed, 'closeNotCompleted', { by: 'lena', reason: 'not subscribed' });
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-3', done: true });
      await ended();
    },
  },
  {
    name: 'cdk-blocked-by-the-gate',
    records: ['cancelCdk'],
    async play(service) {
      const { ended } = await dealerOf(service, 'D-1401').cancel(['dms/cdk']);
      await ended();
    },
  },
  {
    name: 'cdk-case-not-completed',
    records: ['cancelCdk'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'CDK has ended it itself' });
      await ended();
    },
  },
  {
    name: 'cdk-cst-removes-the-provider',
    records: ['cancelCdk', 'cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-1', terminated: true });
      await ended();
    },
  },
  {
    name: 'cdk-person-removes-the-provider-at-the-second-try',
    records: ['cancelCdk'],
    async play(service) {
      const { faults, state } = service.sandbox;
      faults.cst.readOnly = true;
      const dealer = dealerOf(service, 'D-1402');
      const { id, ended } = await dealer.cancel(['dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-2', terminated: true });
      const first = await dealer.done('cdk-clean-up', { removed: true });
      const second = await openTask(service, 'cdk-clean-up', [first]);
      await stepIs(dealer, id, 'dms/cdk', 'waiting', 'cdk-clean-up');
      state.dmsProviders.delete('D-1402');
      await dealer.done(second.kind, { removed: true });
      await ended();
    },
  },
  {
    name: 'cdk-person-removes-the-provider-without-cst',
    records: ['cancelCdk'],
    withoutCst: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1402');
      const { ended } = await dealer.cancel(['dms/cdk']);
      await dealer.done('cdk-case', { caseNumber: 'C-3', terminated: true });
      await dealer.done('cdk-clean-up', { removed: true });
      await ended();
    },
  },
  {
    name: 'cdk-gate-closes-before-the-clean-up',
    records: ['cancelCdk'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1703');
      const { ended } = await dealer.cancel(['dms/cdk']);
      const task = await dealer.task('cdk-case');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      setStatus(service, 'D-1703', 'Active');
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { caseNumber: 'C-4', terminated: true } });
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'dealervault-both-feeds',
    records: ['cancelDealerVault'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1501');
      const { ended } = await dealer.cancel(['dms/dealervault']);
      await dealer.done('dealervault-service', { deactivated: true });
      await dealer.done('dealervault-sales', { deactivated: true });
      await ended();
    },
  },
  {
    name: 'dealervault-one-feed-not-completed',
    records: ['cancelDealerVault'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1004');
      const { id, ended } = await dealer.cancel(['dms/dealervault']);
      const sales = await dealer.task('dealervault-sales');
      await dealer.say(sales, 'claimTask', { by: 'olivia' });
      await dealer.say(sales, 'escalate', { by: 'olivia', reason: 'no login' });
      await dealer.say(sales, 'closeNotCompleted', { by: 'lena', reason: 'ended by the vendor' });
      await dealer.done('dealervault-service', { deactivated: true });
      await ended();
      await integrationIs(dealer, id, 'dms/dealervault', 'not_completed');
    },
  },
];
