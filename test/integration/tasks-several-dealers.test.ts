import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type TaskList, viewsOf } from '../support/views.ts';

const { service, api } = await serviceForFile();
const { openTask } = viewsOf(api);

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
  for (const account of ['D-1101', 'D-1104']) expect(await kindsOf(account)).not.toContain('vin-event-stream');
  const { body } = await api.get<{ dealers: { account: string; dealerName: string | null }[] }>(
    'olivia',
    `/v1/tasks/${next.id}`,
  );
  expect(body.dealers.find(({ account }) => account === 'D-1103')?.dealerName).toBe('Maple Street Mazda');
  expect(body.dealers.map(({ account }) => account).sort()).toEqual(['D-1103', 'D-1105']);
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
