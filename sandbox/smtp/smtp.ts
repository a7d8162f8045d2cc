import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { SandboxMail } from '../../domain/shared/sandbox.ts';
import type { Faults, SmtpFault, SmtpStage } from '../shared/faults.ts';

export interface SmtpStandIn {
  host: string;
  port: number;
  url: string;
  /** The mails it has accepted or kept, oldest first; the last 10,000. */
  messages: SandboxMail[];
  close(): Promise<void>;
}

const named: Partial<Record<Extract<SmtpFault, string>, Exclude<SmtpFault, string>>> = {
  '421': { at: 'connect', reply: '421 4.3.2 service not available, closing' },
  '451': { at: 'rcpt', reply: '451 4.7.1 greylisted, try again later' },
  '451-after-data': { at: 'message', reply: '451 4.3.0 local error in processing' },
  '550': { at: 'rcpt', reply: '550 5.1.1 mailbox unavailable' },
};

/** A mail server that keeps what it is given; it takes any user and password. */
export async function startSmtp(faults: Faults, port = 0): Promise<SmtpStandIn> {
  const messages: SandboxMail[] = [];
  let received = 0;
  /** Answers with the next fault where it is of this stage. */
  const answer = (at: SmtpStage, goOn: (error?: Error | null) => void) => {
    const next = faults.smtp.next[0];
    const fault = typeof next === 'string' ? named[next] : next;
    if (fault?.at !== at) return goOn();
    faults.smtp.next.shift();
    const { reply, afterMs = 0 } = fault;
    const error = reply ? Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) }) : null;
    setTimeout(() => goOn(error), afterMs);
  };
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    size: 1024 * 1024,
    logger: false,
    onConnect: (_session, callback) => answer('connect', callback),
    onAuth: ({ username }, _session, callback) =>
      answer('auth', (error) => (error ? callback(error) : callback(null, { user: username }))),
    onMailFrom: (_address, _session, callback) => answer('mail', callback),
    onRcptTo: (_address, _session, callback) => answer('rcpt', callback),
    onData(stream, session, callback) {
      const next = faults.smtp.next[0];
      const fault = typeof next === 'string' && !named[next] ? faults.smtp.next.shift() : 'ok';
      simpleParser(stream).then((parsed) => {
        const kept = {
          id: ++received,
          messageId: parsed.messageId ?? '',
          from: (session.envelope.mailFrom || { address: '' }).address,
          to: session.envelope.rcptTo.map((one) => one.address).join(', '),
          subject: parsed.subject ?? '',
          text: parsed.text ?? '',
          receivedAt: new Date().toISOString(),
        };
        if (fault === 'cut-lost') return cut(session.id);
        answer('message', (error) => {
          if (error) return callback(error);
          messages.push(kept);
          if (messages.length > 10_000) messages.shift();
          if (fault === 'cut-kept') return cut(session.id);
          callback(null, `2.0.0 queued as ${kept.messageId.slice(1, 9)}`);
        });
      }, callback);
    },
  });
  /** The connection ends without an answer. */
  const cut = (sessionId: string) => {
    for (const connection of server.connections as Set<{ id: string; _socket: { destroy(): void } }>) {
      if (connection.id === sessionId) connection._socket.destroy();
    }
  };
  // Clients that go away in the middle are what the faults are for.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.server.address() as AddressInfo).port;
  return {
    host: '127.0.0.1',
    port: bound,
    url: `smtp://127.0.0.1:${bound}`,
    messages,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
