import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { type Mailer, openMailer, sendMail } from '../../activities/shared/mail.ts';
import { findMail, type OutboxRow, queueMail } from '../../db/queries/outbox.ts';
import { outbox } from '../../db/schema/shared.ts';
import { noFaults } from '../../domain/shared/sandboxFaults.ts';
import type { Faults } from '../../sandbox/shared/faults.ts';
import { type SmtpStandIn, startSmtp } from '../../sandbox/smtp/smtp.ts';
import { type TestDatabase, testDatabase } from './database.ts';

export const sender = { name: 'Dealerops', address: 'dealerops@example.com' };

/** An outbox and a mail server for the tests of a file, each test with an empty outbox and a key of its own. */
export function mailBench() {
  let mails = 0;
  const bench = {} as { database: TestDatabase; faults: Faults; smtp: SmtpStandIn; mailer: Mailer; key: string };
  beforeAll(async () => {
    bench.database = await testDatabase();
    bench.faults = noFaults();
    bench.smtp = await startSmtp(bench.faults);
  });
  beforeEach(async () => {
    await bench.database.db.delete(outbox);
    bench.mailer = openMailer({ url: bench.smtp.url, from: sender });
    bench.smtp.messages.length = 0;
    bench.faults.smtp.next = [];
    mails += 1;
    bench.key = `elead/D-${mails}`;
  });
  afterAll(async () => {
    await bench.smtp.close();
    await bench.database.close();
  });
  const row = async () => (await findMail(bench.database.db, bench.key)) as OutboxRow;
  return {
    bench,
    queue: (mail: Partial<Parameters<typeof queueMail>[1]> = {}) =>
      queueMail(bench.database.db, {
        businessKey: bench.key,
        kind: 'vendor_request',
        to: 'mds@example.com',
        subject: 'Request to cancel integration feed',
        body: 'Hello,\n\nBrightwater Honda of Lakeport\n',
        ...mail,
      }),
    send: (through = bench.mailer, cancelled?: AbortSignal) =>
      sendMail({ db: bench.database.db, mailer: through, cancelled }, bench.key),
    row,
    stands: async () => {
      const { state, attempts } = await row();
      return { state, attempts };
    },
  };
}

/** The type of the failure that the call ends in, which must be one to be tried again. */
export async function failureOf(call: Promise<unknown>): Promise<string | null | undefined> {
  const error = await call.then(
    (value) => expect.fail(`no failure but ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error.nonRetryable).toBeFalsy();
  return error.type;
}

/** A mail server that says what the script says to each line, and nothing where it says nothing; `DATA` ends with `.`. */
export async function scriptedServer(
  script: (line: string, socket: Socket) => string | undefined | Promise<string | undefined>,
) {
  const heard: string[] = [];
  const sockets: Socket[] = [];
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
    sockets.push(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const scripted = openMailer({ url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, from: sender });
  return { heard, mailer: scripted };
}

/** What a server that takes all says to the commands before the message. */
export const polite = (line: string) => {
  if (line === 'STARTTLS') return '502 no';
  return /^(EHLO|MAIL|RCPT|QUIT)/.test(line) ? '250 ok' : undefined;
};
