import { eq } from 'drizzle-orm';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOfTask } from '../../db/queries/events.ts';
import { outbox, tasks } from '../../db/schema/shared.ts';
import { dealerOf, refusalOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { eventsOfAllRuns } from '../support/runs.ts';
import { startService, type TestService } from '../support/service.ts';

type Task = typeof tasks.$inferSelect;

let service: TestService;
const rowOf = async (id: string) => (await service.db.select().from(tasks).where(eq(tasks.id, id)))[0]!;
/** Who got which reminders of a task, such as `olivia follow-up`. */
const remindersOf = async (id: string) =>
  (await service.db.select().from(outbox))
    .filter(({ businessKey }) => businessKey.startsWith(`reminder/${id}/`))
    .map(({ businessKey, to }) => `${to.split('@')[0]} ${businessKey.split('/')[2]}`)
    .sort();
/** Each mail that says that a late task was put off, such as `lena Late and put off`. */
const putOffMailsOf = async (id: string) =>
  (await service.db.select().from(outbox))
    .filter(({ businessKey, state }) => businessKey.startsWith(`task/${id}/`) && state === 'accepted')
    .map(({ to, subject }) => `${to.split('@')[0]} ${subject.split(':')[0]}`);
/** The morning so many days from now in the task's time zone; the workflow takes one that is no business day too. */
async function inDays(task: Task, days: number): Promise<string> {
  const now = new Date(await service.env!.currentTimeMs());
  const day = DateTime.fromJSDate(now, { zone: task.timeZone }).startOf('day').plus({ days });
  return day.set({ hour: 9 }).toJSDate().toISOString();
}
/** Day by day, so that a reminder that should not come would. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) await service.skipDays(1);
}

describe('a task with a follow-up date', () => {
  beforeAll(async () => {
    service = await startService({ timeSkipping: true });
  });
  beforeEach(() => service.sandbox.reset());
  afterAll(() => replayAndClose(service));

  it('has no reminders until it comes, one mail to its person on that morning, and later ones as always', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    const at = await inDays(task, 14);
    await dealer.say(task, 'followUpTask', { by: 'olivia', at, note: 'they answer in two weeks', teamLead: false });
    expect(await rowOf(task.id)).toMatchObject({
      ...{ state: 'claimed', assignee: 'olivia', dueAt: task.dueAt },
      ...{ followUpAt: new Date(at), followUpNote: 'they answer in two weeks' },
    });
    await pass(12);
    expect(await remindersOf(task.id)).toEqual([]);
    await pass(3);
    await eventually(async () => (await remindersOf(task.id)).length > 0);
    expect((await remindersOf(task.id)).filter((one) => one.endsWith('follow-up'))).toEqual(['olivia follow-up']);
    const [mail] = (await service.db.select().from(outbox)).filter(({ businessKey }) =>
      businessKey.includes('/follow-up/'),
    );
    expect(mail!.body).toContain('Follow-up: they answer in two weeks');
    await pass(5);
    await eventually(async () => (await remindersOf(task.id)).includes('lena overdue'));
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
  });

  it('that nobody has is followed up by its whole team', async () => {
    const dealer = dealerOf(service, 'D-1701');
    await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'followUpTask', { by: 'oscar', at: await inDays(task, 1), teamLead: false });
    await pass(2);
    const whole = ['lena follow-up', 'olivia follow-up', 'oscar follow-up'];
    await eventually(async () => (await remindersOf(task.id)).filter((one) => one.endsWith('follow-up')).length === 3);
    expect((await remindersOf(task.id)).filter((one) => one.endsWith('follow-up'))).toEqual(whole);
    await dealer.done('dealersocket-form', { submitted: true });
  });

  it('goes by the date that was set last', async () => {
    const dealer = dealerOf(service, 'D-1703');
    await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'oscar' });
    const put = (at: string | null) => dealer.say(task, 'followUpTask', { by: 'oscar', at, teamLead: false });
    await put(await inDays(task, 10));
    await put(await inDays(task, 30));
    await pass(15);
    expect(await remindersOf(task.id)).toEqual([]);
    // An earlier date than the one for which the activity waits.
    await put(await inDays(task, 2));
    await pass(3);
    await eventually(async () => (await remindersOf(task.id)).includes('oscar follow-up'));
    await put(await inDays(task, 40));
    await pass(1);
    const before = await remindersOf(task.id);
    await pass(5);
    expect(await remindersOf(task.id)).toEqual(before);
    // Taken back: it is long overdue.
    await put(null);
    await eventually(async () => (await remindersOf(task.id)).includes('lena overdue'));
    expect(await rowOf(task.id)).toMatchObject({ followUpAt: null, state: 'claimed' });
    await dealer.say(task, 'completeTask', { by: 'oscar', answers: { submitted: true } });
  });

  it('is put off after its due date with a mail to the team lead each time, unless they do it themselves', async () => {
    const dealer = dealerOf(service, 'D-1004');
    await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    const put = (by: string, at: string | null) =>
      dealer.say(task, 'followUpTask', { by, at, note: 'they answer then', teamLead: by === 'lena' });
    await put('olivia', await inDays(task, 20));
    expect((await rowOf(task.id)).dueAt.getTime()).toBeLessThan((await service.env!.currentTimeMs()) + 8 * 86_400_000);
    await pass(9);
    const later = await inDays(task, 30);
    await put('olivia', later);
    await put('olivia', later);
    await eventually(async () => (await putOffMailsOf(task.id)).length > 0);
    await put('lena', await inDays(task, 40));
    await put('olivia', null);
    await put('olivia', await inDays(task, 50));
    await eventually(async () => (await putOffMailsOf(task.id)).length > 1);
    expect(await putOffMailsOf(task.id)).toEqual(['lena Late and put off', 'lena Late and put off']);
    const [mail] = (await service.db.select().from(outbox)).filter(({ businessKey }) =>
      businessKey.startsWith(`task/${task.id}/`),
    );
    expect(mail!.body).toMatch(/^Put off until: \w+day, .*, 9:00 AM C[SD]T$/m);
    expect(mail!.body).toContain('Follow-up: they answer then');
    await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
  });

  it('that is escalated is no longer for later: its team lead is reminded each business day, and told when somebody else puts it off', async () => {
    const dealer = dealerOf(service, 'D-1001');
    await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'followUpTask', { by: 'olivia', at: await inDays(task, 50), note: 'x', teamLead: false });
    await pass(9);
    expect(await remindersOf(task.id)).toEqual([]);
    await dealer.say(task, 'escalate', { by: 'olivia', reason: 'they do not answer' });
    expect(await rowOf(task.id)).toMatchObject({ state: 'escalated', followUpAt: null, followUpNote: null });
    await eventually(async () => (await remindersOf(task.id)).includes('lena overdue'));
    const at = await inDays(task, 3);
    expect(await refusalOf(dealer.say(task, 'followUpTask', { by: 'olivia', at, teamLead: false }))).toBe(
      'team_leads_only',
    );
    // An administrator may do what the team lead may.
    await dealer.say(task, 'followUpTask', { by: 'ada', at, teamLead: true });
    await eventually(async () => (await putOffMailsOf(task.id)).includes('lena Late and put off'));
    await dealer.say(task, 'closeNotCompleted', { by: 'lena', reason: 'done by the vendor' });
  });

  it('rejects a date that has passed, is too far away or is none, and changes nothing', async () => {
    const dealer = dealerOf(service, 'D-1104');
    await dealer.cancel(['crm/vinsolutions']);
    const task = await dealer.task('vinsolutions-portal');
    const now = await service.env!.currentTimeMs();
    for (const at of [new Date(now - 1).toISOString(), new Date(now + 62 * 86_400_000).toISOString(), 'tomorrow'])
      expect(await refusalOf(dealer.say(task, 'followUpTask', { by: 'olivia', at, teamLead: false }))).toBe(
        'bad_follow_up',
      );
    expect(await rowOf(task.id)).toMatchObject({ followUpAt: null, version: task.version });
    await dealer.done('vinsolutions-portal', { ticketNumber: 'T-1', done: true });
  });

  it('whose row is lost gets it again with its priority and its follow-up date', async () => {
    const dealer = dealerOf(service, 'D-1002');
    await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    const at = await inDays(task, 2);
    await dealer.say(task, 'prioritizeTask', { by: 'olivia', priority: 'urgent', teamLead: false });
    await dealer.say(task, 'followUpTask', { by: 'olivia', at, note: 'on Friday', teamLead: false });
    await service.db.delete(tasks).where(eq(tasks.id, task.id));
    await pass(3);
    const arrangement = { priority: 'urgent', followUpAt: new Date(at), followUpNote: 'on Friday' };
    expect(await eventually(async () => rowOf(task.id))).toMatchObject(arrangement);
    await dealer.done('dealersocket-form', { submitted: true });
  });

  it('writes no events in the sixty days until it comes', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { ended } = await dealer.cancel(['crm/dealersocket']);
    const task = await dealer.task('dealersocket-form');
    const { workflowId } = task;
    await dealer.say(task, 'claimTask', { by: 'olivia' });
    await dealer.say(task, 'prioritizeTask', { by: 'olivia', priority: 'low', teamLead: false });
    const at = await inDays(task, 60);
    await dealer.say(task, 'followUpTask', { by: 'olivia', at, note: 'in two months', teamLead: false });
    await service.skipDays(1);
    const before = await eventsOfAllRuns(service, workflowId);
    await pass(57);
    expect(await eventsOfAllRuns(service, workflowId)).toBe(before);
    expect(await remindersOf(task.id)).toEqual([]);
    const arrangement = { priority: 'low', followUpAt: new Date(at), followUpNote: 'in two months' };
    await pass(3);
    await eventually(async () => (await remindersOf(task.id)).includes('olivia follow-up'));
    expect(await eventsOfAllRuns(service, workflowId)).toBe(before);

    // The next change writes what the workflow knows.
    await service.db.update(tasks).set({ priority: 'urgent', followUpAt: null, followUpNote: null });
    await dealer.say(task, 'releaseTask', { by: 'olivia' });
    expect(await rowOf(task.id)).toMatchObject({ ...arrangement, state: 'open', assignee: null });
    await dealer.done('dealersocket-form', { submitted: true });
    expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
    const actions = (await eventsOfTask(service.db, task.id)).map(({ action }) => action.split(':')[0]);
    expect(actions.slice(0, 4)).toEqual([
      'Task opened',
      'Task claimed',
      'Task priority set to low',
      expect.stringMatching(/^Task follow-up date set to \d{4}-\d\d-\d\d$/),
    ]);
  });
});
