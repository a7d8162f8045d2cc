import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { noticeActivities } from '../../activities/shared/notices.ts';
import { sendOutgoing } from '../../activities/shared/outgoingMail.ts';
import { createKey } from '../../db/queries/keys.ts';
import { outbox, people, tasks } from '../../db/schema/shared.ts';
import type { NoticeTopic } from '../../domain/shared/noticeTexts.ts';
import type { Team } from '../../domain/shared/tasks.ts';
import { failureOf, mailBench } from '../support/mail.ts';

const { bench, queue } = mailBench();
const recipientsOf = (notice: Parameters<ReturnType<typeof noticeActivities>['recipientsOf']>[0]) =>
  noticeActivities({ ...bench, temporal: new Client() }).recipientsOf(notice);

const person = (id: string, teams: Team[], leadOf: Team | null = null) => ({
  ...{ id, name: id, email: `${id}@example.com`, teams, leadOf },
});
beforeAll(async () => {
  const { db } = bench.database;
  await db
    .insert(people)
    .values([
      person('olivia', ['ops']),
      person('lena', ['ops'], 'ops'),
      person('finn', [], 'feeds'),
      person('ada', []),
    ]);
  await createKey(db, { name: 'ada', scopes: ['admin'], personId: 'ada', requestsPerMinute: 60 });
});

async function taskOf(team: Team): Promise<string> {
  const id = randomUUID();
  await bench.database.db.insert(tasks).values({
    ...{ id, workflowId: id, process: 'feeds', subject: 's', kind: 'k', team, state: 'open', version: 1 },
    content: { title: 'Look', instructions: [], texts: [], fields: [], ifNotCompleted: 'It stays.' },
    ...{ openedAt: new Date(), dueAt: new Date() },
  });
  return id;
}

it.each([
  ['cancellations', ['lena']],
  ['feeds', ['finn']],
  ['inquiries', ['ada']],
] as const)(
  'an outage that holds up %s is told to the team lead of its team, or to the administrators',
  async (process, told) => {
    expect(await recipientsOf({ about: 'no-answer', key: 'k', process, system: 'CST', days: 1 })).toEqual(told);
    expect(await recipientsOf({ about: 'account', key: 'k', process, account: 'D-1', message: 'm' })).toEqual(told);
    expect(await recipientsOf({ about: 'stopped', key: 'k', process, title: 't', text: 't' })).toEqual(told);
  },
);

it.each<[Team, NoticeTopic, string[]]>([
  ['ops', 'late', ['lena', 'olivia']],
  ['feeds', 'due-soon', ['finn']],
  ['feeds', 'overdue', ['finn']],
  ['ops', 'stopped', ['lena', 'olivia']],
  ['sales', 'due-soon', ['ada']],
  ['sales', 'late', ['ada']],
  ['sales', 'escalated', ['ada']],
])('of an unclaimed task of %s, "%s" goes to %j', async (team, topic, told) => {
  const taskId = await taskOf(team);
  expect((await recipientsOf({ about: 'task', key: 'k', taskId, topic })).sort()).toEqual(told);
});

it('that a late task was put off goes to its team lead only, and not to the one who did it', async () => {
  const taskId = await taskOf('ops');
  const told = (notTo: string) => recipientsOf({ about: 'task', key: 'k', taskId, topic: 'put-off', notTo });
  expect(await told('olivia')).toEqual(['lena']);
  // An administrator may put it off as a team lead does.
  expect(await told('ada')).toEqual(['lena']);
  expect(await told('lena')).toEqual([]);
});

it('with no active team lead, the administrators hear that the mail server rejected us', async () => {
  const { db } = bench.database;
  await db.update(people).set({ active: false }).where(eq(people.leadOf, 'ops'));
  await db.update(people).set({ active: false }).where(eq(people.leadOf, 'feeds'));
  await queue();
  bench.faults.smtp.next = [{ at: 'mail', reply: '530 5.7.57 Client not authenticated' }];
  const sending = new MockActivityEnvironment().run(() => sendOutgoing(bench, bench.key));
  expect(await failureOf(sending as Promise<unknown>)).toBe('MailSenderRejected');
  const alerts = await db.select({ to: outbox.to }).from(outbox).where(eq(outbox.kind, 'alert'));
  expect(alerts).toEqual([{ to: 'ada@example.com' }]);
});
