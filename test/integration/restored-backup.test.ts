import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { events, tasks } from '../../db/schema/shared.ts';
import { cancellationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { replayAndClose } from '../support/replay.ts';
import { startService, type TestService } from '../support/service.ts';

/** PostgreSQL is restored to a backup that knows a cancellation, but not what its workflows have done since. */

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
beforeEach(() => service.sandbox.reset());
afterAll(() => replayAndClose(service));

/** @returns restores what the tables hold now */
async function backUp(): Promise<() => Promise<void>> {
  const { db } = service;
  const all = [cancellations, cancellationRequests, cancellationIntegrations, tasks, events] as const;
  const kept = await Promise.all(all.map((table) => db.select().from(table)));
  return () =>
    db.transaction(async (tx) => {
      for (const table of [...all].reverse()) await tx.delete(table);
      for (const [index, table] of all.entries())
        if (kept[index]!.length > 0) await tx.insert(table).overridingSystemValue().values(kept[index]!);
    });
}

const stateOf = async (id: string) =>
  (await service.db.select().from(cancellations).where(eq(cancellations.id, id)))[0]?.state;
const mailsAbout = (code: string) => service.sandbox.smtp.messages.filter(({ subject }) => subject.includes(code));
const stopNotices = (account: string) =>
  service.sandbox.smtp.messages.filter(({ subject }) => subject.startsWith('Stopped:') && subject.includes(account));

it('what was waiting to begin in the backup, and was carried out since, is not carried out again', async () => {
  const dealer = dealerOf(service, 'D-1201');
  const first = await dealer.cancel(['crm/elead']);
  await first.ended();
  await eventually(async () => (await stateOf(first.id)) === 'closed');
  await dealer.withdraw('stays', { of: first.id });
  await dealer.task('reinstate');
  const second = await dealer.cancel(['crm/elead']);
  await eventually(async () => (await dealer.progress(second.id, 'crm/elead'))?.state === 'waiting');
  const restore = await backUp();
  await dealer.reinstate();
  await eventually(async () => (await stateOf(second.id)) === 'closed');
  expect(mailsAbout('555301')).toHaveLength(2);

  await restore();
  for (const { id } of [first, second]) await eventually(async () => (await stateOf(id)) === 'closed');
  expect(await dealer.progress(second.id, 'crm/elead')).toMatchObject({ state: 'ended', steps: [{ state: 'done' }] });
  expect(await dealer.progress(first.id, 'crm/elead')).toMatchObject({ state: 'withdrawn' });
  expect(mailsAbout('555301')).toHaveLength(2);
  expect(stopNotices('D-1201')).toEqual([]);
});

it('what was in progress in the backup, and has ended since, has ended as it did', async () => {
  const dealer = dealerOf(service, 'D-1402');
  const { id, ended } = await dealer.cancel(['dms/cdk']);
  await dealer.task('cdk-case');
  await eventually(async () => (await dealer.progress(id, 'dms/cdk'))?.state === 'waiting');
  const restore = await backUp();
  await dealer.done('cdk-case', { caseNumber: 'C-9', terminated: true });
  await ended();
  await eventually(async () => (await stateOf(id)) === 'closed');
  const { steps } = (await dealer.progress(id, 'dms/cdk'))!;

  await restore();
  await eventually(async () => (await stateOf(id)) === 'closed');
  expect(await dealer.progress(id, 'dms/cdk')).toMatchObject({ state: 'ended', reason: null, steps });
  expect((await dealer.events(id)).map(({ action }) => action)).toContain('CDK: ended');
  expect(stopNotices('D-1402')).toEqual([]);
  expect((await dealer.tasks()).map(({ state }) => state)).toEqual(['closed']);
});

it('a task that was escalated since the backup is escalated again', async () => {
  const dealer = dealerOf(service, 'D-1003');
  const { id } = await dealer.cancel(['crm/dealersocket']);
  const task = await dealer.task('dealersocket-form');
  await eventually(async () => (await dealer.progress(id, 'crm/dealersocket'))?.state === 'waiting');
  const restore = await backUp();
  await dealer.say(task, 'claimTask', { by: 'olivia' });
  await dealer.say(task, 'escalate', { by: 'olivia', reason: 'the form is gone' });
  await dealer.task('dealersocket-form', 'escalated');
  await restore();
  expect((await dealer.tasks())[0]).toMatchObject({ state: 'open' });
  await service.client.workflow.getHandle(cancellationWorkflowId('D-1003')).signal('adoptOpen');
  expect(await dealer.task('dealersocket-form', 'escalated')).toMatchObject({ reason: 'the form is gone' });
  await dealer.withdraw();
  await dealer.reinstate();
  await eventually(async () => (await stateOf(id)) === 'closed');
});
