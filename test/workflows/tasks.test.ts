import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox, tasks } from '../../db/schema/shared.ts';
import { localDate } from '../../domain/shared/businessDays.ts';
import { remindersAt } from '../../domain/shared/reminders.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ timeSkipping: true });
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

const reminders = async (taskId: string) =>
  (await service.db.select().from(outbox).where(eq(outbox.kind, 'reminder'))).filter((mail) =>
    mail.businessKey.includes(taskId),
  );

describe('a task', () => {
  it('rejects invalid updates at once and changes nothing', async () => {
    const dealer = dealerOf(service, 'D-1104');
    const { ended } = await dealer.cancel(['crm/vinsolutions']);
    const task = await dealer.task('vinsolutions-portal');
    const answers = { ticketNumber: 'T-1', done: true };

    expect(await refusalOf(dealer.say(task, 'completeTask', { by: 'olivia', answers }))).toBe('wrong_state');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    expect(await refusalOf(dealer.say(task, 'claimTask', { by: 'oscar' }))).toBe('claimed_by_another');
    expect(await refusalOf(dealer.say(task, 'completeTask', { by: 'oscar', answers }))).toBe('claimed_by_another');
    expect(await refusalOf(dealer.say(task, 'completeTask', { by: 'olivia', answers: { done: true } }))).toBe(
      'bad_answers',
    );
    expect(await refusalOf(dealer.say({ ...task, id: 'another' }, 'claimTask', { by: 'olivia' }))).toBe(
      'task_not_found',
    );
    expect(await dealer.task('vinsolutions-portal', 'claimed')).toMatchObject({ assignee: 'olivia', answers: null });

    await dealer.say(task, 'completeTask', { by: 'olivia', answers });
    expect(await ended()).toEqual({ 'crm/vinsolutions': 'ended' });
    expect(await dealer.task('vinsolutions-portal', 'done')).toMatchObject({ answers, closedBy: 'olivia' });
  });

  it('accepts one of ten identical completions', async () => {
    const dealer = dealerOf(service, 'D-1004');
    await dealer.cancel(['dms/dealervault']);
    const task = await dealer.task('dealervault-sales');
    await dealer.task('dealervault-service');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    const completions = Array.from({ length: 10 }, () =>
      dealer.say(task, 'completeTask', { by: 'olivia', answers: { deactivated: true } }).then(
        () => 'taken',
        (error) => (error as { cause: { type: string } }).cause.type,
      ),
    );
    expect((await Promise.all(completions)).sort()).toEqual(['taken', ...Array(9).fill('wrong_state')]);
  });

  it('has reminders before and after it is due, then for the team lead too, each business day until it is done, with one activity', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    for (let day = 1; day <= 12; day += 1) {
      await service.skipDays(1);
      const { due } = remindersAt(new Date(await service.env!.currentTimeMs()), { ...task, followUpAt: null });
      // Where several reminders are missed, only the latest is sent.
      const key = due && `reminder/${task.id}/${due.stage}/${localDate(due.at, task.timeZone)}/`;
      if (key) await eventually(async () => (await reminders(task.id)).some((one) => one.businessKey.startsWith(key)));
    }
    const sent = async (stage: string) =>
      (await reminders(task.id))
        .filter((mail) => mail.businessKey.startsWith(`reminder/${task.id}/${stage}/`))
        .map((mail) => `${mail.to} ${mail.subject.split(':')[0]}`)
        .sort();
    expect(await sent('due-soon')).toEqual(['olivia@example.com Due soon']);
    expect(await sent('late')).toEqual(['olivia@example.com Late']);
    const overdue = await sent('overdue');
    expect(overdue.length).toBeGreaterThanOrEqual(8);
    expect(new Set(overdue)).toEqual(new Set(['lena@example.com Overdue', 'olivia@example.com Overdue']));
    expect(overdue.filter((one) => one.startsWith('lena'))).toHaveLength(overdue.length / 2);
    const { events } = await service.client.workflow.getHandle(task.workflowId).fetchHistory();
    const scheduled = events!.map((one) => one.activityTaskScheduledEventAttributes?.activityType?.name);
    expect(scheduled.filter((name) => name === 'remind')).toHaveLength(1);
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
    const before = (await reminders(task.id)).length;
    await service.skipDays(5);
    expect(await reminders(task.id)).toHaveLength(before);
  });

  it('whose row is lost gets the same row again with its next reminder and can be completed', async () => {
    const dealer = dealerOf(service, 'D-1001');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    const { content, dueAt } = await dealer.task('dealersocket-form', 'claimed');
    await service.db.delete(tasks).where(eq(tasks.id, task.id));
    await service.skipDays(4);
    expect(await dealer.task('dealersocket-form', 'claimed')).toMatchObject({
      ...{ id: task.id, assignee: 'olivia', content, dueAt },
    });
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
  });

  it('counts its due date from when it could first be seen, not from when CST stopped answering', async () => {
    const dealer = dealerOf(service, 'D-1101');
    service.sandbox.faults.cst.errors = 1_000_000;
    const { id } = await dealer.cancel(['crm/vinsolutions']);
    await eventually(async () => (await dealer.progress(id, 'crm/vinsolutions')) !== undefined);
    const before = await service.env!.currentTimeMs();
    await service.env!.sleep('2 hours');
    service.sandbox.faults.cst.errors = 0;
    await service.env!.sleep('10 minutes');
    const task = await dealer.task('vinsolutions-portal');
    expect(task.openedAt.getTime() - before).toBeGreaterThan(1.5 * 3_600_000);
  });

  it('accepts updates while no mail can be sent, and outdated notices are not mailed later', async () => {
    const dealer = dealerOf(service, 'D-1701');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    service.sandbox.faults.smtp.next = Array(100).fill('421');
    await dealer.say(task, 'assignTask', { by: 'lena', to: 'oscar', teamLead: true });
    await dealer.say(task, 'claimTask', { by: 'oscar' });
    await dealer.say(task, 'escalate', { by: 'oscar', reason: 'no login' });
    expect(await dealer.task('dealersocket-form', 'escalated')).toMatchObject({ reason: 'no login' });
    service.sandbox.faults.smtp.next = [];
    const stateOf = async (who: string) => (await reminders(task.id)).find(({ to }) => to.startsWith(who))?.state;
    await eventually(async () => (await stateOf('lena')) === 'accepted');
    // It was claimed before the mail could leave; whether the mail was queued before that is a matter of time.
    await eventually(async () => ['dropped', undefined].includes(await stateOf('oscar')));
    await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'it is gone' });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'not_completed' });
  });

  it('that is assigned cannot be claimed, reassigned, released or escalated by others until it is released', async () => {
    const dealer = dealerOf(service, 'D-1105');
    await dealer.cancel(['crm/vinsolutions']);
    const task = await dealer.task('vinsolutions-portal');
    await dealer.say(task, 'assignTask', { by: 'lena', to: 'olivia', teamLead: true });
    expect(await refusalOf(dealer.say(task, 'claimTask', { by: 'oscar' }))).toBe('assigned_to_another');
    expect(await refusalOf(dealer.say(task, 'releaseTask', { by: 'oscar' }))).toBe('assigned_to_another');
    expect(await refusalOf(dealer.say(task, 'escalate', { by: 'oscar', reason: 'x' }))).toBe('assigned_to_another');
    expect(await refusalOf(dealer.say(task, 'assignTask', { by: 'oscar', to: 'oscar', teamLead: false }))).toBe(
      'team_leads_only',
    );
    expect(await dealer.task('vinsolutions-portal')).toMatchObject({ state: 'open', assignee: 'olivia' });

    await dealer.say(task, 'assignTask', { by: 'lena', to: 'lena', teamLead: true });
    expect(await refusalOf(dealer.say(task, 'claimTask', { by: 'olivia' }))).toBe('assigned_to_another');
    await dealer.say(task, 'releaseTask', { by: 'lena' });
    expect(await refusalOf(dealer.say(task, 'releaseTask', { by: 'lena' }))).toBe('wrong_state');
    await dealer.say(task, 'claimTask', { by: 'oscar' });
    expect(await dealer.task('vinsolutions-portal', 'claimed')).toMatchObject({ assignee: 'oscar' });
  });

  it('that is escalated goes to the team lead, who returns it, reassigns it or closes it without completing', async () => {
    const dealer = dealerOf(service, 'D-1703');
    const { id, ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    expect(await refusalOf(dealer.say(task, 'assignTask', { by: 'oscar', to: 'oscar', teamLead: false }))).toBe(
      'team_leads_only',
    );
    await service.env!.sleep('3 hours');
    await dealer.say(task, 'escalate', { by: 'olivia', reason: 'the page is down' });
    expect(await refusalOf(dealer.say(task, 'assignTask', { by: 'oscar', to: 'oscar', teamLead: false }))).toBe(
      'team_leads_only',
    );
    expect(await dealer.task('dealersocket-form', 'escalated')).toMatchObject({ reason: 'the page is down' });
    await eventually(async () => (await reminders(task.id)).some((mail) => mail.to === 'lena@example.com'));
    const { waitingOn, waitingSince } = (await dealer.progress(id, 'crm/dealersocket'))!.steps[1]!;
    expect(waitingOn).toBe('a team lead');
    expect(Date.parse(waitingSince!)).toBeGreaterThan(task.openedAt.getTime() + 2 * 3_600_000);

    await dealer.say(task, 'returnToTeam', { by: 'lena', note: 'it works again' });
    await dealer.say(task, 'assignTask', { by: 'lena', to: 'oscar', teamLead: true });
    expect(await dealer.task('dealersocket-form')).toMatchObject({ assignee: 'oscar', state: 'open' });
    await dealer.say(task, 'escalate', { by: 'oscar', reason: 'no such dealer there' });
    await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'DealerSocket has ended it itself' });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'not_completed' });
    expect(
      await refusalOf(dealer.say(task, 'returnToTeam', { by: 'lena', note: 'x' })).catch(() => 'workflow ended'),
    ).toBe('workflow ended');
  });
});
