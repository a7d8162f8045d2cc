import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { cancellations } from '../../db/schema/cancellations.ts';
import { tasks } from '../../db/schema/shared.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type ProblemBody, type TaskList, viewsOf } from '../support/views.ts';

const { service, api } = await serviceForFile();
const { openTask, closed } = viewsOf(api);

describe('a task', () => {
  it('is listed, claimed, completed and shown with its evidence', async () => {
    const { body } = await api.start({ account: 'D-1104' });
    const task = await openTask('D-1104', 'vinsolutions-portal');
    expect(task.content.texts).toContainEqual({ label: 'Description', value: 'Please cancel eventing for 555204' });
    expect(new Date(task.dueAt).getTime()).toBeGreaterThan(Date.now() + 86_400_000);

    const early = await api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
      answers: { ticketNumber: 'T-1', done: true },
    });
    expect(early).toMatchObject({ status: 409, body: { type: '/problems/wrong-state' } });
    expect(await api.post('olivia', `/v1/tasks/${task.id}/claim`)).toMatchObject({
      status: 200,
      body: { state: 'claimed', assignee: 'olivia' },
    });
    expect(await api.post('oscar', `/v1/tasks/${task.id}/claim`)).toMatchObject({
      status: 409,
      body: { type: '/problems/claimed-by-another' },
    });
    const incomplete = await api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
      answers: { done: true },
    });
    expect(incomplete).toMatchObject({
      status: 422,
      body: { type: '/problems/bad-answers', errors: [{ path: '/answers/ticketNumber' }] },
    });
    const mine = await api.get<TaskList>('olivia', '/v1/tasks?assignee=me&state=claimed&integration=crm/vinsolutions');
    expect(mine.body.tasks.map((one) => one.id)).toEqual([task.id]);

    const completions = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.post<ProblemBody>('olivia', `/v1/tasks/${task.id}/complete`, {
          answers: { ticketNumber: 'T-9', done: true },
        }),
      ),
    );
    expect(completions.map((one) => one.status)).toEqual(Array(10).fill(200));

    const done = await closed(body.id);
    const again = (who: 'olivia' | 'oscar', answers: object) =>
      api.post<ProblemBody>(who, `/v1/tasks/${task.id}/complete`, { answers });
    expect(await again('olivia', { done: true, ticketNumber: 'T-9' })).toMatchObject({
      status: 200,
      body: { state: 'done' },
    });
    const alreadyDone = { status: 409, body: { detail: expect.stringContaining('already done by Olivia Ops') } };
    expect(await again('olivia', { ticketNumber: 'T-10', done: true })).toMatchObject(alreadyDone);
    expect(await again('oscar', { ticketNumber: 'T-9', done: true })).toMatchObject(alreadyDone);
    expect(done.integrations[0]).toMatchObject({
      state: 'ended',
      steps: [{ state: 'done' }, { state: 'done', by: 'olivia', evidence: 'ticket T-9' }],
    });
    expect(done.integrations[0]!.webUi).toContain('/workflows/cancellation%2Fcrm%2Fvinsolutions%2FD-1104/');
  });

  it('cannot be claimed when the account is Active again, and says why', async () => {
    await api.start({ account: 'D-1402' });
    const { id } = await openTask('D-1402', 'cdk-case');
    const account = service.sandbox.state.accounts.get('D-1402')!;
    const before = account.effectiveStatus;
    account.effectiveStatus = 'Active';
    expect(await api.post('olivia', `/v1/tasks/${id}/claim`)).toMatchObject({
      status: 409,
      body: { type: '/problems/account-active' },
    });
    account.effectiveStatus = before;
  });

  it('of another team is refused to its people and its team lead, who may still read it', async () => {
    await api.start({ account: 'D-1002', integrations: ['crm/dealersocket'] });
    const { id } = await openTask('D-1002', 'dealersocket-form');
    const notInTeam = { status: 403, body: { type: '/problems/not-in-team' } };
    expect(await api.post('finn', `/v1/tasks/${id}/claim`)).toMatchObject(notInTeam);
    // Whoever may not assign it does not hear either whether there is such a person.
    for (const to of ['finn', 'nobody'])
      expect(await api.post('finn', `/v1/tasks/${id}/assign`, { to })).toMatchObject(notInTeam);
    expect(await api.post('finn', `/v1/tasks/${id}/close-not-completed`, { reason: 'x' })).toMatchObject(notInTeam);
    expect(await api.post('lena', `/v1/tasks/${id}/assign`, { to: 'finn' })).toMatchObject({
      status: 422,
      body: { type: '/problems/not-in-team', errors: [{ path: '/to', message: 'is not in the team ops' }] },
    });
    expect(await api.get('finn', `/v1/tasks/${id}`)).toMatchObject({ body: { state: 'open', team: 'ops' } });
    const idsOf = async (team: string) =>
      (await api.get<TaskList>('finn', `/v1/tasks?team=${team}&account=D-1002`)).body.tasks.map((one) => one.id);
    expect(await idsOf('feeds')).toEqual([]);
    expect(await idsOf('ops')).toContain(id);
  });

  it('that is escalated waits for a team lead', async () => {
    await api.start({ account: 'D-1703', integrations: ['crm/dealersocket'] });
    const { id } = await openTask('D-1703', 'dealersocket-form');
    await api.post('olivia', `/v1/tasks/${id}/claim`);
    expect(await api.post('olivia', `/v1/tasks/${id}/escalate`, { reason: 'no access' })).toMatchObject({
      status: 200,
      body: { state: 'escalated' },
    });
    for (const to of ['oscar', 'nobody'])
      expect(await api.post('oscar', `/v1/tasks/${id}/assign`, { to })).toMatchObject({
        status: 403,
        body: { type: '/problems/team-leads-only' },
      });
    expect(await api.post('oscar', `/v1/tasks/${id}/return-to-team`, { note: 'x' })).toMatchObject({
      status: 403,
      body: { type: '/problems/team-leads-only' },
    });
    expect(await api.post('lena', `/v1/tasks/${id}/assign`, { to: 'nobody' })).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-person' },
    });
    expect(await api.post('lena', `/v1/tasks/${id}/assign`, { to: 'oscar' })).toMatchObject({
      status: 200,
      body: { state: 'open', assignee: 'oscar' },
    });
    await api.post('oscar', `/v1/tasks/${id}/claim`);
    expect(await api.post('oscar', `/v1/tasks/${id}/release`)).toMatchObject({
      status: 200,
      body: { state: 'open', assignee: null },
    });
    expect(
      await api.post('lena', `/v1/tasks/${id}/close-not-completed`, { reason: 'ended by DealerSocket itself' }),
    ).toMatchObject({ status: 200, body: { state: 'not_completed' } });
    expect(await api.post('admin', `/v1/tasks/${id}/claim`)).toMatchObject({
      status: 403,
      body: { type: '/problems/not-a-person' },
    });
    expect(await api.post('oscar', `/v1/tasks/${id}/claim`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('closed without completing by Lena Lead') },
    });
  });

  it('the list is ordered by due date and paged by cursor', async () => {
    for (const account of ['D-1002', 'D-1003', 'D-1004']) {
      await api.start({ account, integrations: ['crm/dealersocket'] });
      await openTask(account, 'dealersocket-form');
    }
    const all: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get<TaskList>('reader', `/v1/tasks?limit=2${cursor && `&cursor=${cursor}`}`);
      all.push(...body.tasks.map((task) => task.id));
      cursor = body.nextCursor ?? '';
    } while (cursor);
    const { body } = await api.get<TaskList>('reader', '/v1/tasks?limit=100');
    expect(all.length).toBeGreaterThan(2);
    expect(all).toEqual(body.tasks.map((task) => task.id));
    expect(body.tasks.map((task) => task.dueAt)).toEqual(body.tasks.map((task) => task.dueAt).sort());
    expect((await api.get<ProblemBody>('reader', '/v1/tasks?cursor=abc')).status).toBe(400);
    const overdue = async () => (await api.get<TaskList>('reader', '/v1/tasks?overdue=true')).body.tasks;
    expect(await overdue()).toEqual([]);
    const late = body.tasks[0]!.id;
    await service.db
      .update(tasks)
      .set({ dueAt: new Date(Date.now() - 60_000) })
      .where(eq(tasks.id, late));
    expect((await overdue()).map(({ id }) => id)).toEqual([late]);
  });
});

