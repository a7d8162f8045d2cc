import { describe, expect, it, test } from 'vitest';
import { envelopeAddress, parseMailbox } from '../../activities/connectors/mailAddress.ts';
import { connectionOptions, parseSmtpUrl } from '../../activities/connectors/smtp.ts';
import { type SmtpStage, type Verdict, verdictOf } from '../../activities/connectors/smtpReplies.ts';
import { withoutAddresses } from '../../db/queries/outbox.ts';

/** Replies as servers in use give them. */
const replies: [SmtpStage, Verdict, string][] = [
  // Greeting, EHLO, STARTTLS, AUTH and MAIL FROM are about us.
  ['before', 'deferred', '421 4.3.2 Service not available, closing transmission channel'],
  ['before', 'deferred', '421 4.7.0 [198.51.100.7] Our system has detected an unusual rate of mail'],
  ['before', 'deferred', '454 4.7.0 Temporary authentication failure'],
  ['before', 'deferred', '454 TLS not available due to temporary reason'],
  ['before', 'deferred', '452 4.3.1 Insufficient system storage'],
  ['before', 'sender_rejected', '554 5.7.1 No SMTP service here'],
  ['before', 'sender_rejected', '554-mail.example.com\n554 Your access to this mail system has been rejected'],
  ['before', 'sender_rejected', '530 5.7.0 Must issue a STARTTLS command first'],
  ['before', 'sender_rejected', '530 5.7.57 Client not authenticated to send mail. [mail.example.com]'],
  ['before', 'sender_rejected', '535 5.7.8 Username and Password not accepted'],
  ['before', 'sender_rejected', '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled'],
  ['before', 'sender_rejected', '550 5.4.5 Daily user sending limit exceeded'],
  ['before', 'sender_rejected', '550 5.1.8 <ops@example.com>: Sender address rejected: Domain not found'],
  ['before', 'sender_rejected', '550 5.1.1 no such user'],
  ['before', 'sender_rejected', '553 sorry, that sender is not allowed'],
  // RCPT TO: about the recipient's address or mailbox.
  [
    'recipient',
    'refused',
    '550 5.1.1 <mds@example.com>: Recipient address rejected: User unknown in relay recipient table',
  ],
  [
    'recipient',
    'refused',
    '550-5.1.1 The email account that you tried to reach does not exist.\n550 5.1.1 https://mail.example.com',
  ],
  ['recipient', 'refused', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
  ['recipient', 'refused', '553 5.1.2 We weren’t able to find the recipient domain'],
  ['recipient', 'refused', '501 5.1.3 Bad recipient address syntax'],
  ['recipient', 'refused', '550 5.2.1 The email account that you tried to reach is disabled'],
  ['recipient', 'refused', '552 5.2.2 The email account that you tried to reach is over quota'],
  ['recipient', 'refused', '550 No such user here'],
  ['recipient', 'refused', '550 mailbox unavailable'],
  ['recipient', 'refused', '550 Requested action not taken: mailbox unavailable'],
  ['recipient', 'refused', '550 5.0.0 <mds@example.com>... User unknown'],
  ['recipient', 'refused', '552 Mailbox full'],
  // RCPT TO: about us, our limits, or not understood.
  ['recipient', 'deferred', '451 4.7.1 Greylisting in action, please come back later'],
  ['recipient', 'deferred', '450 4.1.1 <mds@example.com>: Recipient address rejected: unverified address'],
  ['recipient', 'deferred', '452 4.5.3 Too many recipients'],
  ['recipient', 'deferred', '452 4.2.2 Mailbox full'],
  ['recipient', 'deferred', '550 4.4.7 Message expired'],
  ['recipient', 'sender_rejected', '550 5.4.5 Daily SMTP relay limit exceeded for user'],
  ['recipient', 'sender_rejected', '554 5.7.1 <unknown[198.51.100.7]>: Client host rejected: Access denied'],
  ['recipient', 'sender_rejected', '550 5.7.1 <mds@example.com>: Relay access denied'],
  ['recipient', 'sender_rejected', '550 5.7.60 Client does not have permissions to send as this sender'],
  ['recipient', 'sender_rejected', '553 5.7.1 <ops@example.com>: Sender address rejected: not owned by user app'],
  [
    'recipient',
    'sender_rejected',
    '550 5.1.0 <ops@example.com>: Sender address rejected: User unknown in virtual mailbox table',
  ],
  ['recipient', 'sender_rejected', '550 5.1.1 sender verification failed, no such user'],
  ['recipient', 'sender_rejected', '550 5.1.7 Invalid address of the sender'],
  ['recipient', 'sender_rejected', '550 5.4.1 Recipient address rejected: Access denied'],
  ['recipient', 'sender_rejected', '550 relay not permitted'],
  ['recipient', 'sender_rejected', '553 sorry, that domain isn’t in my list of allowed rcpthosts'],
  ['recipient', 'sender_rejected', '550 Administrative prohibition'],
  ['recipient', 'sender_rejected', '550 Mailbox unavailable: your host is on a blocklist'],
  ['recipient', 'sender_rejected', '550 5.3.0 rejected'],
  ['recipient', 'sender_rejected', '550 no'],
  ['recipient', 'sender_rejected', '503 5.5.1 Error: need MAIL command'],
  // After the final dot.
  ['message', 'refused', '550 5.1.1 No such user'],
  ['message', 'refused', '552 5.2.2 Mailbox full'],
  ['message', 'refused', '552 5.3.4 Message size exceeds fixed limit'],
  ['message', 'refused', '550 5.6.0 Invalid message content'],
  ['message', 'refused', '554 5.6.1 Media not supported'],
  ['message', 'deferred', '451 4.3.0 Error: queue file write error'],
  ['message', 'deferred', '452 4.3.1 Insufficient system storage'],
  [
    'message',
    'sender_rejected',
    '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied',
  ],
  ['message', 'sender_rejected', '554 5.2.252 SendAsDenied; ops@example.com not allowed to send as other@example.com'],
  ['message', 'sender_rejected', '550 5.4.5 Daily user sending limit exceeded'],
  ['message', 'sender_rejected', '554 5.7.1 Message rejected as spam by Content Filtering'],
  ['message', 'sender_rejected', '550 5.7.26 Unauthenticated mail is not accepted due to the domain’s DMARC policy'],
  ['message', 'sender_rejected', '554 5.7.7 Email not accepted for policy reasons'],
  ['message', 'sender_rejected', '554 Transaction failed'],
];

test.each(replies)('%s: %s by %s', (stage, verdict, reply) => {
  expect(verdictOf(reply, stage)).toBe(verdict);
});

test('a reply of any length is classified quickly', () => {
  const begun = process.cpuUsage();
  verdictOf(`550 ${'user '.repeat(200_000)}`, 'recipient');
  expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(1_000);
});

test('mail addresses are removed from a reply', () => {
  expect(withoutAddresses('550 5.7.60 <ops@example.com> may not send as lena@example.com: no')).toBe(
    '550 5.7.60 <[address]> may not send as [address]: no',
  );
});

test('each reply has the timeout of RFC 5321 (4.5.3.2)', () => {
  const { connectionTimeout, greetingTimeout, socketTimeout } = connectionOptions(
    parseSmtpUrl('smtp://mail.example.com'),
  );
  const minute = 60_000;
  expect(greetingTimeout).toBeGreaterThanOrEqual(5 * minute);
  // It includes connecting.
  expect(connectionTimeout).toBeGreaterThan(greetingTimeout);
  expect(socketTimeout).toBeGreaterThanOrEqual(10 * minute);
});

describe('a mailbox', () => {
  it.each([
    ['Dealerops <dealerops@example.com>', 'Dealerops', 'dealerops@example.com'],
    ['dealerops@example.com', '', 'dealerops@example.com'],
    ['<dealerops@example.com>', '', 'dealerops@example.com'],
    ['"Dealers, Ops & \\"Co\\"" <a.b+c@example.com>', 'Dealers, Ops & "Co"', 'a.b+c@example.com'],
    ['Händler Öps <a@example.com>', 'Händler Öps', 'a@example.com'],
    ['Ops. Team (Texas) <a@example.com>', 'Ops. Team', 'a@example.com'],
    ['Ops <a@münchen.example>', 'Ops', 'a@münchen.example'],
  ])('%s', (text, name, address) => {
    expect(parseMailbox(text)).toEqual({ name, address });
  });

  it.each([
    ['a@example.com, b@example.com', 'must be one mailbox, not 2'],
    ['Team: a@example.com;', 'must be a mailbox such as'],
    ['Acme, Inc. <a@example.com>', 'quote a name that has a comma'],
    ['Ops <a@example.com', 'must be a mailbox such as'],
    ['Ops', 'must be a mailbox such as'],
    ['', 'must be a mailbox such as'],
    ['Ops\r\nBcc: <b@example.com> <a@example.com>', 'must be a mailbox such as'],
    ['Ops <"a b"@example.com>', 'before the @'],
    ['Ops <ä@example.com>', 'before the @'],
    ['Ops <a@[192.0.2.1]>', 'the name of a domain'],
  ])('does not accept %j', (text, message) => {
    expect(() => parseMailbox(text)).toThrow(message);
  });

  it.each([
    ['a@münchen.example', 'a@xn--mnchen-3ya.example'],
    ['a@MÜNCHEN.example', 'a@xn--mnchen-3ya.example'],
    ['a@例え.example', 'a@xn--r8jz45g.example'],
    ['a@example.com', 'a@example.com'],
  ])('is written in ASCII in the envelope: %s', (address, ascii) => {
    expect(envelopeAddress(address)).toBe(ascii);
  });
});

describe('the URL of a mail server', () => {
  it('may have any password and a non-ASCII host', () => {
    expect(parseSmtpUrl('smtps://ops%40example.com:50%25%2F@mail.münchen.example')).toEqual({
      host: 'mail.xn--mnchen-3ya.example',
      port: undefined,
      secure: true,
      credentials: { user: 'ops@example.com', pass: '50%/' },
    });
  });

  it.each([
    'smtp://ops:50%@mail.example.com',
    'smtp://o%ps:secret@mail.example.com',
    'smtp://ops:%FF@mail.example.com',
  ])('cannot be %s', (url) => {
    expect(() => parseSmtpUrl(url)).toThrow("The mail server's URL has a % that encodes nothing: write % as %25");
  });
});
