import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openMailer } from '../../activities/shared/mail.ts';
import { dropMail, settleMail, takeForSending } from '../../db/queries/outbox.ts';
import { outbox } from '../../db/schema/shared.ts';
import { noFaults } from '../../domain/shared/sandboxFaults.ts';
import { startSmtp } from '../../sandbox/smtp/smtp.ts';
import { failureOf, mailBench, polite, scriptedServer, sender } from '../support/mail.ts';

const { bench, queue, send, row, stands } = mailBench();

describe('a mail that the server accepts', () => {
  test("arrives as queued, and the server's reply is stored", async () => {
    await queue();
    const end = await send();
    expect(end.state).toBe('accepted');
    expect(end.answer).toMatch(/^250 2\.0\.0 queued as /);
    const { messageId, settledAt, answer } = await row();
    expect(await stands()).toEqual({ state: 'accepted', attempts: 1 });
    expect([answer, settledAt]).toEqual([end.answer, expect.any(Date)]);
    expect(bench.smtp.messages).toMatchObject([
      {
        messageId,
        to: 'mds@example.com',
        subject: 'Request to cancel integration feed',
        text: 'Hello,\n\nBrightwater Honda of Lakeport\n',
      },
    ]);
  });

  test('is sent once, however often it is queued', async () => {
    await queue();
    const { messageId } = await row();
    await queue({ body: 'another text' });
    const ends = await Promise.allSettled(Array.from({ length: 8 }, () => send()));
    expect(bench.smtp.messages).toHaveLength(1);
    for (const end of ends) {
      if (end.status === 'fulfilled') expect(end.value.state).toBe('accepted');
      else expect(end.reason.type).toBe('MailBeingSent');
    }
    expect(await send()).toMatchObject({ state: 'accepted' });
    expect(bench.smtp.messages.map((mail) => mail.messageId)).toEqual([messageId]);
    expect(await stands()).toEqual({ state: 'accepted', attempts: 1 });
  });

  test('gets no additional header or recipient from its texts', async () => {
    await queue({ subject: 'Late\r\nBcc: eve@example.com\r\n\r\nbody', body: '.\r\n..\r\nQUIT\r\nénd' });
    await send();
    expect(bench.smtp.messages).toMatchObject([
      { to: 'mds@example.com', subject: 'Late Bcc: eve@example.com body', text: expect.stringContaining('QUIT\nénd') },
    ]);
  });
});

