import { confirm, oneLine } from '../../shared/tasks.ts';
import type { VendorEntry, VendorMail } from './entry.ts';

/** Elead (spec: cancellations.md, "CRM vendors"): a mail, done when the mail server has accepted it. */

export const elead = {
  workflow: 'cancelElead' as const,
  steps: { 'elead-mail': { title: 'Mail the cancellation request to Elead', actor: 'mail_server', mail: eleadMail } },
  tasks: {
    'elead-manual-mail': {
      team: 'ops',
      dueBusinessDays: 1,
      content: (facts) => ({
        title: `Mail Elead manually for ${facts.dealerName}`,
        instructions: [
          `The mail server rejected our mail: ${facts.reason ?? 'no reason given'}.`,
          'Send the mail below from your own mailbox, and confirm.',
        ],
        texts: mailTexts(eleadMail(facts)),
      }),
      fields: () => [confirm('sent', 'The mail is sent')],
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `Elead does not get the request: its integration feed for ${dealerName} (CRM ID ${dealerId}) stays active.`,
      evidence: () => 'mail sent manually, confirmed',
    },

    'elead-mail-unknown': {
      team: 'ops',
      dueBusinessDays: 1,
      content: (facts) => ({
        title: `Find out whether Elead got our mail for ${facts.dealerName}`,
        instructions: [
          `We do not know whether the mail left: ${facts.reason ?? 'no reason given'}.`,
          `Look in the mail server's log, or ask Elead (${eleadMail(facts).to}), then choose.`,
        ],
        texts: mailTexts(eleadMail(facts)),
      }),
      fields: () => [
        {
          name: 'outcome',
          label: 'What you found',
          type: 'choice',
          choices: [
            { value: 'accepted', label: 'Elead confirms that it has the mail' },
            { value: 'send_again', label: 'It did not arrive: send it again' },
          ],
        },
      ],
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `Elead’s integration feed for ${dealerName} (CRM ID ${dealerId}) stays active if our mail did not arrive.`,
      evidence: ({ outcome }) =>
        outcome === 'accepted' ? 'Elead confirms that it has the mail' : 'to be sent again: it did not arrive',
    },
  },
} satisfies VendorEntry;

/** Key of the mail in the outbox: one for each request. */
export function eleadMailKey({ account, requestId }: { account: string; requestId: string }): string {
  return `elead/${account}/${requestId}`;
}

/**
 * The mail to Elead. The dealer's name and ID are put on one line, so that neither can add a header or a sentence of its own.
 * @param dealerId the dealer code, which is the CRM ID
 */
export function eleadMail({ dealerId, dealerName }: { dealerId: string; dealerName: string }): VendorMail {
  const name = oneLine(dealerName);
  const code = oneLine(dealerId);
  return {
    to: 'elead.mdssupport@cdk.com',
    subject: `Request to cancel integration feed: ${name} (${code})`,
    body: [
      'Hello,',
      '',
      'This is a request to cancel integration feed for the dealership below.',
      '',
      `Dealer code (CRM ID): ${code}`,
      `Dealership: ${name}`,
      '',
      'Thank you.',
      '',
    ].join('\n'),
  };
}

function mailTexts(mail: VendorMail) {
  return [
    { label: 'To', value: mail.to },
    { label: 'Subject', value: mail.subject },
    { label: 'Text', value: mail.body },
  ];
}
