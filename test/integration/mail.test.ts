import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Mailer, openMailer, sendMail } from '../../activities/mail.ts';
import { dropMail, findMail, moveMail, type OutboxRow, queueMail, settleMail } from '../../db/outbox.ts';
import { type Faults, noFaults } from '../../sandbox/faults.ts';
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
beforeEach(() => {
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
const send = (through = mailer) => sendMail({ db: database.db, mailer: through }, key);
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

  test('a wrong password is not held against the mail', async () => {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, callback) => callback(new Error('wrong password')),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => server.close(resolve)));
    const { port } = server.server.address() as AddressInfo;
    await queue();
    const url = `smtp://dealerops:wr%20ong@127.0.0.1:${port}`;
    expect(await failureOf(send(openMailer({ url, from })))).toBe('MailUnavailable');
    expect((await row()).answer).toMatch(/^535 /);
    expect(await stands()).toEqual({ state: 'queued', attempts: 0 });
  });

  test('a password is not given to another machine without TLS', async () => {
    const server = await scriptedServer((line) => (line.startsWith('EHLO') ? '250 AUTH PLAIN' : polite(line)));
    await queue();
    const url = `smtp://dealerops:secret@0.0.0.0:${server.mailer.server.port}`;
    expect(await failureOf(send(openMailer({ url, from })))).toBe('MailUnavailable');
    expect(server.heard.join()).not.toContain('AUTH');
  });
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
  const since = (ms: number) => `being handed over since ${new Date(Date.now() - ms).toISOString()}`;

  test.each([
    ['vendor_request', 'unknown'],
    ['reminder', 'dropped'],
  ] as const)('is another sender’s for a while; after that a %s is %s', async (kind, state) => {
    await queue({ kind });
    await moveMail(database.db, key, ['queued'], 'sending', since(60_000));
    expect(await failureOf(send())).toBe('MailBeingSent');
    await moveMail(database.db, key, ['sending'], 'sending', since(91_000));
    expect(await send()).toMatchObject({ state, answer: expect.stringContaining('its sender was lost') });
    expect(smtp.messages).toEqual([]);
  });

  test('is not given back by another sender whose own try is deferred', async () => {
    const { mailer: deferring } = await scriptedServer(async (line) => {
      if (!line.startsWith('RCPT')) return polite(line);
      await moveMail(database.db, key, ['queued'], 'sending', since(0));
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
    "The sender's mail address must be like",
  ],
])('settings that cannot be used are refused: %j %j', (url, address, message) => {
  const open = () => openMailer({ url, from: { name: 'Dealerops', address } });
  expect(open).toThrow(message);
  expect(open).not.toThrow('secret');
});
