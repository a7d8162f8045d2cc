import { randomUUID } from 'node:crypto';
import { like } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { outbox } from '../../db/schema/shared.ts';
import { eventually } from '../support/eventually.ts';
import { dealerWith } from '../support/runs.ts';
import { serviceForFile } from '../support/serviceForFile.ts';
import { type ProblemBody, viewsOf } from '../support/views.ts';

/** What a reader finds of a cancellation: in the list, and everything that happened to it. */
const named = (id: string, name: string, integration = 'dms/cdk') => ({ ...dealerWith(id, integration), name });
const { service, api } = await serviceForFile({
  dealers: [
    named('A-101', 'Brightwater Honda of Lakeport'),
    named('A-102', 'Lakeport Boats 100%', 'dms/dealervault'),
    named('A-103', 'Brightwater Kia'),
    {
      ...named('A-104', 'Two Part Motors', 'crm/dealersocket'),
      integrations: ['crm/dealersocket', 'dms/cdk'].flatMap((one) => dealerWith('A-104', one).integrations),
    },
    named('A-105', 'Comment Motors'),
    {
      ...named('A-106', 'Mailed Motors', 'crm/dealersocket'),
      integrations: ['crm/dealersocket', 'dms/cdk'].flatMap((one) => dealerWith('A-106', one).integrations),
    },
  ],
});
const { openTask, view } = viewsOf(api);

interface Activity {
  events: {
    id: string;
    by: string;
    action: string;
    detail: string | null;
    vendor: string | null;
    taskId: string | null;
  }[];
}
const activity = async (id: string) =>
  (await api.get<Activity>('reader', `/v1/cancellations/${id}/activity`)).body.events;

it('finds cancellations by parts of the dealer’s name and account, reason and requester', async () => {
  for (const account of ['A-101', 'A-102']) await api.start({ account });
  await api.start({ account: 'A-103', reason: 'vendor_change', integration: 'dms/cdk' });
  await openTask('A-103', 'cdk-case');
  const list = async (query: string) => {
    const url = `/v1/cancellations?${query}`;
    const { body } = await api.get<{ cancellations: { account: string; dealerName: string }[] }>('reader', url);
    return body.cancellations.map(({ account, dealerName }) => `${dealerName} (${account})`).sort();
  };
  const [honda, boats, kia] = [
    'Brightwater Honda of Lakeport (A-101)',
    'Lakeport Boats 100% (A-102)',
    'Brightwater Kia (A-103)',
  ];
  expect(await list('search=brightWATER')).toEqual([honda, kia].sort());
  expect(await list('search=lakeport%20%20bright')).toEqual([honda]);
  expect(await list('search=101')).toEqual([honda]);
  expect(await list('search=a-10%20boats')).toEqual([boats]);
  expect(await list('search=0%25')).toEqual([boats]);
  expect(await list('search=_')).toEqual([]);
  expect(await list('search=%5C')).toEqual([]);
  expect(await list('reason=vendor_change')).toEqual([kia]);
  expect(await list('search=brightwater&reason=subscription_canceled')).toEqual([honda]);
  expect(await list('requestedBy=key:offboarding&search=kia')).toEqual([kia]);
  expect(await list('requestedBy=olivia')).toEqual([]);
  const empty = await api.get<ProblemBody>('reader', '/v1/cancellations?search=%20');
  expect(empty).toMatchObject({ status: 400, body: { errors: [{ path: 'query search' }] } });
});

it('tells who requested it again, who withdrew a part and why, and the team lead’s own words', async () => {
  const { body } = await api.start({ account: 'A-104', integrations: ['crm/dealersocket'] });
  const { key } = await createKey(service.db, {
    name: 'billing',
    scopes: ['cancellations:write'],
    requestsPerMinute: 10,
  });
  const again = await api.app.inject({
    ...{ method: 'POST', url: '/v1/cancellations', payload: { account: 'A-104', reason: 'subscription_canceled' } },
    headers: { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID() },
  });
  expect(again.json()).toMatchObject({ id: body.id, dealerName: 'Two Part Motors' });
  const form = await openTask('A-104', 'dealersocket-form');
  await openTask('A-104', 'cdk-case');
  await api.post('olivia', `/v1/tasks/${form.id}/claim`);
  await api.post('olivia', `/v1/tasks/${form.id}/escalate`, { reason: 'The page is down' });
  await api.post('lena', `/v1/tasks/${form.id}/return-to-team`, { note: 'It is up again: please retry' });
  const withdrawal = { reason: 'CDK stays', integrations: ['dms/cdk'] };
  await api.post('admin', `/v1/cancellations/${body.id}/withdraw`, withdrawal);
  await eventually(async () => (await view(body.id)).integrations.some(({ state }) => state === 'withdrawn'));
  const events = await activity(body.id);
  const told = events.map(({ by, action, detail }) => [by, action.replace(/:.*/, ''), detail]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['key:offboarding', 'Cancellation requested', 'Subscription canceled: DealerSocket'],
      ['key:billing', 'Cancellation requested again', 'Subscription canceled: DealerSocket, CDK'],
      ['olivia', 'Task escalated', 'The page is down'],
      ['lena', expect.stringMatching(/^Task returned/), 'It is up again: please retry'],
      ['key:admin', 'Withdrawn', 'CDK stays'],
    ]),
  );
  expect(events.find(({ action }) => action.startsWith('Task escalated'))).toMatchObject({
    ...{ taskId: form.id, vendor: 'crm/dealersocket' },
  });
});

