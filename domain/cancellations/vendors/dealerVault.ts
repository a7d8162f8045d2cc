import { confirm } from '../../shared/tasks.ts';
import { type CancellationTask, gateStep, type VendorEntry } from './entry.ts';

/** DealerVault (spec: cancellations.md, "DMS vendors"): the gate, then two feeds, each confirmed separately. */

export const dealerVault = {
  workflow: 'cancelDealerVault' as const,
  steps: {
    gate: gateStep,
    'dealervault-sales': { title: 'Deactivate the Sales feed', actor: 'ops' },
    'dealervault-service': { title: 'Deactivate the Service feed', actor: 'ops' },
  },
  tasks: { 'dealervault-sales': feedTask('Sales'), 'dealervault-service': feedTask('Service') },
} satisfies VendorEntry;

function feedTask(feed: 'Sales' | 'Service'): CancellationTask {
  return {
    team: 'ops',
    dueBusinessDays: 2,
    guard: 'gate',
    content: ({ dealerName, dealerId }) => ({
      title: `Deactivate the ${feed} feed of ${dealerName} in DealerVault`,
      url: 'https://vendor.dealervault.com/Vendor/',
      instructions: [
        'Log in with your own login.',
        'Open Feeds > Complete Feeds and find the dealer.',
        `Deactivate its ${feed} feed (its other feed has a task of its own).`,
        'Confirm it under “Finish”.',
      ],
      texts: [
        { label: 'Dealership', value: dealerName },
        { label: 'DealerVault ID', value: dealerId },
        { label: 'Feed', value: feed },
      ],
    }),
    fields: () => [confirm('deactivated', `The ${feed} feed is deactivated`)],
    ifNotCompleted: ({ dealerName, dealerId }) =>
      `The ${feed} feed of ${dealerName} (DealerVault ID ${dealerId}) stays active at DealerVault.`,
    evidence: () => `${feed} feed deactivated, confirmed`,
  };
}