describe('a mail that the server defers or rejects', () => {
  test.each([
    ['421', 'MailDeferred', 0],
    ['451', 'MailDeferred', 0],
    ['451-after-data', 'MailDeferred', 1],
  ] as const)('%s: stays queued and is sent by a later try', async (fault, type, attempts) => {
    bench.faults.smtp.next = [fault];
    await queue();
    expect(await failureOf(send())).toBe(type);
    expect(await stands()).toEqual({ state: 'queued', attempts });
    expect((await row()).answer).toMatch(/^4(21|51) /);
    expect(bench.smtp.messages).toEqual([]);
    expect(await send()).toMatchObject({ state: 'accepted' });
    expect(bench.smtp.messages).toHaveLength(1);
  });

  test('550: is rejected permanently', async () => {
    bench.faults.smtp.next = ['550'];
    await queue();
    const end = { state: 'refused', answer: '550 5.1.1 mailbox unavailable' };
    expect(await send()).toEqual(end);
    expect(await send()).toEqual(end);
    expect(bench.smtp.messages).toEqual([]);
  });

  test("stays queued when nothing listens on the server's port", async () => {
    const gone = await startSmtp(noFaults());
    await gone.close();
    await queue();
    expect(await failureOf(send(openMailer({ url: gone.url, from: sender })))).toBe('MailUnavailable');
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
  });

  test('the password is not sent to another machine without TLS', async () => {
    const server = await scriptedServer((line) => (line.startsWith('EHLO') ? '250 AUTH PLAIN' : polite(line)));
    await queue();
    const url = `smtp://dealerops:secret@0.0.0.0:${server.mailer.server.port}`;
    expect(await failureOf(send(openMailer({ url, from: sender })))).toBe('MailSenderRejected');
    expect(server.heard.join()).not.toContain('AUTH');
  });
});
describe('a mail whose connection is lost', () => {
  test('lost before the server asked for the message, has not been sent', async () => {
    const { mailer: cutting, heard } = await scriptedServer((line, socket) => {
      if (line === 'DATA') socket.destroy();
      return polite(line);
    });
    await queue();
    expect(await failureOf(send(cutting))).toBe('MailUnavailable');
    expect(heard.at(-1)).toBe('DATA');
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
  });

  test('is in the state `sending` from the moment when the server asked for it, and not earlier', async () => {
    const seen: string[] = [];
    const { mailer: watching } = await scriptedServer(async (line) => {
      if (/^(DATA|Message-ID)/.test(line)) seen.push(`${line.slice(0, 4)}: ${(await row()).state}`);
      if (line === 'DATA') return '354 go on';
      return line === '.' ? '250 kept' : polite(line);
    });
    await queue();
    expect(await send(watching)).toEqual({ state: 'accepted', answer: '250 kept' });
    expect(seen).toEqual(['DATA: queued', 'Mess: sending']);
  });

  test.each(['cut-kept', 'cut-lost'] as const)('%s: a person decides about a mail to a vendor', async (fault) => {
    bench.faults.smtp.next = [fault];
    await queue();
    const { messageId } = await row();
    const end = await send();
    expect(end.state).toBe('unknown');
    expect(end.answer).toContain(`Message-ID ${messageId}`);
    expect(await send()).toEqual(end);
    expect(bench.smtp.messages).toHaveLength(fault === 'cut-kept' ? 1 : 0);

    if (fault === 'cut-kept') {
      await settleMail(bench.database.db, bench.key, 'accepted', 'olivia');
      expect(await send()).toEqual({ state: 'accepted', answer: 'it arrived, says olivia' });
    } else {
      await settleMail(bench.database.db, bench.key, 'send_again', 'olivia');
      expect(await send()).toMatchObject({ state: 'accepted' });
      await settleMail(bench.database.db, bench.key, 'send_again', 'olivia');
      expect(await send()).toMatchObject({ state: 'accepted' });
    }
    expect(bench.smtp.messages.map((mail) => mail.messageId)).toEqual([messageId]);
  });

  test.each(['reminder', 'alert'] as const)(
    'a mail to our own people (%s) is sent again as the same mail',
    async (kind) => {
      bench.faults.smtp.next = ['cut-kept'];
      await queue({ kind });
      const { messageId } = await row();
      expect(await failureOf(send())).toBe('MailUnavailable');
      expect(await stands()).toEqual({ state: 'queued', attempts: 1 });
      expect(await send()).toMatchObject({ state: 'accepted' });
      expect(bench.smtp.messages.map((mail) => mail.messageId)).toEqual([messageId, messageId]);
    },
  );

  test('a mail to our own people is dropped after five lost replies', async () => {
    bench.faults.smtp.next = Array(9).fill('cut-kept');
    await queue({ kind: 'alert' });
    for (let times = 1; times < 5; times += 1) expect(await failureOf(send())).toBe('MailUnavailable');
    expect(await send()).toMatchObject({ state: 'dropped', answer: expect.stringContaining('lost before the answer') });
    expect(await send()).toMatchObject({ state: 'dropped' });
    expect(bench.smtp.messages).toHaveLength(5);
  });

  test('is unknown at once when the service stops while waiting for the reply', async () => {
    const { mailer: silent } = await scriptedServer((line) => {
      if (line === '.') silent.close();
      return line === 'DATA' ? '354 go on' : polite(line);
    });
    await queue();
    const end = await send(silent);
    expect(end).toMatchObject({ state: 'unknown', answer: expect.stringContaining('the service is stopping') });
  });
});

