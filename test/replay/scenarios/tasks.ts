import { eq } from 'drizzle-orm';
import { correctCancellationSteps } from '../../../db/queries/cancellations/corrections.ts';
import { correctTask } from '../../../db/queries/taskCorrections.ts';
import { outbox, tasks } from '../../../db/schema/shared.ts';
import { reinstateWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import { dealerOf, refusalOf } from '../../support/dealer.ts';
import { eventually } from '../../support/eventually.ts';
import { startOver } from '../../support/runs.ts';
import { openTask, type Scenario } from '../scenario.ts';

/** What people, and time, do to a task. */
export const taskScenarios: Scenario[] = [
  {
    name: 'task-escalated-returned-reassigned-released-done',
    records: ['cancelDealerSocket', 'sendNotice'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1703');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'releaseTask', { by: 'olivia' });
      await dealer.say(task, 'claimTask', { by: 'oscar' });
      await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }));
      await refusalOf(dealer.say(task, 'completeTask', { by: 'oscar', answers: {} }));
      await dealer.say(task, 'escalate', { by: 'oscar', reason: 'the page is down' });
      await dealer.say(task, 'returnToTeam', { by: 'lena', note: 'it works again' });
      await dealer.say(task, 'assignTask', { by: 'lena', to: 'olivia', teamLead: true });
      await dealer.say(task, 'assignTask', { by: 'lena', to: 'oscar', teamLead: true });
      await dealer.say(task, 'claimTask', { by: 'oscar' });
      await dealer.say(task, 'completeTask', { by: 'oscar', answers: { submitted: true } });
      await ended();
    },
  },
  {
    name: 'task-escalated-and-closed-without-completing',
    records: ['cancelDealerSocket', 'cancelDealer', 'sendNotice'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'escalate', { by: 'olivia', reason: 'no such dealer there' });
      await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'DealerSocket has ended it itself' });
      await ended();
    },
  },
  {
    name: 'task-reminders-for-two-weeks',
    records: ['cancelDealerSocket'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1003');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await service.skipDays(6);
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await service.skipDays(8);
      await eventually(async () => {
        const mails = await service.db.select().from(outbox).where(eq(outbox.kind, 'reminder'));
        return mails.filter(({ businessKey }) => businessKey.includes(task.id)).length >= 8;
      });
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
      await ended();
    },
  },
  {
    name: 'task-followed-up-changed-taken-back-and-escalated',
    records: ['cancelDealerSocket', 'sendNotice'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1703');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      const followUp = async (by: string, days: number | null) => {
        const now = await service.env!.currentTimeMs();
        const at = days === null ? null : new Date(now + days * 86_400_000).toISOString();
        await dealer.say(task, 'followUpTask', { by, at, note: 'they answer then', teamLead: by === 'lena' });
      };
      const followedUp = (times: number) =>
        eventually(async () => {
          const mails = await service.db.select().from(outbox);
          const ofMorning = ({ businessKey }: { businessKey: string }) =>
            businessKey.startsWith(`reminder/${task.id}/follow-up/`);
          return mails.filter(ofMorning).length >= times;
        });
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'prioritizeTask', { by: 'olivia', priority: 'high', teamLead: false });
      // The same again changes nothing.
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'prioritizeTask', { by: 'olivia', priority: 'high', teamLead: false });
      await followUp('olivia', 10);
      await followUp('olivia', 3);
      await service.skipDays(4);
      await followedUp(1);
      await followUp('olivia', 40);
      await followUp('olivia', null);
      await followUp('olivia', null);
      await followUp('olivia', 20);
      await service.skipDays(2);
      await refusalOf(followUp('oscar', 5));
      await refusalOf(followUp('olivia', 90));
      await dealer.say(task, 'escalate', { by: 'olivia', reason: 'they do not answer' });
      await followUp('lena', 2);
      await service.skipDays(3);
      await dealer.say(task, 'returnToTeam', { by: 'lena', note: 'they answer now' });
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
      await ended();
    },
  },
  {
    name: 'task-row-with-another-priority-written-again',
    records: ['cancelDealerSocket'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1701');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await service.db.update(tasks).set({ priority: 'urgent' }).where(eq(tasks.id, task.id));
      await service.skipDays(4);
      await eventually(async () => (await dealer.task('dealersocket-form')).priority === 'normal');
      await dealer.done('dealersocket-form', { submitted: true });
      await ended();
    },
  },
  {
    name: 'task-row-lost-and-written-again',
    records: ['cancelDealerSocket'],
    timeSkipping: true,
    async play(service) {
      const dealer = dealerOf(service, 'D-1001');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await service.db.delete(tasks).where(eq(tasks.id, task.id));
      await service.skipDays(4);
      await dealer.task('dealersocket-form', 'claimed');
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
      await ended();
    },
  },
  {
    name: 'task-opened-after-days-without-cst',
    records: ['cancelVinSolutions'],
    timeSkipping: true,
    async play(service) {
      const { faults } = service.sandbox;
      faults.cst.errors = 1_000_000;
      const dealer = dealerOf(service, 'D-1101');
      const { id, ended } = await dealer.cancel(['crm/vinsolutions']);
      await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions')) !== undefined);
      await service.skipDays(2);
      faults.cst.errors = 0;
      await service.env!.sleep('65 minutes');
      await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      await ended();
    },
  },
  {
    name: 'task-row-refreshed',
    records: ['cancelDealerSocket'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1001');
      const { ended } = await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      const workflow = service.client.workflow.getHandle(task.workflowId);
      await workflow.executeUpdate('refreshTask', { args: [{ taskId: task.id }] });
      await workflow.executeUpdate('refreshTask', { args: [{ taskId: crypto.randomUUID() }] });
      await dealer.done('dealersocket-form', { submitted: true });
      await ended();
    },
  },
  {
    name: 'task-corrected-while-a-later-step-waits-and-in-the-next-run',
    records: ['cancelVinSolutions'],
    events: ['WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
    async play(service) {
      service.sandbox.faults.cst.readOnly = true;
      const dealer = dealerOf(service, 'D-1104');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const list = await openTask(service, 'vin-event-stream');
      const task = await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      const correction = (ticketNumber: string) =>
        dealer.say(task, 'correctTask', { by: 'lena', answers: { ticketNumber }, reason: 'wrong digit' });
      await correction('T-2');
      await refusalOf(dealer.say(list, 'correctTask', { by: 'lena', answers: { succeeded: 'no' }, reason: 'wrong' }));
      await startOver(service, task.workflowId);
      await correction('T-3');
      await dealer.say(list, 'claimTask', { by: 'olivia' });
      await dealer.say(list, 'completeTask', { by: 'olivia', answers: { succeeded: true } });
      await ended();
    },
  },
  {
    name: 'task-corrected-before-and-while-it-is-reinstated',
    records: ['cancelVinSolutions', 'reinstate'],
    async play(service) {
      const dealer = dealerOf(service, 'D-1103');
      const { ended } = await dealer.cancel(['crm/vinsolutions']);
      const task = await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
      await ended();
      const said = { by: 'lena', reason: 'wrong digit' };
      const inTables = { ...said, taskId: task.id, at: new Date(), corrections: { ticketNumber: 'T-2' } };
      await correctTask(service.db, inTables, { cancellations: correctCancellationSteps });
      await dealer.withdraw();
      await dealer.task('reinstate');
      const reinstating = { ...task, workflowId: reinstateWorkflowId('crm/vinsolutions', 'D-1103') };
      await dealer.say(reinstating, 'correctTask', { ...said, answers: { ticketNumber: 'T-3' } });
      await dealer.reinstate();
    },
  },
  {
    name: 'mail-server-down-for-a-day',
    records: ['cancelElead', 'sendNotice'],
    timeSkipping: true,
    async play(service) {
      const { faults } = service.sandbox;
      const dealer = dealerOf(service, 'D-1201');
      faults.smtp.next = Array(10_000).fill('421');
      const { id, ended } = await dealer.cancel(['crm/elead']);
      await eventually(async () => (await dealer.progress(id, 'crm/elead')) !== undefined);
      await service.skipDays(1);
      faults.smtp.next = [];
      await service.env!.sleep('65 minutes');
      await ended();
    },
  },
  {
    name: 'notice-dropped-after-a-day',
    records: ['sendNotice'],
    timeSkipping: true,
    async play(service) {
      service.sandbox.faults.smtp.next = Array(10_000).fill('421');
      const dealer = dealerOf(service, 'D-1003');
      await dealer.cancel(['crm/dealersocket']);
      const task = await dealer.task('dealersocket-form');
      await dealer.say(task, 'assignTask', { by: 'lena', to: 'olivia', teamLead: true });
      await service.skipDays(1);
      await eventually(async () => {
        const mails = await service.db.select().from(outbox);
        return mails.some(({ businessKey, state }) => businessKey.includes(task.id) && state === 'dropped');
      });
    },
  },
];
