import { ApplicationFailure } from '@temporalio/common';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Db } from '../../db/client.ts';
import {
  type FinalMail,
  finalMailStates,
  findMail,
  keepRejected,
  keepSending,
  moveMail,
  type OutboxRow,
  takeForSending,
  takeFromLostSender,
  withoutAddresses,
} from '../../db/queries/outbox.ts';
import { recordAnswer, recordFailure } from '../../db/queries/outsideSystems.ts';
import type { MailState } from '../../db/schema/shared.ts';
import { envelopeAddress, type Mailbox } from '../connectors/mailAddress.ts';
import { type HandOver, handOver, MustNotLeave, parseSmtpUrl, type SmtpServer } from '../connectors/smtp.ts';

export interface Mailer {
  server: SmtpServer;
  from: Mailbox;
  closing: AbortSignal;
  /** Ends the hand-overs that are in progress. */
  close(): void;
}

/** For people, and the types of the failures that end when it works again. */
export const mailServer = {
  title: 'the mail server',
  failures: ['MailDeferred', 'MailSenderRejected', 'MailUnavailable'],
};

const renewEveryMs = 20_000;
/** How often a mail to our own people is handed over at most, when each time its answer is lost. */
const mostTimesSent = 5;

/**
 * A mail server to hand mail to; no connection is made until there is mail.
 * @param url `smtp://user:password@host:port` or `smtps://...`
 * @throws Error when the URL or the sender's address cannot be used
 */
export function openMailer({ url, from }: { url: string; from: Mailbox }): Mailer {
  try {
    envelopeAddress(from.address);
  } catch (error) {
    throw new Error(`The sender ${JSON.stringify(from.address)} ${(error as Error).message}`);
  }
  const closing = new AbortController();
  return {
    server: parseSmtpUrl(url),
    from,
    closing: closing.signal,
    close: () => closing.abort(new Error('the service is stopping')),
  };
}

/**
 * Hands a queued mail to the mail server. `sending` is written when the server has asked for the message, so that a mail in
 * `sending` may have left, and one in `queued` has not.
 * @param stillWanted asked right before the first byte leaves; who says no has dropped the mail
 * @returns how the mail ended; at once when it already had. `unknown`: it may have left, and a person is to settle it with
 *   `settleMail`. One to our own people is sent again instead, with the same Message-ID, and `dropped` after five times
 * @param cancelled ends the try unless the message is leaving
 * @throws ApplicationFailure to be tried again: `MailDeferred` (the server answers 4xx), `MailSenderRejected` (it does not
 *   accept us, see `mailRejection`), `MailUnavailable` (no connection, or it was lost), `MailBeingSent` (another sender has it);
 *   not to be tried again: `MailMissing`
 */
