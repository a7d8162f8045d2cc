import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Mailer, openMailer, sendMail } from '../../activities/mail.ts';
import { sendOutgoing } from '../../activities/outgoingMail.ts';
import {
  dropMail,
  findMail,
  mailRejection,
  type OutboxRow,
  queueMail,
  settleMail,
  takeForSending,
} from '../../db/outbox.ts';
import { outbox } from '../../db/schema.ts';
import { type Faults, noFaults, type SmtpFault } from '../../sandbox/faults.ts';
import { type SmtpStandIn, startSmtp } from '../../sandbox/smtp.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const from = { name: 'Dealerops', address: 'dealerops@example.com' };
let database: TestDatabase;
let faults: Faults;
let smtp: SmtpStandIn;
let mailer: Mailer;
let key: string;
let mails = 0;
const closers: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  database = await testDatabase();
  faults = noFaults();
  smtp = await startSmtp(faults);
});
beforeEach(async () => {
  await database.db.delete(outbox);
  mailer = openMailer({ url: smtp.url, from });
  smtp.messages.length = 0;
  faults.smtp.next = [];
  mails += 1;
  key = `elead/D-${mails}`;
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(async () => {
  await smtp.close();
  await database.close();
});

const queue = (mail: Partial<Parameters<typeof queueMail>[1]> = {}) =>
  queueMail(database.db, {
    businessKey: key,
    kind: 'vendor_request',
    to: 'mds@example.com',
    subject: 'Request to cancel integration feed',
    body: 'Hello,\n\nBrightwater Honda of Lakeport\n',
    ...mail,
  });
const send = (through = mailer, cancelled?: AbortSignal) =>
  sendMail({ db: database.db, mailer: through, cancelled }, key);
const row = async () => (await findMail(database.db, key)) as OutboxRow;
const stands = async () => {
  const { state, attempts } = await row();
  return { state, attempts };
};
/** The type of the failure that the call ends in, which must be one to be tried again. */
async function failureOf(call: Promise<unknown>): Promise<string | null | undefined> {
  const error = await call.then(
    (value) => expect.fail(`no failure but ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error.nonRetryable).toBeFalsy();
  return error.type;
}

/** A mail server that says what the script says to each line, and nothing where it says nothing; `DATA` ends with `.`. */
async function scriptedServer(
  script: (line: string, socket: Socket) => string | undefined | Promise<string | undefined>,
) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let rest = '';
    let turn = Promise.resolve();
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        heard.push(line);
        turn = turn.then(async () => {
          const answer = await script(line, socket);
          if (answer && !socket.destroyed) socket.write(`${answer}\r\n`);
        });
      }
    });
    closers.push(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const scripted = openMailer({ url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, from });
  return { heard, mailer: scripted };
}

const polite = (line: string) => {
  if (line === 'STARTTLS') return '502 no';
  return /^(EHLO|MAIL|RCPT|QUIT)/.test(line) ? '250 ok' : undefined;
};

describe('a mail that the server accepts', () => {
  test('arrives as it was queued, and its answer is kept', async () => {
    await queue();
    const end = await send();
    expect(end.state).toBe('accepted');
    expect(end.answer).toMatch(/^250 2\.0\.0 queued as /);
    const { messageId, settledAt, answer } = await row();
    expect(await stands()).toEqual({ state: 'accepted', attempts: 1 });
    expect([answer, settledAt]).toEqual([end.answer, expect.any(Date)]);
    expect(smtp.messages).toMatchObject([
      {
        messageId,
        to: 'mds@example.com',
        subject: 'Request to cancel integration feed',
        text: 'Hello,\n\nBrightwater Honda of Lakeport\n',
      },
    ]);
  });

  test('is sent once, however often it is queued and sent', async () => {
    await queue();
    const { messageId } = await row();
    await queue({ body: 'another text' });
    const ends = await Promise.allSettled(Array.from({ length: 8 }, () => send()));
    expect(smtp.messages).toHaveLength(1);
    for (const end of ends) {
      if (end.status === 'fulfilled') expect(end.value.state).toBe('accepted');
      else expect(end.reason.type).toBe('MailBeingSent');
    }
    expect(await send()).toMatchObject({ state: 'accepted' });
    expect(smtp.messages.map((mail) => mail.messageId)).toEqual([messageId]);
    expect(await stands()).toEqual({ state: 'accepted', attempts: 1 });
  });

  test('gains no header and no recipient from its texts', async () => {
    await queue({ subject: 'Late\r\nBcc: eve@example.com\r\n\r\nbody', body: '.\r\n..\r\nQUIT\r\nénd' });
    await send();
    expect(smtp.messages).toMatchObject([
      { to: 'mds@example.com', subject: 'Late Bcc: eve@example.com body', text: expect.stringContaining('QUIT\nénd') },
    ]);
  });
});

describe('a mail that the server does not take now', () => {
  test.each([
    ['421', 'MailDeferred', 0],
    ['451', 'MailDeferred', 0],
    ['451-after-data', 'MailDeferred', 1],
  ] as const)('%s: stays queued, and goes with a later try', async (fault, type, attempts) => {
    faults.smtp.next = [fault];
    await queue();
    expect(await failureOf(send())).toBe(type);
    expect(await stands()).toEqual({ state: 'queued', attempts });
    expect((await row()).answer).toMatch(/^4(21|51) /);
    expect(smtp.messages).toEqual([]);
    expect(await send()).toMatchObject({ state: 'accepted' });
    expect(smtp.messages).toHaveLength(1);
  });

  test('550: is refused, for good', async () => {
    faults.smtp.next = ['550'];
    await queue();
    const end = { state: 'refused', answer: '550 5.1.1 mailbox unavailable' };
    expect(await send()).toEqual(end);
    expect(await send()).toEqual(end);
    expect(smtp.messages).toEqual([]);
  });

  test('nobody listens: stays queued', async () => {
    const gone = await startSmtp(noFaults());
    await gone.close();
    await queue();
    expect(await failureOf(send(openMailer({ url: gone.url, from })))).toBe('MailUnavailable');
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
  });

  test('a password is not given to another machine without TLS', async () => {
    const server = await scriptedServer((line) => (line.startsWith('EHLO') ? '250 AUTH PLAIN' : polite(line)));
    await queue();
    const url = `smtp://dealerops:secret@0.0.0.0:${server.mailer.server.port}`;
    expect(await failureOf(send(openMailer({ url, from })))).toBe('MailSenderRejected');
    expect(server.heard.join()).not.toContain('AUTH');
  });
});

describe('a mail server that rejects us, or whose answer is not understood', () => {
  const withPassword = () => openMailer({ url: smtp.url.replace('//', '//dealerops:wr%20ong@'), from });

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
  ])('%j: the mail waits, the rejection is told, and both end when it is accepted', async (fault, attempts) => {
    await queue();
    faults.smtp.next = [fault, fault];
    expect(await failureOf(send(withPassword()))).toBe('MailSenderRejected');
    const first = await row();
    expect([first.state, first.answer, first.attempts]).toEqual(['queued', fault.reply, attempts]);
    const rejection = (await mailRejection(database.db))!;
    expect(rejection).toMatchObject({ since: first.rejectedSince, waiting: 1 });
    expect(rejection.reason).toBe(fault.reply!.replace('dealerops@example.com', '[address]'));

    expect(await failureOf(send(withPassword()))).toBe('MailSenderRejected');
    expect((await mailRejection(database.db))!.since).toEqual(first.rejectedSince);

    expect(await send(withPassword())).toMatchObject({ state: 'accepted' });
    expect(await mailRejection(database.db)).toBeNull();
    expect(smtp.messages).toHaveLength(1);
  });

  test.each([
    ['EHLO', '554 5.7.1 go away'],
    ['MAIL', '550 5.1.8 Sender address rejected: Domain not found'],
    ['DATA', '554 5.5.1 no'],
  ])('in answer to %s, also one that takes each command by itself', async (command, reply) => {
    const { mailer: rejecting } = await scriptedServer((line) => {
      if (line === 'QUIT') return '221 bye';
      return line.startsWith(command) || (command === 'EHLO' && line.startsWith('HELO')) ? reply : polite(line);
    });
    await queue();
    expect(await failureOf(send(rejecting))).toBe('MailSenderRejected');
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
    expect((await row()).answer).toBe(reply);
    await dropMail(database.db, key);
    expect(await mailRejection(database.db)).toBeNull();
  });

  test('is told until a later mail is accepted, however long nobody tries', async () => {
    const long = async (own: string, minutes: number) => {
      const ago = sql`now() - make_interval(mins => ${minutes})`;
      await database.db.update(outbox).set({ rejectedAt: ago, rejectedSince: ago }).where(eq(outbox.businessKey, own));
    };
    await queue();
    faults.smtp.next = [{ at: 'mail', reply: '530 5.7.57 Client not authenticated' }];
    await send().catch(() => {});
    await long(key, 600);
    expect(await mailRejection(database.db)).not.toBeNull();
    const rejected = key;
    key = `${key}/other`;
    await queue();
    await send();
    expect(await mailRejection(database.db)).toBeNull();
    // It accepts the others, and rejects this one still.
    await long(rejected, 1);
    expect(await mailRejection(database.db)).not.toBeNull();
    await dropMail(database.db, rejected);
  });
});

