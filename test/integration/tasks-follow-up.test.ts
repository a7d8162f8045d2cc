import { eq } from 'drizzle-orm';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { eventsOfTask } from '../../db/queries/events.ts';
import { tasks } from '../../db/schema/shared.ts';
import { addBusinessDays } from '../../domain/shared/businessDays.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type ProblemBody, type TaskList, viewsOf } from '../support/views.ts';

type Who = 'olivia' | 'oscar' | 'lena' | 'finn' | 'admin' | 'reader';
type Task = TaskList['tasks'][number];

const { service, api } = await serviceForFile();
const { openTask } = viewsOf(api);

const say = <Body = Task>(who: Who, { id }: { id: string }, action: string, body: object = {}) =>
  api.post<Body>(who, `/v1/tasks/${id}/${action}`, body);
/** A DealerSocket form of a dealer in this time zone. */
async function taskOf(account: string): Promise<Task & { timeZone: string }> {
  await api.start({ account, integrations: ['crm/dealersocket'] });
  const task = await openTask(account, 'dealersocket-form');
  const [row] = await service.db.select().from(tasks).where(eq(tasks.id, task.id));
  return { ...task, timeZone: row!.timeZone };
}
const today = ({ timeZone }: { timeZone: string }) => DateTime.now().setZone(timeZone).startOf('day');
/** So many business days from today. */
const inDays = ({ timeZone }: { timeZone: string }, days: number) =>
  DateTime.fromJSDate(addBusinessDays(new Date(), days, timeZone), { zone: timeZone }).startOf('day');
const auditOf = async ({ id }: Task) =>
  (await eventsOfTask(service.db, id)).map(({ by, action, detail }) => ({ by, action: action.split(':')[0], detail }));

