import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

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
   * `accepted`, `refused` and `deferred`: the server has answered for this message. `unreachable`: no byte of it has left.
   * `lost`: it has left, and the answer has not come.
   */
  end: 'accepted' | 'refused' | 'deferred' | 'unreachable' | 'lost';
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
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : undefined,
    secure: url.protocol === 'smtps:',
    credentials: url.username
      ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
      : undefined,
  };
}

/**
 * Hands one message over on a connection of its own. A password is given over TLS only, except to this machine.
 * @param envelope.mayLeave asked when the server is ready for the message (its 354), before the first byte of it leaves
 * @param signal ends the hand-over, wherever it stands
 * @throws MustNotLeave, or what `mayLeave` throws: then no byte of the message has left
 */
export async function handOver(
  server: SmtpServer,
  { from, to, message, mayLeave }: { from: string; to: string; message: Buffer; mayLeave: () => Promise<boolean> },
  signal: AbortSignal,
): Promise<HandOver> {
  const { credentials, ...address } = server;
  const connection = new SMTPConnection({
    ...address,
    requireTLS: !!credentials && !server.secure && !isThisMachine(server.host),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  let ready = false;
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

  const failed = firstFailure(connection, signal);
  const step = <T>(begin: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> =>
    Promise.race([
      failed,
      new Promise<T>((resolve, reject) => begin((error, result) => (error ? reject(error) : resolve(result as T)))),
    ]);
  try {
    await step<void>((done) => connection.connect(done));
    if (credentials) await step((done) => connection.login(credentials, done));
    ready = true;
    const info = await step<{ response: string }>((done) => connection.send({ from, to: [to] }, content, done));
    connection.quit();
    return { end: 'accepted', answer: oneLine(info.response) };
  } catch (error) {
    connection.close();
    // The question may still be under way when the connection breaks: only its end says whether a byte could leave.
    const may = await asked;
    if (may === false) throw new MustNotLeave('the message must not leave');
    return { end: endOf(error as SmtpError, { ready, left }), answer: answerOf(error as SmtpError) };
  }
}

interface SmtpError extends Error {
  responseCode?: number;
  response?: string;
}

/** A 5xx before the message's turn, such as a wrong password, says nothing against the message. */
function endOf({ responseCode = 0 }: SmtpError, { ready, left }: { ready: boolean; left: boolean }): HandOver['end'] {
  if (responseCode >= 500 && ready) return 'refused';
  if (responseCode >= 400 && responseCode < 500) return 'deferred';
  return left ? 'lost' : 'unreachable';
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
  return oneLine(error.name === 'TimeoutError' ? 'no end within a minute' : (error.response ?? error.message));
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 500);
}