describe('a slow server', () => {
  test('has its time after the final dot: the mail is sent once, and is nobody else’s meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    closers.push(() => vi.useRealTimers());
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
    await database.db.update(outbox).set({ sendingUntil: sql`now()` }).where(eq(outbox.businessKey, key));
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

  test('that takes seconds at each stage is waited for', async () => {
    const { mailer: slow, heard } = await scriptedServer(async (line) => {
      if (/^(EHLO|MAIL|RCPT|DATA|\.$)/.test(line)) await new Promise((resolve) => setTimeout(resolve, 400));
      if (line === '.') return '250 kept';
      return line === 'DATA' ? '354 go on' : polite(line);
    });
    await queue();
    expect(await send(slow)).toEqual({ state: 'accepted', answer: '250 kept' });
    expect(heard.filter((line) => line === '.')).toHaveLength(1);
  });

  test('is not waited for by a withdrawal before the message leaves; after that, its answer is', async () => {
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
] as const)('a message that has left when its activity is cancelled (%s) is %s', async (reason, state) => {
  let answer: () => void = () => {};
  const { mailer: slow, heard } = await scriptedServer((line) => {
    if (line === '.') return new Promise<string>((resolve) => (answer = () => resolve('250 kept')));
    return line === 'DATA' ? '354 go on' : polite(line);
  });
  await queue();
  const activity = new MockActivityEnvironment();
  const sending = activity.run(() => sendOutgoing({ database, mailer: slow }, key));
  await vi.waitFor(() => expect(heard).toContain('.'), 10_000);
  activity.cancel(reason);
  if (reason === 'CANCELLED') answer();
  expect(await sending).toMatchObject({ state });
});

test('domains that are not ASCII go into the envelope and the header as A-labels', async () => {
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

describe('a mail whose connection is lost', () => {
  test('before the server asked for the message: has not left', async () => {
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

  test.each(['cut-kept', 'cut-lost'] as const)('%s: a vendor’s request is a person’s to settle', async (fault) => {
    faults.smtp.next = [fault];
    await queue();
    const { messageId } = await row();
    const end = await send();
    expect(end.state).toBe('unknown');
    expect(end.answer).toContain(`Message-ID ${messageId}`);
    expect(await send()).toEqual(end);
    expect(smtp.messages).toHaveLength(fault === 'cut-kept' ? 1 : 0);

    if (fault === 'cut-kept') {
      await settleMail(database.db, key, 'accepted', 'olivia');
      expect(await send()).toEqual({ state: 'accepted', answer: 'it arrived, says olivia' });
    } else {
      await settleMail(database.db, key, 'send_again', 'olivia');
      expect(await send()).toMatchObject({ state: 'accepted' });
      await settleMail(database.db, key, 'send_again', 'olivia');
      expect(await send()).toMatchObject({ state: 'accepted' });
    }
    expect(smtp.messages.map((mail) => mail.messageId)).toEqual([messageId]);
  });

  test('a reminder is dropped, since the next one comes anyhow', async () => {
    faults.smtp.next = ['cut-lost'];
    await queue({ kind: 'reminder' });
    expect(await send()).toMatchObject({ state: 'dropped' });
    expect(await send()).toMatchObject({ state: 'dropped' });
    expect(smtp.messages).toEqual([]);
  });

  test('when the service stops while it waits for the answer: is unknown at once', async () => {
    const { mailer: silent } = await scriptedServer((line) => {
      if (line === '.') silent.close();
      return line === 'DATA' ? '354 go on' : polite(line);
    });
    await queue();
    const end = await send(silent);
    expect(end).toMatchObject({ state: 'unknown', answer: expect.stringContaining('the service is stopping') });
  });
});

describe('a mail that is found in the state `sending`', () => {
  /** As another sender that still has this many seconds to say that it goes on. */
  const takenElsewhere = async (seconds: number) => {
    await takeForSending(database.db, key);
    const sendingUntil = sql`now() + make_interval(secs => ${seconds})`;
    await database.db.update(outbox).set({ sendingUntil }).where(eq(outbox.businessKey, key));
  };

  test.each([
    ['vendor_request', 'unknown'],
    ['reminder', 'dropped'],
  ] as const)('is another sender’s for a while; after that a %s is %s', async (kind, state) => {
    await queue({ kind });
    await takenElsewhere(5);
    expect(await failureOf(send())).toBe('MailBeingSent');
    await settleMail(database.db, key, 'send_again', 'nobody');
    await database.db.update(outbox).set({ state: 'queued' }).where(eq(outbox.businessKey, key));
    await takenElsewhere(-1);
    expect(await send()).toMatchObject({ state, answer: expect.stringContaining('its sender was lost') });
    expect(smtp.messages).toEqual([]);
  });

  test('is not given back by another sender whose own try is deferred', async () => {
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
  test('before it was sent: never leaves', async () => {
    await queue();
    const dropped = { state: 'dropped', answer: 'withdrawn before it was sent' };
    expect(await dropMail(database.db, key)).toEqual(dropped);
    expect(await send()).toEqual(dropped);
    expect(smtp.messages).toEqual([]);
  });

  test('while the server is about to ask for it: no byte of it leaves', async () => {
    const { mailer: late, heard } = await scriptedServer(async (line) => {
      if (line !== 'DATA') return polite(line);
      await dropMail(database.db, key);
      return '354 go on';
    });
    await queue();
    expect(await failureOf(send(late))).toBe('MailBeingSent');
    expect(heard.at(-1)).toBe('DATA');
    expect((await row()).state).toBe('dropped');
  });

  test('that was never written, and one that was accepted, are told', async () => {
    expect(await dropMail(database.db, key)).toEqual({ state: 'dropped', answer: 'never written' });
    await queue();
    await send();
    expect(await dropMail(database.db, key)).toMatchObject({ state: 'accepted' });
  });
});

test('a mail that is not in the outbox is a mistake that trying again does not mend', async () => {
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
])('settings that cannot be used are refused: %j %j', (url, address, message) => {
  const open = () => openMailer({ url, from: { name: 'Dealerops', address } });
  expect(open).toThrow(message);
  expect(open).not.toThrow('secret');
});
