/** What an SMTP server's rejection is about. Enhanced status codes: RFC 3463 and the IANA registry. */

/**
 * Where in the session it came: before the recipient (greeting, EHLO, STARTTLS, AUTH, MAIL FROM), in answer to the recipient
 * (RCPT TO, and DATA, which a pipelining server answers for it), or in answer to the message, after its final dot.
 */
export type SmtpStage = 'before' | 'recipient' | 'message';

/**
 * `deferred`: not now. `refused`: this recipient's mailbox or this message is not accepted, ever. `sender_rejected`: our
 * account, address, host or quota is not accepted, or the reply is not understood; the message itself may be fine.
 */
export type Verdict = 'deferred' | 'refused' | 'sender_rejected';

/** Subject and detail of the statuses that speak of the recipient's address or mailbox. */
const recipientStatuses = new Set(['1.1', '1.2', '1.3', '1.4', '1.6', '1.10', '2.1', '2.2', '2.3', '2.4']);
/** Those that speak of the message: its size, its media, its conversion. */
const messageStatuses = /^(3\.4|6\.\d+)$/;
/** `x.0.0` says nothing; such a reply, and one without a status, is read by its words. */
const statusWithoutMeaning = '0.0';

/** With delayed checks, as Postfix has them, what is wrong with the sender is said in answer to the recipient. */
const namesSender = /\bsend(er|as)/i;
const namesPolicy =
  /\b(relay|authenti|polic|denied|prohibited|spam|block|blacklist|spf|dkim|dmarc|reputation|rate|client)/i;
const namesMailbox =
  /\b(no such (user|mailbox|recipient|address|person)|(unknown|invalid|nonexistent) (user|mailbox|recipient|address|local)|(user|mailbox|recipient|address|account)\b.{0,60}?\b(unknown|not found|does(n't| not) exist|unavailable|not available|disabled|inactive|invalid|full|over quota|not known))\b/i;

/**
 * Reads a 4xx or 5xx reply. Only a reply that says that it is about this recipient or this message counts against the mail;
 * every other one is for whoever runs the service to correct.
 * @param reply with its code, such as `550 5.1.1 No such user`; several lines are one text
 */
export function verdictOf(reply: string, stage: SmtpStage): Verdict {
  const [, code = '', kind, subject, detail] = /^([45]\d\d)(?:[ -](\d)\.(\d{1,3})\.(\d{1,3})\b)?/.exec(reply) ?? [];
  if (code.startsWith('4') || kind === '4') return 'deferred';
  if (stage === 'before' || namesSender.test(reply)) return 'sender_rejected';
  const status = subject === undefined ? statusWithoutMeaning : `${subject}.${detail}`;
  if (status === statusWithoutMeaning)
    return namesMailbox.test(reply) && !namesPolicy.test(reply) ? 'refused' : 'sender_rejected';
  const isOfMail = recipientStatuses.has(status) || (stage === 'message' && messageStatuses.test(status));
  return isOfMail ? 'refused' : 'sender_rejected';
}