describe('a mail found in the state `sending`', () => {
  /** As another sender that still has this many seconds to say that it goes on. */
  const takenElsewhere = async (seconds: number) => {
    await takeForSending(bench.database.db, bench.key);
    const sendingUntil = sql`now() + make_interval(secs => ${seconds})`;
    await bench.database.db.update(outbox).set({ sendingUntil }).where(eq(outbox.businessKey, bench.key));
  };

  test.each([
    ['vendor_request', 'unknown', 0],
    ['reminder', 'accepted', 1],
    ['alert', 'accepted', 1],
  ] as const)('belongs to its sender for a while; after that a %s is %s', async (kind, state, messages) => {
    await queue({ kind });
    await takenElsewhere(5);
    expect(await failureOf(send())).toBe('MailBeingSent');
    await settleMail(bench.database.db, bench.key, 'send_again', 'nobody');
    await bench.database.db.update(outbox).set({ state: 'queued' }).where(eq(outbox.businessKey, bench.key));
    await takenElsewhere(-1);
    expect((await send()).state).toBe(state);
    expect(bench.smtp.messages).toHaveLength(messages);
    if (messages === 0) expect((await row()).answer).toContain('its sender was lost');
  });

  test('is taken over from a lost sender once, by however many try at once', async () => {
    await queue({ kind: 'alert' });
    await takenElsewhere(-1);
    await Promise.allSettled(Array.from({ length: 8 }, () => send()));
    expect(await stands()).toEqual({ state: 'accepted', attempts: 2 });
    expect(bench.smtp.messages).toHaveLength(1);
  });

  test('is not put back into the queue by another sender whose try is deferred', async () => {
    const { mailer: deferring } = await scriptedServer(async (line) => {
      if (!line.startsWith('RCPT')) return polite(line);
      await takenElsewhere(90);
      return '451 later';
    });
    await queue();
    expect(await failureOf(send(deferring))).toBe('MailDeferred');
    expect((await row()).state).toBe('sending');
  });
});

describe('a mail that is withdrawn', () => {
  test('before it was sent is never sent', async () => {
    await queue();
    const dropped = { state: 'dropped', answer: 'withdrawn before it was sent' };
    expect(await dropMail(bench.database.db, bench.key)).toEqual(dropped);
    expect(await send()).toEqual(dropped);
    expect(bench.smtp.messages).toEqual([]);
  });

  test('right before the server asks for the message is not sent', async () => {
    const { mailer: late, heard } = await scriptedServer(async (line) => {
      if (line !== 'DATA') return polite(line);
      await dropMail(bench.database.db, bench.key);
      return '354 go on';
    });
    await queue();
    expect(await failureOf(send(late))).toBe('MailBeingSent');
    expect(heard.at(-1)).toBe('DATA');
    expect((await row()).state).toBe('dropped');
  });

  test('tells whether the mail was never queued or already accepted', async () => {
    expect(await dropMail(bench.database.db, bench.key)).toEqual({ state: 'dropped', answer: 'never written' });
    await queue();
    await send();
    expect(await dropMail(bench.database.db, bench.key)).toMatchObject({ state: 'accepted' });
  });
});

test('a mail that is not in the outbox fails without retries', async () => {
  await expect(send()).rejects.toMatchObject({ type: 'MailMissing', nonRetryable: true });
});

test.each([
  ['http://mail.example.com', 'dealerops@example.com', "The mail server's URL must be like"],
  ['mail.example.com:25', 'dealerops@example.com', "The mail server's URL must be like"],
  ['smtp://user:secret@', 'dealerops@example.com', "The mail server's URL must be like"],
  [
    'smtp://mail.example.com',
    'dealerops@example.com>\r\nRCPT TO:<eve@example.com',
    'must have an address whose part before the @',
  ],
])('unusable settings are rejected: %j %j', (url, address, message) => {
  const open = () => openMailer({ url, from: { name: 'Dealerops', address } });
  expect(open).toThrow(message);
  expect(open).not.toThrow('secret');
});
