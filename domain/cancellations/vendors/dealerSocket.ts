import { dealerSocketContent, dealerSocketFields } from './dealerSocketForm.ts';
import type { VendorEntry } from './entry.ts';

/** DealerSocket (spec: cancellations.md, "CRM vendors"): the form of the public vendor page. */

export const dealerSocket = {
  workflow: 'cancelDealerSocket' as const,
  steps: {
    'group-question': { title: 'Answer "Part of a group?"', actor: 'salesforce' },
    'dealersocket-form': { title: 'Submit the DealerSocket cancellation form', actor: 'ops' },
  },
  tasks: {
    'dealersocket-form': {
      team: 'ops',
      dueBusinessDays: 2,
      content: dealerSocketContent,
      fields: dealerSocketFields,
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `DealerSocket’s integration with ${dealerName} (CRM ID ${dealerId}) stays active.`,
      evidence: ({ group }) =>
        group === undefined
          ? 'form submitted, confirmed'
          : `form submitted with "Part of a group?" ${group === 'yes' ? 'Yes' : 'No'}, confirmed`,
    },
  },
} satisfies VendorEntry;
