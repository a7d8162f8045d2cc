import { gateStep, type Step, type VendorEntry } from './entry.ts';

/** Reynolds & Reynolds (spec: cancellations.md): no action of ours. */

const financeTerminates: Step = { title: 'Finance terminates with the vendor', actor: 'finance' };

export const reynoldsCrm = {
  workflow: 'cancelReynoldsCrm' as const,
  steps: { 'finance-terminates': financeTerminates },
  tasks: {},
} satisfies VendorEntry;

export const reynoldsDirect = {
  workflow: 'cancelReynoldsDirect' as const,
  steps: { gate: gateStep, 'finance-terminates': financeTerminates },
  tasks: {},
} satisfies VendorEntry;
