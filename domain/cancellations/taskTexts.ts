import { cleanName } from '../shared/identifiers.ts';
import type { TaskAnswers, TaskContent, TaskField, TaskKind } from '../shared/tasks.ts';
import { type IntegrationName, type StepName, stepTitles, vendorTitle } from '../shared/vendors.ts';
import { type DealerSocketFacts, dealerSocketForm } from './dealerSocketForm.ts';
import { dealerIdsLineOf } from './vinEventStream.ts';

/** What a task's texts are made of. */
export interface TaskTextFacts extends DealerSocketFacts {
  integration: IntegrationName;
  account: string;
  /** "Remove from Vin Event Stream" by hand: all of the run. */
  dealerIds?: string[];
  /** Of these Dealer IDs some were on a list that a person had claimed before it was closed. */
  mayBeRun?: boolean;
  /** Why the task was opened: a mail server's answer, a run's message. */
  reason?: string;
  /** The parent sales account whose Effective Status is not understood, and the statuses that would open the gate. */
  gate?: { account: string; name: string; status: string; inactiveStatuses: readonly string[] };
  /** What is to be reinstated: steps that were done at the vendor, and those that may have been. */
  done?: StepName[];
  unknown?: StepName[];
}

const confirm = (name: string, label: string): TaskField => ({ name, label, type: 'confirm' });

const manualProcess = 'CST > Modules > Operations > Manual Processes > "Remove from Vin Event Stream"';

