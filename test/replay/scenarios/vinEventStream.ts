import { vinEventStreamWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import { loseFirstReply } from '../../support/lostReply.ts';
import type { TestService } from '../../support/service.ts';
import { openTask, type Scenario, setStatus, stepIs } from '../scenario.ts';

const processName = 'Remove from Vin Event Stream';
const remover = (service: TestService) => service.client.workflow.getHandle(vinEventStreamWorkflowId);
const removals = (service: TestService) => remover(service).query<{ waiting: string[]; running: string[] }>('removals');
const openRemovals = (service: TestService, count: number) =>
  eventually(async () => {
    const { waiting, running } = await removals(service);
    return waiting.length + running.length === count;
  });
const removedIds = (service: TestService) =>
  service.sandbox.state.runs.flatMap((run) => run.results.map(({ dealerId }) => dealerId));

async function newRun(service: TestService): Promise<void> {
  const { runId } = await remover(service).describe();
  await remover(service).signal('continueAsNew');
  await eventually(async () => (await remover(service).describe()).runId !== runId);
}

/** The requests to be removed, and the one workflow that removes. */
export const vinEventStreamScenarios: Scenario[] = [
  {
    name: 'removal-withdrawn-before-the-run',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    async play(service) {
      const { faults } = service.sandbox;
      const [inRun, waits] = ['D-1103', 'D-1104'].map((account) => dealerOf(service, account));
      faults.cst.runMs = 4_000;
      const first = await inRun!.cancel(['crm/vinsolutions']);
      await eventually(async () => removedIds(service).includes('555203'));
      const second = await waits!.cancel(['crm/vinsolutions']);
      await eventually(async () => (await removals(service)).waiting.includes('555204'));
      await waits!.withdraw();
      await second.ended();
      await inRun!.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      await first.ended();
    },
  },
  {
    name: 'removal-withdrawn-during-the-run',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    async play(service) {
      service.sandbox.faults.cst.runMs = 3_000;
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await eventually(async () => removedIds(service).includes('555203'));
      await dealer.withdraw();
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'removal-withdrawn-before-it-was-requested',
    records: ['cancelVinSolutions'],
    async play(service) {
      const { faults } = service.sandbox;
      faults.cst.errors = 1_000_000;
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await eventually(async () => faults.cst.errors < 1_000_000);
      await dealer.withdraw();
      await ended();
    },
  },
  {
    name: 'removal-sent-again-after-a-lost-reply',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    async play(service) {
      service.sandbox.faults.cst.runMs = 0;
      const dealer = dealerOf(service, 'D-1105');
      const replies = loseFirstReply(service, () => eventually(async () => removedIds(service).includes('555205')));
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-2', done: true });
      await ended();
      replies.restore();
    },
  },
  {
    name: 'removals-by-a-person-with-one-failure',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    withoutCst: true,
    async play(service) {
      const [first, second, third] = ['D-1101', 'D-1103', 'D-1104'].map((account) => dealerOf(service, account));
      const started = [await first!.cancel(['crm/vinsolutions'])];
      const list = await openTask(service, 'vin-event-stream');
      started.push(await second!.cancel(['crm/vinsolutions']), await third!.cancel(['crm/vinsolutions']));
      await openRemovals(service, 3);
      await first!.say(list, 'claimTask', { by: 'olivia' });
      await first!.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      const next = await openTask(service, 'vin-event-stream', [list]);
      await first!.say(next, 'claimTask', { by: 'olivia' });
      const answers = { succeeded: true, failedDealerIds: '555203' };
      await first!.say(next, 'completeTask', { by: 'olivia', answers });
      await second!.done('vin-event-stream-failed', { outcome: 'removed' });
      for (const dealer of [first!, second!, third!])
        await dealer.done('vinsolutions-portal', { ticketNumber: 'T-3', done: true });
      for (const { ended } of started) await ended();
    },
  },
  {
    name: 'removal-withdrawn-from-an-unclaimed-list',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    withoutCst: true,
    async play(service) {
      const [first, stays, leaves] = ['D-1101', 'D-1103', 'D-1105'].map((account) => dealerOf(service, account));
      const firstEnd = await first!.cancel(['crm/vinsolutions']);
      const list = await openTask(service, 'vin-event-stream');
      const staysEnd = await stays!.cancel(['crm/vinsolutions']);
      const leavesEnd = await leaves!.cancel(['crm/vinsolutions']);
      await openRemovals(service, 3);
      await first!.say(list, 'claimTask', { by: 'olivia' });
      await first!.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      const both = await openTask(service, 'vin-event-stream', [list]);
      await stays!.withdraw();
      await staysEnd.ended();
      const rest = await openTask(service, 'vin-event-stream', [list, both]);
      await leaves!.say(rest, 'closeNotCompleted', { by: 'lena', reason: 'not needed' });
      await leaves!.done('vin-event-stream-failed', { outcome: 'removed' });
      for (const dealer of [first!, leaves!])
        await dealer.done('vinsolutions-portal', { ticketNumber: 'T-4', done: true });
      await firstEnd.ended();
      await leavesEnd.ended();
    },
  },
  {
    name: 'removal-withdrawn-from-a-claimed-list',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    withoutCst: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1702');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const list = await openTask(service, 'vin-event-stream');
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await dealer.withdraw();
      await dealer.task('vinsolutions-portal', 'closed');
      await dealer.say(list, 'releaseTask', { by: 'olivia' });
      await dealer.done('reinstate', { done: true });
      await ended();
    },
  },
  {
    name: 'removals-by-a-person-for-two-weeks-over-several-runs',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    events: ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
    withoutCst: true,
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const list = await openTask(service, 'vin-event-stream');
      await service.skipDays(5);
      await newRun(service);
      await service.skipDays(5);
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await newRun(service);
      await service.skipDays(4);
      await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-5', done: true });
      await ended();
      await newRun(service);
    },
  },
  {
    name: 'removals-cst-down-for-days',
    records: ['removeFromVinEventStream', 'cancelVinSolutions'],
    timeSkipping: true,
    async play(service) {
      const { faults } = service.sandbox;
      const dealer = dealerOf(service, 'D-1103');
      faults.cst.runMs = 0;
      const replies = loseFirstReply(service, async () => {
        // The request is known, and from now on CST does not answer.
        faults.cst.errors = 1_000_000;
      });
      faults.cst.slowMs = 1_000;
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      await eventually(async () => replies.sent() > 0);
      faults.cst.slowMs = 0;
      await service.skipDays(2);
      faults.cst.errors = 0;
      await service.env!.sleep('65 minutes');
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-6', done: true });
      await ended();
      replies.restore();
    },
  },
  {
    name: 'removals-cst-refuses-the-run',
    records: ['removeFromVinEventStream'],
    async play(service) {
      service.sandbox.faults.cst.readOnly = true;
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const list = await openTask(service, 'vin-event-stream');
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-7', done: true });
      await ended();
    },
  },
  {
    name: 'removals-parameters-unusable',
    records: ['removeFromVinEventStream'],
    async play(service) {
      const { parameters } = service.sandbox.state;
      parameters.set(processName, `${parameters.get(processName)}DealerIds: 1\nDealerIds: 2\n`);
      const dealer = dealerOf(service, 'D-1101');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const list = await openTask(service, 'vin-event-stream');
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-8', done: true });
      await ended();
    },
  },
  {
    name: 'removals-terminated-and-run-again',
    records: ['removeFromVinEventStream', 'cancelVinSolutions', 'sendNotice'],
    withoutCst: true,
    async play(service) {
      const [listed, leaves] = ['D-1101', 'D-1104'].map((account) => dealerOf(service, account));
      const started = [await listed!.cancel(['crm/vinsolutions'])];
      const list = await openTask(service, 'vin-event-stream');
      started.push(await leaves!.cancel(['crm/vinsolutions']));
      await openRemovals(service, 2);
      await listed!.say(list, 'claimTask', { by: 'olivia' });
      await eventually(
        async () => (await listed!.progress(started[0]!.id, 'crm/vinsolutions'))?.steps[0]?.waitingOn === 'olivia',
      );
      await remover(service).terminate('by mistake');
      await leaves!.withdraw();
      await started[1]!.ended();
      const again = await eventually(() => openTask(service, 'vin-event-stream', [list]), { within: 120_000 });
      await listed!.say(again, 'claimTask', { by: 'olivia' });
      await listed!.say(again, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      await listed!.done('vinsolutions-portal', { ticketNumber: 'T-9', done: true });
      await started[0]!.ended();
    },
  },
  {
    name: 'removal-done-while-the-gate-of-the-dms-closes',
    records: ['cancelDealer'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1101');
      const { id, ended } = await dealer.cancel(['crm/vinsolutions', 'dms/cdk']);
      await dealer.task('cdk-case');
      await stepIs(dealer, id, 'crm/vinsolutions', 'done');
      setStatus(service, 'P-100', 'Active');
      const task = await dealer.task('cdk-case');
      await dealer.say(task, 'claimTask', { by: 'olivia' }).catch(() => {});
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-10', done: true });
      await ended();
    },
  },
];
