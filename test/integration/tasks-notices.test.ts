import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { like } from 'drizzle-orm';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { openMailer } from '../../activities/shared/mail.ts';
import { noticeActivities } from '../../activities/shared/notices.ts';
import { outbox } from '../../db/schema/shared.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile();

const say = (who: 'olivia' | 'oscar' | 'lena', id: string, action: string, body: object = {}) =>
  api.post<{ state: string }>(who, `/v1/tasks/${id}/${action}`, body);
const mailsOf = (taskId: string) =>
  service.db
    .select()
    .from(outbox)
    .where(like(outbox.businessKey, `%${taskId}%`));
const noticesOf = async (taskId: string) => {
  const all: { workflowId: string; status: string }[] = [];
  for await (const { workflowId, status } of service.client.workflow.list({ query: "WorkflowType = 'sendNotice'" }))
    if (workflowId.includes(taskId)) all.push({ workflowId, status: status.name });
  return all;
};

it("the new and the previous assignee of a task get a mail with the due date in the dealer's time zone", async () => {
  const dealer = dealerOf(service, 'D-1104');
  await dealer.cancel(['crm/vinsolutions']);
  const { id } = await dealer.task('vinsolutions-portal');
  await say('lena', id, 'assign', { to: 'olivia' });
  const mailTo = (who: string, subject: RegExp) =>
    eventually(async () =>
      (await mailsOf(id)).find(
        (mail) => mail.to === `${who}@example.com` && subject.test(mail.subject) && mail.state === 'accepted',
      ),
    );
  const first = await mailTo('olivia', /^For you: /);
  expect(first.body).toMatch(/^Due: \w+day, \w+ \d+, \d{4}, 5:00 PM E[SD]T$/m);

  await say('lena', id, 'assign', { to: 'oscar' });
  expect((await mailTo('olivia', /^No longer yours: /)).body).toContain('Assignee: Oscar Ops');
  await mailTo('oscar', /^For you: /);
  expect(await say('olivia', id, 'claim')).toMatchObject({
    status: 409,
    body: { type: '/problems/assigned-to-another', detail: expect.stringContaining('assigned to Oscar Ops') },
  });
});

it('who escalated a task gets a mail when the team lead closes it without completing it', async () => {
  const dealer = dealerOf(service, 'D-1101');
  await dealer.cancel(['crm/vinsolutions']);
  const { id } = await dealer.task('vinsolutions-portal');
  await say('olivia', id, 'escalate', { reason: 'The portal rejects the ticket' });
  expect(await say('lena', id, 'close-not-completed', { reason: 'VinSolutions ended it itself' })).toMatchObject({
    status: 200,
  });
  const mail = await eventually(async () =>
    (await mailsOf(id)).find(({ to, subject }) => to === 'olivia@example.com' && /^Closed without /.test(subject)),
  );
  expect(mail.body).toContain('Reason: VinSolutions ended it itself');
});

it('a claimed task that is assigned to the person who claimed it stays as it is, with no event and no mail', async () => {
  const dealer = dealerOf(service, 'D-1105');
  await dealer.cancel(['crm/vinsolutions']);
  const { id } = await dealer.task('vinsolutions-portal');
  await say('olivia', id, 'claim');
  const shown = async () => (await api.get<{ state: string; events: object[] }>('olivia', `/v1/tasks/${id}`)).body;
  const claimed = await shown();
  expect(claimed).toMatchObject({ state: 'claimed', assignee: 'olivia', claimedAt: expect.any(String) });

  expect((await say('lena', id, 'assign', { to: 'olivia' })).status).toBe(200);
  expect(await shown()).toEqual(claimed);
  expect(await noticesOf(id)).toEqual([]);
  expect(await say('olivia', id, 'release')).toMatchObject({ status: 200, body: { state: 'open', assignee: null } });
});