it('keeps comments on the cancellation as a whole beside those on its tasks', async () => {
  const { body } = await api.start({ account: 'A-105' });
  const task = await openTask('A-105', 'cdk-case');
  const put = (who: 'olivia' | 'offboarding' | 'reader', text: string, id: string = randomUUID(), of = body.id) =>
    api.call<ProblemBody>(who, 'PUT', `/v1/cancellations/${of}/comments/${id}`, { body: { text } });
  const commentId = randomUUID();
  expect(await put('offboarding', 'The dealer closes in May.', commentId)).toMatchObject({
    status: 200,
    body: { id: commentId, by: 'key:offboarding', text: 'The dealer closes in May.' },
  });
  expect(await put('offboarding', 'The dealer closes in May.', commentId)).toMatchObject({ status: 200 });
  expect(await put('olivia', 'The dealer closes in May.', commentId)).toMatchObject({ status: 409 });
  const onTask = `/v1/tasks/${task.id}/comments/${randomUUID()}`;
  await api.call('olivia', 'PUT', onTask, { body: { text: 'CDK calls back.' } });
  const comments = (await activity(body.id)).filter(({ action }) => action === 'Comment');
  expect(comments.map(({ by, detail, taskId }) => [by, detail, taskId])).toEqual([
    ['key:offboarding', 'The dealer closes in May.', null],
    ['olivia', 'CDK calls back.', task.id],
  ]);
  const ofTask = await api.get<{ comments: unknown[] }>('reader', `/v1/tasks/${task.id}`);
  expect(ofTask.body.comments).toHaveLength(1);

  expect(await put('reader', 'x')).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
  expect(await put('olivia', ' ')).toMatchObject({ status: 400, body: { errors: [{ path: '/text' }] } });
  expect(await put('olivia', 'x', randomUUID(), randomUUID())).toMatchObject({ status: 404 });
  const { key } = await createKey(service.db, {
    name: 'other',
    scopes: ['cancellations:write'],
    requestsPerMinute: 10,
  });
  const others = await api.app.inject({
    ...{ method: 'PUT', url: `/v1/cancellations/${body.id}/comments/${randomUUID()}`, payload: { text: 'x' } },
    headers: { authorization: `Bearer ${key}` },
  });
  expect(others.statusCode).toBe(403);
});

it('mails a comment on a cancellation to each person with an open task of it, once, without its text', async () => {
  const { body } = await api.start({ account: 'A-106' });
  const [dealersocket, cdk] = [await openTask('A-106', 'dealersocket-form'), await openTask('A-106', 'cdk-case')];
  for (const { id } of [dealersocket, cdk]) await api.post('olivia', `/v1/tasks/${id}/claim`);
  const put = (who: 'olivia' | 'oscar', text: string, id: string) =>
    api.call(who, 'PUT', `/v1/cancellations/${body.id}/comments/${id}`, { body: { text } });
  const mailsOf = (id: string) =>
    service.db
      .select()
      .from(outbox)
      .where(like(outbox.businessKey, `comment/${id}/%`));
  const [own, others] = [randomUUID(), randomUUID()];
  expect(await put('olivia', 'my own words', own)).toMatchObject({ status: 200 });
  expect(await put('oscar', 'They close in May.', others)).toMatchObject({ status: 200 });
  expect(await put('oscar', 'They close in May.', others)).toMatchObject({ status: 200 });
  const mails = await eventually(async () => {
    const found = await mailsOf(others);
    return found.length > 0 && found.every(({ state }) => state === 'accepted') && found;
  });
  expect(mails).toMatchObject([{ to: 'olivia@example.com', subject: expect.stringMatching(/^New comment: /) }]);
  expect(mails[0]!.body).toContain('Somebody else commented on what this task belongs to');
  expect(mails[0]!.body).not.toContain('May');
  expect(await mailsOf(own)).toEqual([]);
});

it('takes at most 200 comments on a cancellation, also when several come at once', async () => {
  const { body } = await api.start({ account: 'A-105' });
  const put = () =>
    api.call<ProblemBody>('olivia', 'PUT', `/v1/cancellations/${body.id}/comments/${randomUUID()}`, {
      body: { text: 'more' },
    });
  const before = (await activity(body.id)).filter(({ action, taskId }) => action === 'Comment' && !taskId).length;
  for (let written = before; written < 198; written += 1) expect((await put()).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 5 }, put));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.detail).toBe(
    'The cancellation has 200 comments, and takes no more.',
  );
});
