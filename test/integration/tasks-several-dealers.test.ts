import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { changesSince } from '../../db/queries/changes.ts';
import { recordEvent } from '../../db/queries/events.ts';
import { tasks } from '../../db/schema/shared.ts';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerViewsOf } from '../support/dealerViews.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type TaskList, viewsOf } from '../support/views.ts';

const { service, api } = await serviceForFile();
const { openTask } = viewsOf(api);
const { list, dealer } = dealerViewsOf(api);

const listOf = (account: string) => openTask(account, 'vin-event-stream');
const kindsOf = async (account: string) => {
  const { body } = await api.get<TaskList>('olivia', `/v1/tasks?account=${account}`);
  return body.tasks.map(({ kind }) => kind);
};

it('a task for several dealers is listed for each of them, and for no other dealer', async () => {
  service.sandbox.faults.cst.readOnly = true;
  const first = await api.start({ account: 'D-1101' });
  const { id } = await listOf('D-1101');
  // They wait for the next list, which begins when the first dealer stays.
  await api.start({ account: 'D-1103' });
  await api.start({ account: 'D-1105' });
  const remover = service.client.workflow.getHandle(vinEventStreamWorkflowId);
  await eventually(async () => (await remover.query<{ waiting: string[] }>('removals')).waiting.length === 2);
  expect(await kindsOf('D-1103')).not.toContain('vin-event-stream');
  await api.post('offboarding', `/v1/cancellations/${first.body.id}/withdraw`, { reason: 'stays' });
  const next = await listOf('D-1103');
  expect(next.id).not.toBe(id);
  expect((await listOf('D-1105')).id).toBe(next.id);
  expect(await kindsOf('D-1104')).not.toContain('vin-event-stream');
  await eventually(async () => !(await kindsOf('D-1101')).includes('vin-event-stream'));
  const { body } = await api.get<{ dealers: { account: string; dealerName: string | null }[] }>(
    'olivia',
    `/v1/tasks/${next.id}`,
  );
  expect(body.dealers.find(({ account }) => account === 'D-1103')?.dealerName).toBe('Maple Street Mazda');
  expect(body.dealers.map(({ account }) => account).sort()).toEqual(['D-1103', 'D-1105']);
});

describe('each dealer of a task for several dealers', () => {
  const several = { id: randomUUID(), accounts: ['S-1', 'S-2'] };
  beforeAll(async () => {
    const about = { process: 'cancellations' as const, subject: 'removals' };
    await service.db.insert(tasks).values({
      ...{ ...several, ...about, workflowId: 'w', kind: 'vin-event-stream', team: 'ops', state: 'open', version: 1 },
      ...{ openedAt: new Date(), dueAt: new Date() },
      content: { title: 'Remove two dealers', instructions: [], texts: [], fields: [], ifNotCompleted: 'They stay.' },
    });
    const opened = { ...about, taskId: several.id, account: null, by: 'dealerops', action: 'Task opened' };
    await recordEvent(service.db, { id: `${several.id}/1`, ...opened });
  });

  it.each(several.accounts)('is known, and is found with its open task (%s)', async (account) => {
    expect(await list({ search: account })).toMatchObject([{ account, name: null, openTasks: 1 }]);
    expect(await dealer(account)).toMatchObject({ status: 200, body: { openTasks: [{ id: several.id }] } });
  });

  it.each(several.accounts)('finds the task in the search for everything (%s)', async (account) => {
    const { body } = await api.get<{ tasks: { id: string }[] }>('olivia', `/v1/search?q=${account}`);
    expect(body.tasks).toMatchObject([{ id: several.id }]);
  });

  it.each(several.accounts)('has the task’s events in its history and in the audit trail (%s)', async (account) => {
    for (const path of [`dealers/${account}/events?`, `events?process=cancellations&account=${account}`]) {
      const { body } = await api.get<{ events: { taskId: string }[] }>('admin', `/v1/${path}`);
      expect(body.events).toMatchObject([{ taskId: several.id, action: 'Task opened' }]);
    }
  });

  it('is named by the stream of changes when somebody comments on the task', async () => {
    const { position } = await changesSince(service.db, undefined, []);
    const comment = { process: 'cancellations' as const, subject: 'removals', taskId: several.id, account: null };
    await recordEvent(service.db, { id: randomUUID(), ...comment, by: 'olivia', action: 'Comment' });
    const { changes } = await changesSince(service.db, position, []);
    expect(changes).toMatchObject({ tasks: [several.id], dealers: several.accounts });
  });
});

it('a dealer’s tasks are found by an index, also those for several dealers', async () => {
  const plan = await service.db.transaction(async (tx) => {
    // So that the few rows of a test are not simply read one by one.
    await tx.execute(sql`set local enable_seqscan = off`);
    const { rows } = await tx.execute(
      sql`explain select id from tasks where account = 'D-1103' or accounts @> array['D-1103']`,
    );
    return JSON.stringify(rows);
  });
  expect(plan).toContain('tasks_by_accounts');
});
