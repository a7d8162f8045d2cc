import { MockActivityEnvironment } from '@temporalio/testing';
import { eq, sql } from 'drizzle-orm';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openMailer } from '../../activities/shared/mail.ts';
import { sendOutgoing } from '../../activities/shared/outgoingMail.ts';
import { dropMail, findMail, mailRejection, takeForSending } from '../../db/queries/outbox.ts';
import { outbox } from '../../db/schema/shared.ts';
import type { SmtpFault } from '../../sandbox/shared/faults.ts';
import { failureOf, mailBench, polite, scriptedServer, sender } from '../support/mail.ts';

const { bench, queue, send, row, stands } = mailBench();

describe('a mail server that rejects us or gives an unexpected reply', () => {
  const withPassword = () => openMailer({ url: bench.smtp.url.replace('//', '//dealerops:wr%20ong@'), from: sender });

  test.each<[Exclude<SmtpFault, string>, number]>([
    [{ at: 'connect', reply: '554 5.7.1 No SMTP service here' }, 0],
    [{ at: 'auth', reply: '535 5.7.8 Username and Password not accepted' }, 0],
    [{ at: 'mail', reply: '530 5.7.57 Client not authenticated to send mail' }, 0],
    [{ at: 'mail', reply: '550 5.4.5 Daily user sending limit exceeded' }, 0],
    [{ at: 'rcpt', reply: '554 5.7.1 Client host rejected: Access denied' }, 0],
    [{ at: 'rcpt', reply: '550 5.7.60 not allowed to send as dealerops@example.com' }, 0],
    [{ at: 'rcpt', reply: '550 no' }, 0],
    [{ at: 'message', reply: '550 5.4.5 Daily user sending limit exceeded' }, 1],
    [{ at: 'message', reply: '554 5.7.1 Message rejected as spam' }, 1],
  ])('%j: the mail waits and the rejection is reported until the mail is accepted', async (fault, attempts) => {
    await queue();
    bench.faults.smtp.next = [fault, fault];
    expect(await failureOf(send(withPassword()))).toBe('MailSenderRejected');
    const first = await row();
    expect([first.state, first.answer, first.attempts]).toEqual(['queued', fault.reply, attempts]);
    const rejection = (await mailRejection(bench.database.db))!;
    expect(rejection).toMatchObject({ since: first.rejectedSince, waiting: 1 });
    expect(rejection.reason).toBe(fault.reply!.replace('dealerops@example.com', '[address]'));

    expect(await failureOf(send(withPassword()))).toBe('MailSenderRejected');
    expect((await mailRejection(bench.database.db))!.since).toEqual(first.rejectedSince);

    expect(await send(withPassword())).toMatchObject({ state: 'accepted' });
    expect(await mailRejection(bench.database.db)).toBeNull();
    expect(bench.smtp.messages).toHaveLength(1);
  });

  test.each([
    ['EHLO', '554 5.7.1 go away'],
    ['MAIL', '550 5.1.8 Sender address rejected: Domain not found'],
    ['DATA', '554 5.5.1 no'],
  ])('is recognized in reply to %s, also without pipelining', async (command, reply) => {
    const { mailer: rejecting } = await scriptedServer((line) => {
      if (line === 'QUIT') return '221 bye';
      return line.startsWith(command) || (command === 'EHLO' && line.startsWith('HELO')) ? reply : polite(line);
    });
    await queue();
    expect(await failureOf(send(rejecting))).toBe('MailSenderRejected');
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
    expect((await row()).answer).toBe(reply);
    await dropMail(bench.database.db, bench.key);
    expect(await mailRejection(bench.database.db)).toBeNull();
  });

  test('the rejection is reported until a later mail is accepted, however long nothing is sent', async () => {
    const long = async (own: string, minutes: number) => {
      const ago = sql`now() - make_interval(mins => ${minutes})`;
      await bench.database.db
        .update(outbox)
        .set({ rejectedAt: ago, rejectedSince: ago })
        .where(eq(outbox.businessKey, own));
    };
    await queue();
    bench.faults.smtp.next = [{ at: 'mail', reply: '530 5.7.57 Client not authenticated' }];
    await send().catch(() => {});
    await long(bench.key, 600);
    expect(await mailRejection(bench.database.db)).not.toBeNull();
    const rejected = bench.key;
    bench.key = `${bench.key}/other`;
    await queue();
    await send();
    expect(await mailRejection(bench.database.db)).toBeNull();
    // It accepts the others, and rejects this one still.
    await long(rejected, 1);
    expect(await mailRejection(bench.database.db)).not.toBeNull();
    await dropMail(bench.database.db, rejected);
  });
});

