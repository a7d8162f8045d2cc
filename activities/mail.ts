import { Readable } from 'node:stream';
import { ApplicationFailure } from '@temporalio/common';
import { createTransport, type Transporter } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { Db } from '../db/client.ts';
import { type FinalMail, finalMailStates, findMail, moveMail, type OutboxRow } from '../db/outbox.ts';

export interface Mailer {
  transport: Transporter;
  from: { name: string; address: string };
  close(): void;
}

/**
 * A mail server to hand mail to.
 * @param url `smtp://user:password@host:port` or `smtps://...`
 */
export function openMailer({ url, from }: { url: string; from: { name: string; address: string } }): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { transport, from, close: () => transport.close() };
}

/** What nodemailer says of a failed hand-over. */
interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
}

/** Another try found a mail in `sending` this long after: whoever sent it is gone. */
const staleAfterMs = 90_000;

/**
 * Hands a queued mail to the mail server. `sending` is written when the server has asked for the message, so that a
 * row in `sending` may have left and any other has not.
 * @returns how the mail ended; at once when it already had
 * @throws ApplicationFailure `MailDeferred` (4xx), `MailUnavailable` (no connection), `MailBeingSent` (another sender has it): to be tried again
 */
export async function sendMail({ db, mailer }: { db: Db; mailer: Mailer }, businessKey: string): Promise<FinalMail> {
  const row = await findMail(db, businessKey);
  if (!row) throw ApplicationFailure.nonRetryable(`No mail ${businessKey} in the outbox`, 'MailMissing');
  if (isFinal(row)) return { state: row.state as FinalMail['state'], answer: row.answer ?? '' };
  if (row.state === 'sending') return lostSender(db, row);

  const message = await compose(row, mailer.from);
  let handedOver = false;
  let beaten = false;
  const raw = new Readable({
    read() {
      if (handedOver) return;
      handedOver = true;
      moveMail(db, businessKey, ['queued'], 'sending', `handing over since ${new Date().toISOString()}`).then(
        (won) => {
          if (!won) {
            beaten = true;
            this.destroy(new Error('another sender has this mail, or it was withdrawn'));
            return;
          }
          this.push(message);
          this.push(null);
        },
        (error) => {
          beaten = true;
          this.destroy(error);
        },
      );
    },
  });
  try {
    const info = await mailer.transport.sendMail({ envelope: { from: mailer.from.address, to: [row.to] }, raw });
    const answer = oneLine(info.response ?? 'accepted');
    await moveMail(db, businessKey, ['sending', 'unknown'], 'accepted', answer);
    return { state: 'accepted', answer };
  } catch (thrown) {
    const error = thrown as SmtpError;
    if (beaten)
      throw ApplicationFailure.retryable(
        'Another sender has this mail, or the outbox could not be written',
        'MailBeingSent',
      );
    return failed(db, row, error, handedOver);
  }
}

async function failed(db: Db, row: OutboxRow, error: SmtpError, handedOver: boolean): Promise<FinalMail> {
  const { businessKey } = row;
  const answer = oneLine(error.response ?? error.message);
  const code = error.responseCode;
  if (code !== undefined && code >= 500) {
    await moveMail(db, businessKey, ['queued', 'sending'], 'refused', answer);
    return { state: 'refused', answer };
  }
  // 421 after the message may come from a server that has kept it and is going down: RFC 5321 says that it has not.
  if (code !== undefined && code >= 400) {
    await moveMail(db, businessKey, ['sending'], 'queued', answer);
    throw ApplicationFailure.retryable(`The mail server asks to try again later: ${answer}`, 'MailDeferred');
  }
  if (handedOver) return settleUnknown(db, row, `connection lost after the message: ${answer}`);
  throw ApplicationFailure.retryable(`The mail server cannot be reached: ${answer}`, 'MailUnavailable');
}

async function lostSender(db: Db, row: OutboxRow): Promise<FinalMail> {
  const since = Date.parse(row.answer?.replace('handing over since ', '') ?? '');
  if (Date.now() - since < staleAfterMs) {
    throw ApplicationFailure.create({
      message: 'Another sender has this mail',
      type: 'MailBeingSent',
      nextRetryDelay: '15 seconds',
    });
  }
  return settleUnknown(db, row, 'the sender was lost while it handed the mail over');
}

/** The rule for a mail that may have left: a vendor's request is a person's to settle, a reminder is not sent twice. */
async function settleUnknown(db: Db, row: OutboxRow, answer: string): Promise<FinalMail> {
  const state = row.kind === 'reminder' ? 'dropped' : 'unknown';
  await moveMail(db, row.businessKey, ['sending'], state, answer);
  return { state, answer };
}

async function compose(row: OutboxRow, from: Mailer['from']): Promise<Buffer> {
  return new MailComposer({
    from,
    to: { name: '', address: row.to },
    subject: oneLine(row.subject),
    text: row.body,
    messageId: row.messageId,
    date: row.createdAt,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

function isFinal(row: OutboxRow): boolean {
  return (finalMailStates as readonly string[]).includes(row.state);
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').slice(0, 500);
}
