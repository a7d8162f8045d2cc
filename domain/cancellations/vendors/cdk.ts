import { confirm } from '../../shared/tasks.ts';
import { integrationNamed } from '../../shared/vendors.ts';
import { gateStep, numberOf, type StepSituation, type VendorEntry } from './entry.ts';

/** CDK (spec: cancellations.md, "DMS vendors"): the gate, a case at CDK, then the clean-up in CST. */

export const cdk = {
  workflow: 'cancelCdk' as const,
  steps: {
    gate: gateStep,
    'cdk-case': {
      title: 'Create the CDK case to uninstall',
      actor: 'ops',
      actorOf: (of) => (isOnFortellis(of) ? { actor: 'ops', note: 'enters only the case number' } : undefined),
    },
    'cdk-termination': {
      title: 'CDK terminates the integration',
      actor: 'fortellis',
      actorOf: (of) =>
        isOnFortellis(of)
          ? {
              actor: 'fortellis',
              note: 'read from Fortellis while its subscription is active; a person can confirm it too',
            }
          : { actor: 'ops', note: 'confirms it with the case' },
    },
    'cdk-clean-up': { title: "Clean up the DMS provider in CST's DMS Provider tab", actor: 'cst' },
  },
  tasks: {
    'cdk-case': {
      team: 'ops',
      dueBusinessDays: 3,
      guard: 'gate',
      content: ({ dealerName, dealerId, fortellisOrgId }) => ({
        title: `Create CDK's case to uninstall ${dealerName}`,
        url: 'https://developer.cdkcare.com/',
        instructions: [
          'Log in with your own login.',
          'Choose "Fortellis Support or MBD Support".',
          'Create a case to uninstall, with the texts below.',
          fortellisOrgId
            ? "Under “Finish”, enter the case's number. Dealerops then waits until Fortellis shows the termination."
            : "Under “Finish”, enter the case's number, and confirm when CDK has terminated the integration.",
        ],
        texts: [
          { label: 'Organization', value: 'Conversica, Inc.' },
          { label: 'Integration', value: 'Conversica CDK Drive Integration' },
          { label: 'Dealership', value: dealerName },
          { label: '3PA ID', value: dealerId },
          {
            label: 'Description',
            value: `Please uninstall Conversica CDK Drive Integration for ${dealerName}, 3PA ID ${dealerId}.`,
          },
        ],
      }),
      fields: ({ fortellisOrgId }) => [
        { name: 'caseNumber', label: "The case's number", type: 'text' },
        ...(fortellisOrgId ? [] : [confirm('terminated', 'CDK has terminated the integration')]),
      ],
      spansDays: true,
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `CDK’s integration with ${dealerName} (3PA ID ${dealerId}) stays active, and CST keeps CDK as its DMS provider.`,
      evidence: ({ caseNumber, terminated }) =>
        `case ${numberOf(caseNumber)}${terminated ? ', termination confirmed' : ''}`,
    },

    // Open while Fortellis is awaited: its reminders begin when that takes too long.
    'cdk-termination': {
      team: 'ops',
      dueBusinessDays: 5,
      content: ({ dealerName, dealerId }) => ({
        title: `Wait for CDK to terminate ${dealerName}, or confirm it`,
        url: 'https://developer.cdkcare.com/',
        instructions: [
          'The case at CDK is created: its number is in the record. Dealerops reads the subscriptions at Fortellis every hour and closes this task when they show the termination.',
          'Before the task is due, nothing has to be done here.',
          'When it is due, ask CDK about the case. If CDK has terminated the integration and Fortellis does not show it, confirm it under “Finish”.',
        ],
        texts: [
          { label: 'Dealership', value: dealerName },
          { label: '3PA ID', value: dealerId },
        ],
      }),
      fields: () => [confirm('terminated', 'CDK has terminated the integration')],
      ifNotCompleted: ({ dealerName, dealerId }) =>
        `CDK’s integration with ${dealerName} (3PA ID ${dealerId}) stays active if CDK has not terminated it, and CST keeps CDK as its DMS provider.`,
      evidence: () => 'termination confirmed',
    },

    'cdk-clean-up': {
      team: 'ops',
      dueBusinessDays: 1,
      guard: 'gate',
      content: ({ account, dealerName, dealerId, reason }) => ({
        title: `Clean up the DMS provider of ${dealerName} in CST`,
        instructions: [
          ...(reason ? [`Dealerops could not do it: ${reason}.`] : []),
          `Open account ${account} in CST, tab "DMS Provider".`,
          'Remove the DMS provider CDK and save. Another provider stays as it is.',
          'Reload the tab: CDK must be gone. Then confirm.',
        ],
        texts: [
          { label: 'Account', value: account },
          { label: '3PA ID', value: dealerId },
        ],
      }),
      fields: () => [confirm('removed', 'CDK is gone from the DMS Provider tab')],
      ifNotCompleted: ({ account, dealerName }) =>
        `CST keeps CDK as the DMS provider of ${dealerName} (${account}), though CDK has terminated the integration.`,
      evidence: () => 'DMS provider removed from CST, confirmed',
    },
  },
} satisfies VendorEntry;

/** Whether Fortellis can show CDK's termination of this dealer. */
function isOnFortellis(of: StepSituation): boolean {
  return (
    of.connectors.includes('fortellis') &&
    integrationNamed(of.dealer.integrations, 'dms/cdk')?.fortellisOrgId !== undefined
  );
}
