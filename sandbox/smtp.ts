import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { Faults } from './faults.ts';

export interface ReceivedMail {
  messageId: string;
  to: string;
  subject: string;
  text: string;
  receivedAt: string;
}

export interface SmtpStandIn {
  host: string;
  port: number;
  url: string;
  /** The mails it has accepted or kept, oldest first; the last 10,000. */
  messages: ReceivedMail[];
  close(): Promise<void>;
}

/** A mail server that keeps what it is given. */
export async function startSmtp(faults: Faults, port = 0): Promise<SmtpStandIn> {
  const messages: ReceivedMail[] = [];
  const answer = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: 1024 * 1024,
    logger: false,
    onConnect(_session, callback) {
      if (faults.smtp.next[0] !== '421') return callback();
      faults.smtp.next.shift();
      callback(answer(421, '4.3.2 service not available, closing'));
    },
    onRcptTo(_address, _session, callback) {
      const fault = faults.smtp.next[0];
      if (fault !== '451' && fault !== '550') return callback();
      faults.smtp.next.shift();
      callback(
        fault === '451' ? answer(451, '4.7.1 greylisted, try again later') : answer(550, '5.1.1 mailbox unavailable'),
      );
    },
    onData(stream, session, callback) {
      const fault = faults.smtp.next.shift() ?? 'ok';
      simpleParser(stream).then((parsed) => {
        if (fault === '451-after-data') return callback(answer(451, '4.3.0 local error in processing'));
        const kept = {
          messageId: parsed.messageId ?? '',
          to: session.envelope.rcptTo.map((one) => one.address).join(', '),
          subject: parsed.subject ?? '',
          text: parsed.text ?? '',
          receivedAt: new Date().toISOString(),
        };
        if (fault !== 'cut-lost') messages.push(kept);
        if (messages.length > 10_000) messages.shift();
        if (fault.startsWith('cut')) return cut(session.id);
        callback(null, `2.0.0 queued as ${kept.messageId.slice(1, 9)}`);
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
