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

/** How the mail server may answer an email, in words. */
export const mailFaults: readonly { words: string; fault: Faults['smtp']['next'][number] }[] = [
  { words: 'Turns us away when we connect (421)', fault: '421' },
  { words: 'Asks us to try again later, before the text is sent (451)', fault: '451' },
  { words: 'Asks us to try again later, after the text was sent (451)', fault: '451-after-data' },
  { words: 'Does not know the mailbox (550)', fault: '550' },
  { words: 'Breaks the connection after the text, and keeps the email', fault: 'cut-kept' },
  { words: 'Breaks the connection after the text, and loses the email', fault: 'cut-lost' },
  { words: 'Rejects our password (535)', fault: { at: 'auth', reply: '535 5.7.8 authentication failed' } },
  { words: 'Accepts it (to let one pass before the next fault)', fault: 'ok' },
];

/** How a system with an API may answer a call, in words. */
export const httpFaults: readonly { words: string; fault: Faults['vinSolutions']['next'][number] }[] = [
  { words: 'Fails (500)', fault: { status: 500 } },
  { words: 'Is too busy (503)', fault: { status: 503 } },
  { words: 'Says that our token is not valid (401)', fault: { status: 401 } },
  { words: 'Does not permit it (403)', fault: { status: 403 } },
  { words: 'Answers with a web page instead of data', fault: { invalidResponse: true } },
  { words: 'Does it, but breaks the connection before it answers', fault: { lost: true } },
  { words: 'Says that it is done, but does nothing', fault: { ignored: true } },
  { words: 'Takes 12 seconds', fault: { slowMs: 12_000 } },
];