/** Every kind of task: title, page, instructions, texts to copy and what to give (spec: cancellations.md, each vendor's row). */
const texts: Record<TaskKind, (facts: TaskTextFacts) => TaskContent> = {
  'dealersocket-form': dealerSocketForm,

  'vin-event-stream': ({ dealerIds = [], mayBeRun, reason }) => ({
    title: `Run "Remove from Vin Event Stream" for ${count(dealerIds, 'Dealer ID')}`,
    instructions: [
      ...(reason ? [`Dealerops could not do it: ${reason}.`] : []),
      `Open ${manualProcess}.`,
      ...(mayBeRun
        ? [
            'Somebody had claimed an earlier list with some of these Dealer IDs, and that list was closed: check in the run history which of them were removed already.',
          ]
        : []),
      "Edit the parameters' raw text: replace its list of Dealer IDs with exactly the list below, and leave the rest.",
      'Save, run, and wait for the end of the run.',
      'Confirm success here; name the Dealer IDs for which the run failed, if there are any.',
    ],
    texts: [
      { label: "Line of the parameters' raw text", value: dealerIdsLineOf(dealerIds) },
      { label: 'Dealer IDs', value: dealerIds.join(',') },
    ],
    fields: [
      confirm('succeeded', 'The run reports success, except for the Dealer IDs named below'),
      {
        name: 'failedDealerIds',
        label: 'Dealer IDs for which it failed, with commas (none: leave it empty)',
        type: 'list',
        // One that is mistyped would count as removed.
        of: dealerIds,
      },
    ],
  }),

  'vin-event-stream-failed': (facts) => ({
    title: `"Remove from Vin Event Stream" failed for ${facts.dealerName}`,
    instructions: [
      `The run did not succeed for Dealer ID ${facts.dealerId}: ${facts.reason ?? 'no reason given'}.`,
      `Look at the run in ${manualProcess}.`,
      'Put right what is wrong and let it run again, or remove the Dealer ID yourself.',
    ],
    texts: [{ label: 'VinSolutions Dealer ID', value: facts.dealerId }],
    fields: [
      {
        name: 'outcome',
        label: 'What is to happen',
        type: 'choice',
        choices: [
          { value: 'retry', label: 'Run it again with the next run' },
          { value: 'removed', label: 'I have removed it myself' },
        ],
      },
    ],
  }),

  'vinsolutions-portal': (facts) => ({
    title: `Ask VinSolutions to cancel eventing for ${facts.dealerName}`,
    url: 'https://developer.coxautoinc.com/support',
    instructions: [
      'Open the Vendor Development Portal with the shared credentials.',
      'Press the blue "Need More Help?" button at the bottom.',
      'Fill in the ticket with the texts below and submit it.',
      "Give the ticket's number here and confirm.",
    ],
    texts: [
      { label: 'Subject', value: 'Connect Event Cancellation Request' },
      { label: 'Choose', value: "I'm having trouble with an eventing product I'm already subscribed to" },
      { label: 'Dropdown', value: 'Connect Event Solution - 1.0' },
      { label: 'Description', value: `Please cancel eventing for ${facts.dealerId}` },
    ],
    fields: [
      { name: 'ticketNumber', label: "The portal ticket's number", type: 'text' },
      confirm('done', 'The ticket is submitted: it is done'),
    ],
  }),

  'elead-mail-by-hand': (facts) => {
    const mail = eleadMail(facts);
    return {
      title: `Mail Elead by hand for ${facts.dealerName}`,
      instructions: [
        `The mail server refused our mail: ${facts.reason ?? 'no reason given'}.`,
        'Send the mail below from your own mailbox, and confirm.',
      ],
      texts: mailTexts(mail),
      fields: [confirm('sent', 'The mail is sent')],
    };
  },

  'elead-mail-unknown': (facts) => {
    const mail = eleadMail(facts);
    return {
      title: `Find out whether Elead got our mail for ${facts.dealerName}`,
      instructions: [
        `We do not know whether the mail left: ${facts.reason ?? 'no reason given'}.`,
        `Look in the mail server's log, or ask Elead (${mail.to}), then choose.`,
      ],
      texts: mailTexts(mail),
      fields: [
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
    };
  },

  'gate-status': gateStatus,

  'cdk-case': (facts) => ({
    title: `Create CDK's case to uninstall ${facts.dealerName}`,
    url: 'https://developer.cdkcare.com/',
    instructions: [
      'Log in with your own login.',
      'Choose "Fortellis Support or MBD Support".',
      'Create a case to uninstall, with the texts below.',
      "Give the case's number here, and confirm when CDK has terminated the integration.",
    ],
    texts: [
      { label: 'Organization', value: 'Conversica, Inc.' },
      { label: 'Integration', value: 'Conversica CDK Drive Integration' },
      { label: 'Dealership', value: facts.dealerName },
      { label: '3PA ID', value: facts.dealerId },
      {
        label: 'Description',
        value: `Please uninstall Conversica CDK Drive Integration for ${facts.dealerName}, 3PA ID ${facts.dealerId}.`,
      },
    ],
    fields: [
      { name: 'caseNumber', label: "The case's number", type: 'text' },
      confirm('terminated', 'CDK has terminated the integration'),
    ],
  }),

  'cdk-clean-up': (facts) => ({
    title: `Clean up the DMS provider of ${facts.dealerName} in CST`,
    instructions: [
      `Open account ${facts.account} in CST, tab "DMS Provider".`,
      'Remove the DMS provider CDK and save. Another provider stays as it is.',
      'Reload the tab: CDK must be gone. Then confirm.',
    ],
    texts: [
      { label: 'Account', value: facts.account },
      { label: '3PA ID', value: facts.dealerId },
    ],
    fields: [confirm('removed', 'CDK is gone from the DMS Provider tab')],
  }),

  'dealervault-sales': (facts) => dealerVaultFeed('Sales', facts),
  'dealervault-service': (facts) => dealerVaultFeed('Service', facts),

  reinstate: (facts) => ({
    title: `Reinstate ${vendorTitle(facts.integration)} again for ${facts.dealerName}`,
    instructions: [
      'The customer stays, or the account is Active again.',
      ...(facts.done ?? []).map((step) => `Was done, reinstate it: ${stepTitles[step]}.`),
      ...(facts.unknown ?? []).map(
        (step) => `May have been done: check, and reinstate it if it was: ${stepTitles[step]}.`,
      ),
      `Ask ${facts.done?.includes('finance-terminates') ? 'Finance not to terminate, or ' : ''}the vendor to restore the feed; confirm when data flows.`,
    ],
    texts: [
      { label: 'Account', value: facts.account },
      { label: 'Dealership', value: facts.dealerName },
      { label: `ID at ${vendorTitle(facts.integration)}`, value: facts.dealerId },
    ],
    fields: [confirm('done', 'It is reinstated, or nothing had to be done')],
  }),
};

function gateStatus({ integration, gate, dealerName }: TaskTextFacts): TaskContent {
  const { account = 'not known', name = 'not known', status = '(missing)', inactiveStatuses = [] } = gate ?? {};
  return {
    title: `Correct the Effective Status of ${account}: ${vendorTitle(integration)} of ${dealerName} waits`,
    instructions: [
      `The Effective Status of the parent sales account ${account} is ${status}. That is neither Active nor a status that means not active, so nothing is ended at ${vendorTitle(integration)}.`,
      `Find out whether ${oneLine(name)} is still a customer.`,
      `If the status is wrong, correct it in CST, or with PUT /v1/accounts/${account} where CST is not configured. Then choose "Look again".`,
      'If the account is Active, choose that. The cancellation is then treated as of an Active account.',
      `If the status is right and means not active, whoever runs Dealerops must add it to the setting GATE_INACTIVE_STATUSES (now: ${inactiveStatuses.join(', ')}). Nobody can open the gate here.`,
    ],
    texts: [
      { label: 'Parent sales account', value: account },
      { label: 'Name of the parent sales account', value: oneLine(name) },
      { label: 'Effective Status as CST has it', value: status },
    ],
    fields: [
      {
        name: 'decision',
        label: 'What you found',
        type: 'choice',
        choices: [
          { value: 'look_again', label: 'Look again: the status is corrected, or on the list now' },
          { value: 'active', label: 'The account is Active: do not end the integration' },
        ],
      },
    ],
  };
}

function dealerVaultFeed(feed: 'Sales' | 'Service', facts: TaskTextFacts): TaskContent {
  return {
    title: `Deactivate the ${feed} feed of ${facts.dealerName} in DealerVault`,
    url: 'https://vendor.dealervault.com/Vendor/',
    instructions: [
      'Log in with your own login.',
      'Open Feeds > Complete Feeds and find the dealer.',
      `Deactivate its ${feed} feed (its other feed has a task of its own).`,
      'Confirm here.',
    ],
    texts: [
      { label: 'Dealership', value: facts.dealerName },
      { label: 'DealerVault ID', value: facts.dealerId },
      { label: 'Feed', value: feed },
    ],
    fields: [confirm('deactivated', `The ${feed} feed is deactivated`)],
  };
}

/**
 * The mail to Elead (spec: cancellations.md, "Elead"). The dealer's name and ID are put on one line, so that neither can add a
 * header or a sentence of its own.
 * @param dealerId the dealer code, which is the CRM ID
 */
export function eleadMail({ dealerId, dealerName }: { dealerId: string; dealerName: string }): {
  to: string;
  subject: string;
  body: string;
} {
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

function mailTexts(mail: { to: string; subject: string; body: string }) {
  return [
    { label: 'To', value: mail.to },
    { label: 'Subject', value: mail.subject },
    { label: 'Text', value: mail.body },
  ];
}

function oneLine(text: string): string {
  return cleanName(text.replace(/\p{Cc}/gu, ' '));
}

function count(things: readonly unknown[], word: string): string {
  return `${things.length} ${word}${things.length === 1 ? '' : 's'}`;
}

/** All that a person needs to do a task of this kind, with the vendor's words exactly (spec: cancellations.md, each vendor's row). */
export function taskContent(kind: TaskKind, facts: TaskTextFacts): TaskContent {
  return texts[kind]({ ...facts, dealerName: oneLine(facts.dealerName), dealerId: oneLine(facts.dealerId) });
}

const evidenceOf: Record<TaskKind, (answers: TaskAnswers) => string> = {
  'dealersocket-form': ({ group }) =>
    group === undefined
      ? 'form submitted, confirmed'
      : `form submitted with "Part of a group?" ${group === 'yes' ? 'Yes' : 'No'}, confirmed`,
  'vin-event-stream': () => 'run by hand, success confirmed',
  'vin-event-stream-failed': ({ outcome }) =>
    outcome === 'removed' ? 'removed by hand, confirmed' : 'to be run again with the next run',
  'vinsolutions-portal': ({ ticketNumber }) => `ticket ${number(ticketNumber)}`,
  'elead-mail-by-hand': () => 'mail sent by hand, confirmed',
  'elead-mail-unknown': ({ outcome }) =>
    outcome === 'accepted' ? 'Elead confirms that it has the mail' : 'to be sent again: it did not arrive',
  'gate-status': ({ decision }) => (decision === 'active' ? 'the account is Active' : 'to be looked at again'),
  'cdk-case': ({ caseNumber }) => `case ${number(caseNumber)}, termination confirmed`,
  'cdk-clean-up': () => 'DMS provider removed from CST, confirmed',
  'dealervault-sales': () => 'Sales feed deactivated, confirmed',
  'dealervault-service': () => 'Service feed deactivated, confirmed',
  reinstate: () => 'reinstated, confirmed',
};

function number(answer: TaskAnswers[string] | undefined): string {
  return cleanName(String(answer)).slice(0, 100);
}

/**
 * What shows that a task was done, for the step's record, such as `ticket 12345`.
 * @param answers as `problemsWithAnswers` has found them right
 */
export function completionEvidence(kind: TaskKind, answers: TaskAnswers): string {
  return evidenceOf[kind](answers);
}
