import { oneLine } from '../shared/tasks.ts';
import { vendorTitle } from '../shared/vendors.ts';
import type { CancellationTask, TaskTextFacts, UnclearStatus } from './vendors/entry.ts';

/** The task to find out what an Effective Status means that is neither Active nor known as not active. */

const notKnown: UnclearStatus = {
  account: 'not known',
  name: 'name not known',
  status: '(missing)',
  readAt: 'at a time that is not known',
  system: 'CST',
  inactiveStatuses: [],
};

export const gateStatusTask: CancellationTask = {
  team: 'ops',
  dueBusinessDays: 1,
  guard: 'status-unclear',
  content({ integration, gate = notKnown, account, dealerName }) {
    const { status, readAt, inactiveStatuses } = gate;
    const vendor = vendorTitle(integration);
    const isOwn = gate.account === account;
    const customer = `${oneLine(gate.name)} (${gate.account})`;
    const whose = isOwn ? 'of the dealer’s account (it has no parent sales account)' : 'of the parent sales account';
    return {
      title: `Check the Effective Status of ${customer}: ${isOwn ? vendor : `${vendor} of ${dealerName}`} waits`,
      instructions: [
        `The Effective Status ${whose} was ${status} on ${readAt}. Dealerops does not know whether that means that the customer has left, so it ends nothing at ${vendor}.`,
        `${whereToLook(gate)} Ask its account manager whether ${oneLine(gate.name)} is still a customer.`,
        'If it is still a customer, choose “The account is Active” under “Finish”.',
        `If it has left and the status is wrong, ${correct(gate)}. Then choose “Look again” under “Finish”.`,
        `If it has left and the status is right, escalate this task: the team lead has ${status} added to the statuses that mean not active, by whoever runs Dealerops. They are now: ${inactiveStatuses.join(', ')}. Nobody can open the gate here.`,
      ],
      texts: [
        { label: isOwn ? 'Account' : 'Parent sales account', value: gate.account },
        { label: isOwn ? 'Dealership' : 'Name of the parent sales account', value: oneLine(gate.name) },
        { label: `Effective Status on ${readAt}`, value: status, isNote: true },
      ],
    };
  },
  fields: () => [
    {
      name: 'decision',
      label: 'What you found',
      type: 'choice',
      choices: [
        { value: 'look_again', label: 'Look again: the status is corrected, or counts as not active now' },
        { value: 'active', label: 'The account is Active: do not end the integration' },
      ],
    },
  ],
  ifNotCompleted: ({ integration, account, dealerName }: TaskTextFacts) =>
    `The integration with ${vendorTitle(integration)} of ${dealerName} (${account}) stays active: nothing is ended there.`,
  evidence: ({ decision }) => (decision === 'active' ? 'the account is Active' : 'to be looked at again'),
};

function whereToLook({ account, system }: UnclearStatus): string {
  return system === 'CST'
    ? `Open account ${account} in CST and read its Effective Status.`
    : `The status is from Dealerops’ own registry, since CST is not connected: see the page of dealer ${account}.`;
}

function correct({ system }: UnclearStatus): string {
  return system === 'CST' ? 'correct it in CST' : 'have an administrator correct it in the registry';
}
