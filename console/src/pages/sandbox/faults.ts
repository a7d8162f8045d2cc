import { noFaults } from '../../../../domain/shared/sandboxFaults.ts';
import type { Faults } from './useSandbox.ts';

/** Whether anything goes wrong now, or will with the next call. */
export function isFaulty({ cst, smtp, vinSolutions, fortellis }: Faults): boolean {
  const usual = noFaults().cst;
  const cstFails = Object.entries(cst).some(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name as keyof typeof usual]),
  );
  return cstFails || [smtp, vinSolutions, fortellis].some(({ next }) => next.length > 0);
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