describe('a follow-up date', () => {
  it('puts a task off until that morning in its time zone, with the reason in the audit trail', async () => {
    const task = await taskOf('D-1003');
    const [monday, later] = [3, 9].map((days) => inDays(task, days));
    const note = 'DealerSocket answers in three days';
    const set = { status: 200, body: { state: 'open', followUpAt: monday!.set({ hour: 9 }).toJSDate().toISOString() } };
    expect(await say('olivia', task, 'follow-up', { on: monday!.toISODate(), note })).toMatchObject(set);
    // The same again is one decision.
    expect(await say('olivia', task, 'follow-up', { on: monday!.toISODate(), note })).toMatchObject(set);
    expect(await say('oscar', task, 'follow-up', { on: later!.toISODate() })).toMatchObject({
      status: 200,
      body: { followUpAt: later!.set({ hour: 9 }).toJSDate().toISOString(), followUpNote: null },
    });
    const none = { status: 200, body: { followUpAt: null, followUpNote: null } };
    expect(await say('lena', task, 'follow-up', { on: null })).toMatchObject(none);
    expect(await say('lena', task, 'follow-up', { on: null })).toMatchObject(none);
    expect((await auditOf(task)).slice(1)).toEqual([
      { by: 'olivia', action: `Task follow-up date set to ${monday!.toISODate()}`, detail: note },
      { by: 'oscar', action: `Task follow-up date set to ${later!.toISODate()}`, detail: null },
      { by: 'lena', action: 'Task follow-up date removed', detail: null },
    ]);
  });

  it('that is wrong is rejected with its path and what would be right', async () => {
    const task = await taskOf('D-1701');
    const day = today(task);
    const wrong = (body: object) => say<ProblemBody>('olivia', task, 'follow-up', body);
    for (const on of [day, day.minus({ days: 1 }), day.plus({ days: 61 })]) {
      expect(await wrong({ on: on.toISODate() })).toMatchObject({
        status: 422,
        body: {
          type: '/problems/invalid-request',
          errors: [{ path: '/on', message: expect.stringContaining(`must be after ${day.toISODate()}`) }],
        },
      });
    }
    for (const on of ['2026-02-30', '2026-13-01', 'tomorrow', '2026-1-1', `${day.toISODate()}T09:00`, 5, ''])
      expect([on, await wrong({ on })]).toMatchObject([on, { status: 400, body: { errors: [{ path: '/on' }] } }]);
    expect(await wrong({})).toMatchObject({ status: 400, body: { errors: [{ path: '/on' }] } });
    const saturday = day.plus({ days: 7 + 6 - day.weekday });
    expect(await wrong({ on: saturday.toISODate() })).toMatchObject({
      status: 422,
      body: {
        detail: expect.stringMatching(/^The follow-up date must be a business day, and .* is a Saturday: choose /),
        errors: [{ path: '/on', message: expect.stringContaining('choose') }],
      },
    });
    const on = inDays(task, 35).toISODate();
    for (const note of ['', ' ', 'x'.repeat(501)])
      expect(await wrong({ on, note })).toMatchObject({ status: 400, body: { errors: [{ path: '/note' }] } });
    expect(await wrong({ on: null, note: 'they have answered' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/note', message: expect.stringMatching(/^goes with a date: .*comment$/) }] },
    });
    expect(await wrong({ on, at: 'x' })).toMatchObject({ status: 400, body: { errors: [{ path: '/at' }] } });
    expect((await auditOf(task)).map(({ action }) => action)).toEqual(['Task opened']);
    expect(await say('olivia', task, 'follow-up', { on })).toMatchObject({ status: 200 });
  });

  it('of a claimed task is its person’s and the team lead’s to set, and of an escalated one the team lead’s', async () => {
    const task = await taskOf('D-1001');
    const on = inDays(task, 2).toISODate()!;
    const teamLeadsOnly = { status: 403, body: { type: '/problems/team-leads-only' } };
    await say('olivia', task, 'claim');
    expect(await say('oscar', task, 'follow-up', { on })).toMatchObject(teamLeadsOnly);
    expect(await say('finn', task, 'follow-up', { on })).toMatchObject({ body: { type: '/problems/not-in-team' } });
    expect(await say('olivia', task, 'follow-up', { on, note: 'no login yet' })).toMatchObject({
      status: 200,
      body: { state: 'claimed', assignee: 'olivia', followUpNote: 'no login yet' },
    });
    expect(await say('olivia', task, 'release')).toMatchObject({ body: { followUpNote: 'no login yet' } });
    await say('olivia', task, 'claim');
    // The team lead must see it now.
    expect(await say('olivia', task, 'escalate', { reason: 'no login' })).toMatchObject({
      body: { state: 'escalated', followUpAt: null, followUpNote: null },
    });
    expect(await say('olivia', task, 'follow-up', { on })).toMatchObject(teamLeadsOnly);
    expect(await say('lena', task, 'follow-up', { on })).toMatchObject({ status: 200, body: { state: 'escalated' } });
    await say('lena', task, 'close-not-completed', { reason: 'x' });
    expect(await say('lena', task, 'follow-up', { on })).toMatchObject({
      status: 409,
      body: { type: '/problems/wrong-state' },
    });
  });
});

describe('the priority of a task', () => {
  it('is normal until somebody who may arrange the task changes it', async () => {
    const task = await taskOf('D-1703');
    expect(task.priority).toBe('normal');
    const set = { status: 200, body: { state: 'open', priority: 'urgent', assignee: null } };
    expect(await say('oscar', task, 'priority', { priority: 'urgent' })).toMatchObject(set);
    expect(await say('oscar', task, 'priority', { priority: 'urgent' })).toMatchObject(set);
    await say('olivia', task, 'claim');
    expect(await say('oscar', task, 'priority', { priority: 'low' })).toMatchObject({
      status: 403,
      body: { detail: 'The task is claimed by Olivia Ops: only they or a team lead may change its priority.' },
    });
    expect(await say('lena', task, 'priority', { priority: 'low' })).toMatchObject({ body: { priority: 'low' } });
    const wrong = await say<ProblemBody>('olivia', task, 'priority', { priority: 'now' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: '/priority' }] } });
    expect((await auditOf(task)).slice(1)).toEqual([
      { by: 'oscar', action: 'Task priority set to urgent', detail: null },
      { by: 'olivia', action: 'Task claimed', detail: null },
      { by: 'lena', action: 'Task priority set to low', detail: null },
    ]);
  });
});
