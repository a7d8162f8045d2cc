import { noFaults } from '../../../../domain/shared/sandboxFaults.ts';
import type { Faults } from './useSandbox.ts';

/** Whether anything goes wrong now, or will with the next call. */
export function isFaulty(faults: Faults): boolean {
  return (Object.entries(noFaults()) as [keyof Faults, object][]).some(([system, usual]) =>
    Object.entries(usual).some(
      ([name, value]) => JSON.stringify(faults[system][name as never]) !== JSON.stringify(value),
    ),
  );
}

/** What the mail server may do with an email, in words. */
export const mailFaults: readonly { words: string; fault: Faults['smtp']['next'][number] }[] = [
  { words: 'The server refuses the connection (421)', fault: '421' },
  { words: 'The server asks to retry later, before the text is sent (451)', fault: '451' },
  { words: 'The server asks to retry later, after the text is sent (451)', fault: '451-after-data' },
  { words: 'The server rejects the address: no such mailbox (550)', fault: '550' },
  { words: 'The connection breaks after the text; the email arrives', fault: 'cut-kept' },
  { words: 'The connection breaks after the text; the email is lost', fault: 'cut-lost' },
  { words: 'The server rejects our password (535)', fault: { at: 'auth', reply: '535 5.7.8 authentication failed' } },
  { words: 'It arrives (to let one pass before the next fault)', fault: 'ok' },
];

/** What may happen to a call of an API, in words. */
export const httpFaults: readonly { words: string; fault: Faults['vinSolutions']['next'][number] }[] = [
  { words: 'It fails (500)', fault: { status: 500 } },
  { words: 'The system is too busy (503)', fault: { status: 503 } },
  { words: 'The system rejects our token (401)', fault: { status: 401 } },
  { words: 'The system does not permit it (403)', fault: { status: 403 } },
  { words: 'The answer is a web page instead of data', fault: { invalidResponse: true } },
  { words: 'It is done, but the connection breaks before the answer', fault: { lost: true } },
  { words: 'The answer says that it is done, but nothing is done', fault: { ignored: true } },
  { words: 'The answer takes 12 seconds', fault: { slowMs: 12_000 } },
];

/** What may happen while the SFTP server sends a file, in words. */
export const sftpFaults: readonly { words: string; fault: Faults['sftp']['next'][number] }[] = [
  { words: 'The connection breaks in the middle of a file', fault: { cutAt: 0.5 } },
  { words: 'The connection breaks at the end of a file', fault: { cutAt: 0.99 } },
  { words: 'The server stops sending at the beginning of a file', fault: { stallAt: 0 } },
];