export async function sendMail(
  { db, mailer, cancelled }: { db: Db; mailer: Mailer; cancelled?: AbortSignal },
  businessKey: string,
  stillWanted: () => Promise<boolean> = async () => true,
): Promise<FinalMail> {
  const row = await findMail(db, businessKey);
  if (!row) throw ApplicationFailure.nonRetryable(`No mail ${businessKey} in the outbox`, 'MailMissing');
  if (isFinal(row)) return { state: row.state as FinalMail['state'], answer: row.answer ?? '' };
  if (row.state === 'sending') {
    const state = afterLoss(row, row.attempts);
    const answer = `its sender was lost while handing it over, Message-ID ${row.messageId}`;
    if (!(await takeFromLostSender(db, businessKey, state, answer))) throw beingSent();
    if (state !== 'queued') return { state, answer };
  }

  let wanted = true;
  let taken = false;
  let renewing: NodeJS.Timeout | undefined;
  const envelope = {
    from: envelopeAddress(mailer.from.address),
    to: envelopeAddress(row.to),
    message: await compose(row, mailer.from),
    mayLeave: async () => {
      wanted = await stillWanted();
      taken = wanted && (await takeForSending(db, businessKey));
      // A renewal that fails is no harm: the next one comes before the hold is over.
      if (taken) renewing = setInterval(() => void keepSending(db, businessKey).catch(() => {}), renewEveryMs);
      return taken;
    },
  };
  const { end, answer } = await handOver(mailer.server, envelope, { closing: mailer.closing, cancelled })
    .catch((error) => {
      if (!(error instanceof MustNotLeave)) throw error;
      if (wanted) throw beingSent();
      return { end: 'dropped' as const, answer: 'not wanted any more' };
    })
    .finally(() => clearInterval(renewing));
  await recordMailServer(db, end, withoutAddresses(answer));
  // Another sender's `sending` is not this one's to change.
  const own: MailState[] = taken ? ['sending'] : ['queued'];
  const said = withoutAddresses(answer);
  switch (end) {
    case 'dropped':
      return { state: 'dropped', answer };
    case 'accepted':
      // Whatever was thought of it meanwhile.
      await moveMail(db, businessKey, ['queued', 'sending', 'unknown', 'dropped'], 'accepted', answer);
      return { state: 'accepted', answer };
    case 'refused':
      await moveMail(db, businessKey, own, 'refused', answer);
      return { state: 'refused', answer };
    case 'lost': {
      const state = afterLoss(row, row.attempts + 1);
      const lost = `the connection was lost before the answer (${answer}), Message-ID ${row.messageId}`;
      if (!(await moveMail(db, businessKey, ['sending'], state, lost))) return endElsewhere(db, businessKey);
      if (state !== 'queued') return { state, answer: lost };
      throw ApplicationFailure.retryable(`The connection was lost before the answer: ${said}`, 'MailUnavailable');
    }
    case 'deferred':
      await moveMail(db, businessKey, own, 'queued', answer);
      throw ApplicationFailure.retryable(`The mail server asks to try again later: ${said}`, 'MailDeferred');
    case 'sender_rejected':
      await keepRejected(db, row, own, answer);
      throw ApplicationFailure.retryable(
        `The mail server rejects this service, not the mail: ${said}. Check SMTP_URL, MAIL_FROM and the account's limits`,
        'MailSenderRejected',
      );
    case 'unreachable':
      await moveMail(db, businessKey, own, 'queued', answer);
      throw ApplicationFailure.retryable(`The mail server cannot be reached: ${said}`, 'MailUnavailable');
  }
}

/** Whether the mail server works, for the overview; one that rejects a mail has answered. */
async function recordMailServer(db: Db, end: HandOver['end'] | 'dropped', said: string): Promise<void> {
  if (end === 'accepted' || end === 'refused') await recordAnswer(db, 'mail_server');
  else if (end !== 'dropped') await recordFailure(db, 'mail_server', `The mail server does not take mail: ${said}`);
}

/** The rule for a mail that may have left: a vendor's request is a person's to settle, our own people get it once more. */
function afterLoss({ kind }: OutboxRow, timesSent: number): 'unknown' | 'queued' | 'dropped' {
  if (kind === 'vendor_request') return 'unknown';
  return timesSent < mostTimesSent ? 'queued' : 'dropped';
}

/** Somebody else has moved the mail meanwhile, such as a withdrawal. */
async function endElsewhere(db: Db, businessKey: string): Promise<FinalMail> {
  const now = await findMail(db, businessKey);
  if (!now || !isFinal(now)) throw beingSent();
  return { state: now.state as FinalMail['state'], answer: now.answer ?? '' };
}

function beingSent(): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'Another sender has this mail, or it was withdrawn',
    type: 'MailBeingSent',
    nextRetryDelay: '15 seconds',
  });
}

async function compose(row: OutboxRow, from: Mailer['from']): Promise<Buffer> {
  const mail = new MailComposer({
    from,
    to: { name: '', address: row.to },
    subject: row.subject.replace(/[\r\n]+/g, ' '),
    text: row.body,
    messageId: row.messageId,
    date: row.createdAt,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

function isFinal(row: OutboxRow): boolean {
  return (finalMailStates as readonly string[]).includes(row.state);
}