it('a task that the team lead returns goes back to who escalated it, who gets a mail with the note', async () => {
  const dealer = dealerOf(service, 'D-1002');
  await dealer.cancel(['crm/dealersocket']);
  const { id } = await dealer.task('dealersocket-form');
  await say('olivia', id, 'claim');
  await say('olivia', id, 'escalate', { reason: 'no login' });
  expect(await say('lena', id, 'return-to-team', { note: 'the login is renewed' })).toMatchObject({
    status: 200,
    body: { state: 'open', assignee: 'olivia' },
  });
  const { body } = await api.get<{ events: { action: string }[] }>('lena', `/v1/tasks/${id}`);
  expect(body.events.at(-1)!.action).toMatch(/^Task returned to olivia: /);
  const mail = await eventually(async () =>
    (await mailsOf(id)).find(({ to, state }) => to === 'olivia@example.com' && state === 'accepted'),
  );
  expect(mail.subject).toMatch(/^Returned to you: /);
  expect(mail.body).toMatch(/^The team lead returned this task to you/);
  expect(mail.body).toContain('\nNote from the team lead: the login is renewed\n');

  const detail = 'The task is assigned to Olivia Ops: assign it to yourself first.';
  expect(await say('lena', id, 'claim')).toMatchObject({ status: 409, body: { detail } });
  await say('lena', id, 'assign', { to: 'lena' });
  expect(await say('lena', id, 'claim')).toMatchObject({ status: 200, body: { state: 'claimed', assignee: 'lena' } });
});

it('a mail server outage delays neither updates nor the end, and outdated notices are never mailed', async () => {
  const dealer = dealerOf(service, 'D-1003');
  service.sandbox.faults.smtp.next = Array(10_000).fill('421');
  const { ended } = await dealer.cancel(['crm/dealersocket']);
  const { id } = await dealer.task('dealersocket-form');
  await say('lena', id, 'assign', { to: 'oscar' });
  await eventually(async () => (await mailsOf(id)).some(({ state, answer }) => state === 'queued' && answer));
  await say('oscar', id, 'claim');
  await say('oscar', id, 'complete', { answers: { submitted: true } });
  expect(await ended()).toEqual({ 'crm/dealersocket': 'ended' });
  expect(await mailsOf(id)).toMatchObject([{ to: 'oscar@example.com', state: 'queued' }]);
  const notice = await eventually(async () => (await noticesOf(id))[0]);
  expect(notice.status).toBe('RUNNING');

  service.sandbox.faults.smtp.next = [];
  expect(await service.client.workflow.getHandle(notice.workflowId).result()).toEqual({ oscar: 'dropped' });
  expect(await mailsOf(id)).toMatchObject([{ state: 'dropped' }]);
  expect(service.sandbox.smtp.messages.map(({ to }) => to)).not.toContain('oscar@example.com');
});

it('a notice that becomes outdated while the mail server is slow is not sent', async () => {
  const dealer = dealerOf(service, 'D-1701');
  await dealer.cancel(['crm/dealersocket']);
  const { id } = await dealer.task('dealersocket-form');
  service.sandbox.faults.smtp.next = Array(10_000).fill('421');
  await say('lena', id, 'assign', { to: 'oscar' });

  let goOn = () => {};
  const asked = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: (_address, _session, callback) => {
      server.emit('rcpt');
      void asked.then(() => callback());
    },
    onData: (stream, _session, callback) => {
      simpleParser(stream).then(({ subject }) => {
        received.push(subject ?? '');
        callback();
      }, callback);
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mailer = openMailer({
    url: `smtp://127.0.0.1:${port}`,
    from: { name: 'Dealerops', address: 'dealerops@example.com' },
  });
  const { mailNotice } = noticeActivities({ ...service.outside, mailer });
  const notice = { about: 'task', key: 'test/slow', taskId: id, topic: 'assigned', person: 'oscar' } as const;
  const reached = once(server, 'rcpt');
  const mailed = new MockActivityEnvironment().run(mailNotice, { notice, to: 'oscar' });
  await reached;
  await say('oscar', id, 'claim');
  goOn();
  expect(await mailed).toMatchObject({ state: 'dropped' });
  expect(received).toEqual([]);
  await say('lena', id, 'assign', { to: 'olivia' });
  const another = { ...notice, key: 'test/wanted', person: 'olivia' };
  const wanted = await new MockActivityEnvironment().run(mailNotice, { notice: another, to: 'olivia' });
  expect(wanted).toMatchObject({ state: 'accepted' });
  expect(received).toHaveLength(1);
  mailer.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  service.sandbox.faults.smtp.next = [];
});
