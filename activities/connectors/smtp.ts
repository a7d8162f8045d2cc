import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { longestMailTryMs } from '../../domain/shared/mail.ts';
import { shortLine } from '../../domain/shared/shortLine.ts';
import { deadlineAfter } from './deadline.ts';
import { type SmtpStage, verdictOf } from './smtpReplies.ts';

export interface SmtpServer {
  host: string;
  port?: number;
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean;
  credentials?: { user: string; pass: string };
}

/** How the hand-over of one message ended; `answer` is the server's, or what happened, on one line. */
export interface HandOver {
  /**
   * `accepted`, `refused` and `deferred`: the server has answered for this message. `sender_rejected`: it does not accept us
   * (see `verdictOf`). `unreachable`: no byte of the message has left. `lost`: it has left, and the answer has not come.
   */
  end: 'accepted' | 'refused' | 'deferred' | 'sender_rejected' | 'unreachable' | 'lost';
  answer: string;
}

/** Thrown when `mayLeave` said no. */
export class MustNotLeave extends Error {}

/**
 * Reads `smtp://user:password@host:port` or `smtps://...`; without a port 587 and 465.
 * @throws Error that does not repeat the URL, since it may hold a password
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:'))
    throw new Error("The mail server's URL must be like smtp://user:password@mail.example.com:587 or smtps://...");
  const host = decoded(url.hostname).replace(/^\[|\]$/g, '');
  return {
    host: domainToASCII(host) || host,
    port: url.port ? Number(url.port) : undefined,
    secure: url.protocol === 'smtps:',
    credentials: url.username ? { user: decoded(url.username), pass: decoded(url.password) } : undefined,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error("The mail server's URL has a % that encodes nothing: write % as %25");
  }
}

/**
 * How long a server may be silent, ms, as RFC 5321 (4.5.3.2) asks for at least: 5 minutes for its greeting, for MAIL and for
 * RCPT, 2 for DATA, 3 for a block of the message and 10 after the final dot. nodemailer has one limit for all that comes after
 * the greeting, so it is the longest of these; and one for connecting, TLS and the greeting together.
 * @internal exported for tests
 */
export function connectionOptions({ credentials, ...address }: SmtpServer) {
  return {
    ...address,
    requireTLS: !!credentials && !address.secure && !isThisMachine(address.host),
    connectionTimeout: 7 * 60_000,
    greetingTimeout: 5 * 60_000,
    socketTimeout: 10 * 60_000,
  };
}

/**
 * Hands one message over on a connection of its own. A password is given over TLS only, except to this machine.
 * @param envelope.mayLeave asked when the server is ready for the message (its 354), before the first byte of it leaves
 * @param closing ends the hand-over, wherever it stands
 * @param cancelled ends it unless the message is leaving: then only the server's answer says what became of it
 * @throws MustNotLeave, or what `mayLeave` throws: then no byte of the message has left
 */
export async function handOver(
  server: SmtpServer,
  { from, to, message, mayLeave }: { from: string; to: string; message: Buffer; mayLeave: () => Promise<boolean> },
  { closing, cancelled }: { closing: AbortSignal; cancelled?: AbortSignal },
): Promise<HandOver> {
  const { credentials } = server;
  const connection = new SMTPConnection(connectionOptions(server));
  let left = false;
  let asked: Promise<boolean> | undefined;
  // nodemailer reads from it for the first time when the server has asked for the message.
  const content = new Readable({
    read() {
      if (asked) return;
      asked = mayLeave();
      asked.then(
        (may) => {
          if (!may) return this.destroy(new MustNotLeave('the message must not leave'));
          left = !this.destroyed;
          this.push(message);
          this.push(null);
        },
        (error) => this.destroy(error),
      );
    },
  });

  const deadline = deadlineAfter(longestMailTryMs);
  const failed = firstFailure(connection, AbortSignal.any([closing, deadline.signal]));
  const stop = () => {
    if (!left) connection.emit('error', new Error('the sending was cancelled'));
  };
  cancelled?.addEventListener('abort', stop, { once: true });
  const step = <T>(begin: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> =>
    Promise.race([
      failed,
      new Promise<T>((resolve, reject) => begin((error, result) => (error ? reject(error) : resolve(result as T)))),
    ]);
  try {
    if (cancelled?.aborted) stop();
    await step<void>((done) => connection.connect(done));
    if (credentials) await step((done) => connection.login(credentials, done));
    const info = await step<{ response: string }>((done) => connection.send({ from, to: [to] }, content, done));
    connection.quit();
    return { end: 'accepted', answer: shortLine(info.response, 500) };
  } catch (error) {
    connection.close();
    // The question may still be in progress when the connection breaks: only its end says whether a byte could leave.
    const may = await asked;
    if (may === false) throw new MustNotLeave('the message must not leave');
    return { end: endOf(error as SmtpError, left), answer: answerOf(error as SmtpError) };
  } finally {
    deadline.clear();
    cancelled?.removeEventListener('abort', stop);
  }
}

interface SmtpError extends Error {
  /** Such as `RCPT TO`; `CONN` where the connection ended with a reply. */
  command?: string;
  /** `EMESSAGE` for the answer to the message. */
  code?: string;
  responseCode?: number;
  response?: string;
}

function endOf(error: SmtpError, left: boolean): HandOver['end'] {
  const { responseCode = 0, response = '' } = error;
  if (responseCode < 400 || responseCode > 599) return left ? 'lost' : 'unreachable';
  return verdictOf(response, stageOf(error, left));
}

function stageOf({ command, code }: SmtpError, left: boolean): SmtpStage {
  if (left || code === 'EMESSAGE') return 'message';
  return command === 'RCPT TO' || command === 'DATA' ? 'recipient' : 'before';
}

/** Rejects when the connection breaks or ends, or is to end; never resolves. */
function firstFailure(connection: SMTPConnection, signal: AbortSignal): Promise<never> {
  const failure = new Promise<never>((_resolve, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('the connection ended')));
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  failure.catch(() => {});
  return failure;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function answerOf(error: SmtpError): string {
  const answer =
    error.name === 'TimeoutError'
      ? `no end within ${longestMailTryMs / 60_000} minutes`
      : (error.response ?? error.message);
  return shortLine(answer, 500);
}