test('an alert to a team lead whose sender was lost is sent after the next accepted mail', async () => {
  const alert = `${bench.key}/alert`;
  const { db } = bench.database;
  await queue({ businessKey: alert, kind: 'alert', to: 'lena@example.com' });
  await takeForSending(db, alert);
  await queue();
  const sendNext = () => new MockActivityEnvironment().run(() => sendOutgoing(bench, bench.key));
  expect(await sendNext()).toMatchObject({ state: 'accepted' });
  expect(bench.smtp.messages.map(({ to }) => to)).toEqual(['mds@example.com']);

  await db.update(outbox).set({ sendingUntil: sql`now()` }).where(eq(outbox.businessKey, alert));
  bench.key = `${bench.key}/other`;
  await queue();
  expect(await sendNext()).toMatchObject({ state: 'accepted' });
  expect(bench.smtp.messages.at(-1)).toMatchObject({ to: 'lena@example.com' });
  expect(await findMail(db, alert)).toMatchObject({ state: 'accepted' });
});

describe('a slow server', () => {
  test('gets its time after the final dot: the mail is sent once and by one sender only', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let answer: () => void = () => {};
    const { mailer: slow, heard } = await scriptedServer((line) => {
      if (line === '.') return new Promise<string>((resolve) => (answer = () => resolve('250 kept')));
      return line === 'DATA' ? '354 go on' : polite(line);
    });
    await queue();
    const sending = send(slow);
    await vi.waitFor(() => expect(heard).toContain('.'), 10_000);
    expect(await failureOf(send(slow))).toBe('MailBeingSent');
    // The hold is renewed for as long as the sender waits.
    await bench.database.db.update(outbox).set({ sendingUntil: sql`now()` }).where(eq(outbox.businessKey, bench.key));
    vi.advanceTimersByTime(20_000);
    await vi.waitFor(
      async () => expect((await row()).sendingUntil!.getTime()).toBeGreaterThan(Date.now() + 60_000),
      10_000,
    );
    expect(await failureOf(send(slow))).toBe('MailBeingSent');
    answer();
    expect(await sending).toEqual({ state: 'accepted', answer: '250 kept' });
    expect(await send(slow)).toEqual({ state: 'accepted', answer: '250 kept' });
    expect(heard.filter((line) => line === '.')).toHaveLength(1);
  });

  test('is waited for when each stage takes seconds', async () => {
    const { mailer: slow, heard } = await scriptedServer(async (line) => {
      if (/^(EHLO|MAIL|RCPT|DATA|\.$)/.test(line)) await new Promise((resolve) => setTimeout(resolve, 400));
      if (line === '.') return '250 kept';
      return line === 'DATA' ? '354 go on' : polite(line);
    });
    await queue();
    expect(await send(slow)).toEqual({ state: 'accepted', answer: '250 kept' });
    expect(heard.filter((line) => line === '.')).toHaveLength(1);
  });

  test('does not delay a withdrawal before the message leaves; after that the withdrawal waits for the reply', async () => {
    const { mailer: silent, heard } = await scriptedServer((line) =>
      line.startsWith('RCPT') ? undefined : polite(line),
    );
    await queue();
    const withdrawn = new AbortController();
    const sending = failureOf(send(silent, withdrawn.signal));
    await vi.waitFor(() => expect(heard.some((line) => line.startsWith('RCPT'))).toBe(true), 10_000);
    withdrawn.abort();
    expect(await sending).toBe('MailUnavailable');
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
    expect(await failureOf(send(silent, withdrawn.signal))).toBe('MailUnavailable');

    const late = new AbortController();
    const { mailer: slow } = await scriptedServer((line) => {
      if (line === '.') late.abort();
      if (line === '.') return '250 kept';
      return line === 'DATA' ? '354 go on' : polite(line);
    });
    expect(await send(slow, late.signal)).toEqual({ state: 'accepted', answer: '250 kept' });
  });
});

test.each([
  ['CANCELLED', 'accepted'],
  ['WORKER_SHUTDOWN', 'unknown'],
] as const)('a message that has left when its activity is canceled (%s) is %s', async (reason, state) => {
  let answer: () => void = () => {};
  const { mailer: slow, heard } = await scriptedServer((line) => {
    if (line === '.') return new Promise<string>((resolve) => (answer = () => resolve('250 kept')));
    return line === 'DATA' ? '354 go on' : polite(line);
  });
  await queue();
  const activity = new MockActivityEnvironment();
  const sending = activity.run(() => sendOutgoing({ database: bench.database, mailer: slow }, bench.key));
  await vi.waitFor(() => expect(heard).toContain('.'), 10_000);
  activity.cancel(reason);
  if (reason === 'CANCELLED') answer();
  expect(await sending).toMatchObject({ state });
});

test('non-ASCII domains are sent as A-labels in the envelope and the header', async () => {
  const { mailer: plain, heard } = await scriptedServer((line) => {
    if (line === '.') return '250 kept';
    return line === 'DATA' ? '354 go on' : polite(line);
  });
  await queue({ to: 'mds@例え.example' });
  await send({ ...plain, from: { name: 'Öps, "Dealers"', address: 'ops@münchen.example' } });
  expect(heard).toContain('MAIL FROM:<ops@xn--mnchen-3ya.example>');
  expect(heard).toContain('RCPT TO:<mds@xn--r8jz45g.example>');
  expect(heard.find((line) => line.startsWith('From:'))).toMatch(/<ops@xn--mnchen-3ya\.example>$/);
});