describe('paging', () => {
  /** The IDs of all pages of two, in their order. */
  async function idsByPages(path: string, list: 'cancellations' | 'tasks'): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: Record<typeof list, { id: string }[]> & { nextCursor: string | null } } = await api.get(
        'reader',
        `${path}&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      ids.push(...body[list].map(({ id }) => id));
      cursor = body.nextCursor;
    }
    return ids;
  }

  it('does not lose tasks that were opened or are due in the same millisecond', async () => {
    const account = 'E-PAGED';
    const at = (microseconds: number) => sql`${`2026-03-01T12:00:00.123${microseconds}Z`}::timestamptz`;
    const made: string[] = [];
    for (const microseconds of [900, 100, 500, 300, 700]) {
      const id = randomUUID();
      made.push(id);
      await service.db.insert(cancellations).values({
        ...{ id, account, reason: 'vendor_change', state: 'closed', requestedBy: 'test', startedAt: at(microseconds) },
      } as never);
      await service.db.insert(tasks).values({
        ...{
          id,
          account,
          workflowId: 'w',
          process: 'cancellations',
          subject: id,
          kind: 'cdk-case',
          team: 'ops',
          state: 'done',
        },
        content: { title: 'A task', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
        ...{ openedAt: new Date(), dueAt: at(microseconds), version: 1 },
      } as never);
    }
    const ids = await idsByPages(`/v1/cancellations?account=${account}`, 'cancellations');
    expect(ids.slice().sort()).toEqual(made.slice().sort());
    const taskIds = await idsByPages(`/v1/tasks?state=done&account=${account}`, 'tasks');
    expect(taskIds.slice().sort()).toEqual(made.slice().sort());
  });
});
