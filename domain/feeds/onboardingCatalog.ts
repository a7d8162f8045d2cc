import {
  confirm,
  contentOf,
  oneLine,
  type TaskAnswers,
  type TaskContent,
  type TaskEntry,
  type TaskFacts,
  type TaskField,
} from '../shared/tasks.ts';
import { inWords } from '../shared/words.ts';
import { dealerPackages, packageTitles } from './eligibility.ts';
import { type FeedDms, type FeedKind, feedDmsTitles, kindsOfDms } from './feeds.ts';
import { type FileLocation, kindsInWords, type MissingInformation, type OnboardingContact } from './onboarding.ts';
import type { ProResponseMail } from './onboardingMail.ts';
import type { OnboardingTaskKind } from './onboardingTaskKinds.ts';
import { type Trial, trialTexts } from './trialTexts.ts';

/** The tasks of an onboarding: one of the T2 support team, the others of the feeds team. */

/** What a workflow knows of a task: its texts are made from the tables. */
export interface OnboardingTaskFacts extends TaskFacts {
  process: 'feeds';
  kind: OnboardingTaskKind;
  /** The onboarding's ID. */
  subject: string;
  account: string;
  /** What is wanted, as its workflow knows it. */
  kinds: FeedKind[];
  missing?: MissingInformation[];
  mail?: ProResponseMail;
  /** Of a trial: whose, and the workflow of its run. */
  feedKind?: FeedKind;
  runWorkflowId?: string;
  /** Whether it is not known that the dealer sends leads to a CRM. */
  isLeadExportUnclear?: boolean;
}

/** What the texts are made of. */
export interface OnboardingTextFacts {
  account: string;
  dealerName: string;
  dms: FeedDms;
  kinds: readonly FeedKind[];
  requestedBy: string;
  missing: readonly MissingInformation[];
  /** Package and level as the account's record has them. */
  package?: string;
  level?: string;
  /** The mail that is to be sent, or may have been. */
  mail?: { to: string | null; subject: string; body: string };
  mailWhat?: ProResponseMail['what'];
  contact: OnboardingContact | null;
  /** The local date on which ProResponse was asked. */
  askedOn: string | null;
  reason?: string;
  feedKind?: FeedKind;
  trial?: Trial;
  /** Of other feeds, to copy from. */
  usedBefore?: FileLocation;
  isLeadExportUnclear?: boolean;
}

type OnboardingTask = TaskEntry<OnboardingTextFacts>;

const note = (name: string, label: string): TaskField => ({ name, label, type: 'note' });
const line = (name: string, label: string): TaskField => ({ name, label, type: 'line' });
const personal = (name: string, label: string): TaskField => ({ name, label, type: 'line', isPersonal: true });
const choice = (name: string, label: string, choices: Record<string, string>): TaskField => ({
  ...{ name, label, type: 'choice' },
  choices: Object.entries(choices).map(([value, shown]) => ({ value, label: shown })),
});
const words = (answer: TaskAnswers[string] | undefined) => oneLine(String(answer));

const what = ({ dms, kinds }: OnboardingTextFacts) =>
  kinds.length > 0 ? `${feedDmsTitles[dms]} ${kindsInWords(kinds)}` : feedDmsTitles[dms];
const ofKind = ({ dms, feedKind, dealerName }: OnboardingTextFacts) =>
  `${feedDmsTitles[dms]} ${feedKind} of ${dealerName}`;
const nothingImported = (facts: OnboardingTextFacts) => `no ${what(facts)} data of ${facts.dealerName} is imported.`;
const noFeeds = (facts: OnboardingTextFacts) => `The onboarding ends: ${nothingImported(facts)}`;

function dealer(facts: OnboardingTextFacts): TaskContent['texts'] {
  return [
    { label: 'Account', value: facts.account },
    { label: 'Dealership', value: facts.dealerName },
    { label: 'DMS', value: feedDmsTitles[facts.dms] },
    ...(facts.kinds.length > 0 ? [{ label: 'Wanted', value: kindsInWords(facts.kinds), isNote: true as const }] : []),
  ];
}

function mailTexts({ mail }: OnboardingTextFacts): TaskContent['texts'] {
  if (!mail) return [];
  const to = mail.to ?? 'ProResponse: the address is not set (PRORESPONSE_EMAIL)';
  return [
    { label: 'To', value: to },
    { label: 'Subject', value: mail.subject },
    { label: 'Text', value: mail.body, isPersonal: true },
  ];
}

const informationFields: Record<MissingInformation, (facts: OnboardingTextFacts) => TaskField> = {
  contactName: () => personal('contactName', 'Contact at the dealership: name'),
  contactPhone: () => personal('contactPhone', 'Phone of the contact'),
  contactEmail: () => personal('contactEmail', 'Email of the contact'),
  kinds: ({ dms }) => {
    const [first, second] = kindsOfDms[dms];
    const choices = { [first!]: kindsInWords([first!]), ...(second && { [second]: kindsInWords([second]) }) };
    return choice('kinds', 'What the dealer wants', second ? { ...choices, both: 'Sales and Service' } : choices);
  },
  package: () =>
    choice(
      'package',
      'Package of the dealer',
      Object.fromEntries(dealerPackages.map((one) => [one, packageTitles[one]])),
    ),
  level: () => line('level', 'Level of the dealer, such as L5'),
};

const information: OnboardingTask = {
  team: 't2-support',
  dueBusinessDays: 2,
  spansDays: true,
  content: (facts) => ({
    title: `Complete the request for ${what(facts)} of ${facts.dealerName}`,
    instructions: [
      `${facts.requestedBy} requested feeds for this dealer, but the request does not say all that is needed.`,
      'ProResponse asks the contact at the dealership for permission, and extracts exactly what is wanted: ask the account manager or the dealer.',
      ...(facts.missing.includes('package') || facts.missing.includes('level')
        ? [
            'Who may have feeds depends on the package and the level: look them up, and correct the dealer’s record in CST too.',
          ]
        : []),
    ],
    texts: [
      ...dealer(facts),
      ...(facts.package ? [{ label: 'Package in the record', value: facts.package, isNote: true as const }] : []),
      ...(facts.level ? [{ label: 'Level in the record', value: facts.level, isNote: true as const }] : []),
    ],
  }),
  fields: (facts) => facts.missing.map((one) => informationFields[one](facts)),
  ifNotCompleted: noFeeds,
  evidence: (answers) => `entered: ${Object.keys(answers).map(labelOf).join(', ')}`,
};

function labelOf(name: string): string {
  return inWords(name.replace(/([A-Z])/g, '_$1').toLowerCase());
}

const mailTitles: Record<ProResponseMail['what'], (facts: OnboardingTextFacts) => string> = {
  request: (facts) => `Ask ProResponse for ${what(facts)} of ${facts.dealerName}`,
  reminder: (facts) => `Remind ProResponse of ${facts.dealerName}`,
  correction: (facts) => `Tell ProResponse what is wrong with ${ofKind(facts)}`,
  stop: (facts) => `Tell ProResponse that ${what(facts)} of ${facts.dealerName} ends`,
};

const mailNotSent: Record<ProResponseMail['what'], (facts: OnboardingTextFacts) => string> = {
  request: noFeeds,
  reminder: () => 'ProResponse is not reminded.',
  correction: (facts) => `ProResponse does not hear what is wrong with ${ofKind(facts)}.`,
  stop: (facts) => `ProResponse may extract and deliver ${what(facts)} of ${facts.dealerName}; nothing of it is taken.`,
};

const proResponseMail: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: mailTitles[facts.mailWhat!](facts),
    instructions: [
      ...(facts.reason ? [`The mail server rejected our mail: ${oneLine(facts.reason)}.`] : []),
      'Send the mail below from your own mailbox, exactly as it is, and confirm.',
    ],
    texts: [...dealer(facts), ...mailTexts(facts)],
  }),
  fields: () => [confirm('sent', 'The mail is sent')],
  ifNotCompleted: (facts) => mailNotSent[facts.mailWhat!](facts),
  evidence: () => 'mail sent manually, confirmed',
};

const proResponseMailUnknown: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `Find out whether ProResponse got our mail about ${facts.dealerName}`,
    instructions: [
      `We do not know whether the mail left: ${oneLine(facts.reason ?? 'no reason given')}.`,
      'Look in the mail server’s log, or ask ProResponse, then choose.',
    ],
    texts: [...dealer(facts), ...mailTexts(facts)],
  }),
  fields: () => [
    choice('outcome', 'What you found', {
      accepted: 'ProResponse confirms that it has the mail',
      send_again: 'It did not arrive: send it again',
    }),
  ],
  ifNotCompleted: (facts) => mailNotSent[facts.mailWhat!](facts),
  evidence: ({ outcome }) =>
    outcome === 'accepted' ? 'ProResponse confirms that it has the mail' : 'to be sent again: it did not arrive',
};

const permissionOverdue: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 2,
  content: (facts) => ({
    title: `No permission yet for ${what(facts)} of ${facts.dealerName}`,
    instructions: [
      `ProResponse was asked${facts.askedOn ? ` on ${facts.askedOn}` : ''}, and nobody has recorded what the dealer answers. The team lead knows of it.`,
      'Call ProResponse or the dealer’s account manager, and enter what you learn. If the dealer needs more time, choose so: Dealerops goes on waiting, and ends the onboarding where no answer comes in time.',
    ],
    texts: [...dealer(facts), ...contactTexts(facts)],
  }),
  fields: () => [
    choice('outcome', 'What the dealer says', {
      granted: 'The dealer has given its permission',
      refused: 'The dealer refuses',
      keep_waiting: 'No answer yet: keep waiting',
    }),
    note('said', 'What they say and when, in a few words; name no person'),
  ],
  ifNotCompleted: (facts) =>
    `Nobody asks again; ${facts.dealerName} gets ${what(facts)} only if its permission is recorded in time.`,
  evidence: ({ outcome }) => inWords(String(outcome)),
};

function contactTexts({ contact }: OnboardingTextFacts): TaskContent['texts'] {
  if (!contact) return [];
  const personalText = (label: string, value: string) => ({ label, value, isPersonal: true as const });
  return [
    personalText('Contact at the dealership', contact.name),
    personalText('Phone', contact.phone),
    personalText('Email', contact.email),
  ];
}

const firstFile: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 5,
  spansDays: true,
  content: (facts) => ({
    title: `Enter where the files of ${what(facts)} of ${facts.dealerName} arrive`,
    instructions: [
      ...(facts.reason ? [`It cannot be used as it was entered: ${oneLine(facts.reason)}.`] : []),
      'The dealer has given its permission. ProResponse puts the first file on the SFTP server and tells you.',
      'Then enter the folder and the names of its files as they are on the server. Each feed takes only files of its own kind, so that both may have the same folder and the same names.',
      'User name and password are names of secrets: never type a password into this task. Whoever runs Dealerops enters new secrets.',
      'Compare the server’s host key with its operator, at a number that you know to be theirs.',
    ],
    texts: [...dealer(facts), ...locationTexts(facts.usedBefore)],
  }),
  fields: () => [
    line('directory', 'Folder on the server, such as dealername/IDS/'),
    line('filename', 'Pattern with which the names of its files end, such as _SL\\.csv'),
    line('host', 'Server, such as sftp.proresponse.com; with another port than 22 such as sftp.example.com:2222'),
    line('hostKey', 'Fingerprint of its host key, such as SHA256:…'),
    line('username', 'Name of the secret with the user name'),
    choice('signInWith', 'What it signs in with', { password: 'A password', private_key: 'A private key' }),
    line('secret', 'Name of the secret with the password or the private key'),
  ],
  ifNotCompleted: noFeeds,
  evidence: ({ directory, host }) => `${words(directory)} on ${words(host)}`,
};

function locationTexts(used?: FileLocation): TaskContent['texts'] {
  if (!used) return [];
  const secret = used.password ?? used.privateKey;
  return [
    { label: 'Server of other feeds', value: used.port === 22 ? used.host : `${used.host}:${used.port}` },
    ...used.hostKeys.map((value) => ({ label: 'Its host key', value })),
    { label: 'Secret with its user name', value: used.username },
    ...(secret
      ? [{ label: used.password ? 'Secret with its password' : 'Secret with its private key', value: secret }]
      : []),
    { label: 'Pattern of its files', value: used.filename },
  ];
}

const trialBlocked: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 2,
  content: (facts) => ({
    title: `The first file of ${ofKind(facts)} cannot be tried`,
    instructions: [
      `${oneLine(facts.reason ?? 'No reason given')}.`,
      'If a file should be there, ask ProResponse. If the folder, the names or the secrets are wrong, correct them in the settings of the feed import and test it there.',
      'Then finish this task, and Dealerops looks again at once.',
    ],
    texts: dealer(facts),
  }),
  fields: () => [note('action', 'What you did, in a few words')],
  ifNotCompleted: (facts) =>
    `${ofKind(facts)} is left out: its feed import ends before it has begun. Dealerops does not tell ProResponse: have it stop.`,
  evidence: ({ action }) => words(action),
};

/** Only what an import would take can be right; of what is not known nobody can say so. */
const isImportable = ({ trial }: OnboardingTextFacts) => trial?.outcome === 'imported';

const trialApproval: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 2,
  content: (facts) => ({
    title: `Check the first file of ${ofKind(facts)}`,
    instructions: [
      'Dealerops has read the file as a trial: nothing was stored, and the file is still on the server. This is what an import would do.',
      'Open the whole trial on the onboarding’s page, and compare some of its activities with the file: dates, amounts, who the customers are. This task names no customer; the trial does to those who may see them (scope contacts:read).',
      isImportable(facts)
        ? 'If it is right, approve it: the daily sync begins when every feed of this onboarding is approved. If not, say what ProResponse must correct: Dealerops writes to ProResponse and tries the next file.'
        : 'This file cannot be approved, since an import would take nothing from it. Say what ProResponse must correct: Dealerops writes to ProResponse and tries the next file.',
    ],
    texts: [...dealer(facts), ...(facts.trial ? trialTexts(facts.trial) : [])],
  }),
  fields: (facts) => [
    choice('decision', 'What is to happen', {
      ...(isImportable(facts) && { approve: 'Approve: import these files daily' }),
      send_back: 'Send back: ProResponse must correct the file',
    }),
    note('note', 'What you checked, or what must be corrected; ProResponse reads it, so name no customer'),
  ],
  ifNotCompleted: (facts) =>
    `${ofKind(facts)} is left out: its feed import ends before it has begun. Dealerops does not tell ProResponse: have it stop.`,
  evidence: ({ decision, note: said }) => `${decision === 'approve' ? 'approved' : 'sent back'}: ${words(said)}`,
};

const excludeFromLeadExport: OnboardingTask = {
  team: 'feeds',
  dueBusinessDays: 2,
  content: (facts) => ({
    title: `Exclude ${what(facts)} from the lead export of ${facts.dealerName}`,
    instructions: [
      facts.isLeadExportUnclear
        ? 'The dealer’s record does not say whether it sends leads to a CRM: find out.'
        : 'The dealer sends leads to a CRM: sales and service activities must not be among them.',
      'Change the dealer’s XML lead export so that it leaves out sales and service activities. The daily sync begins after that.',
    ],
    texts: dealer(facts),
  }),
  fields: (facts) =>
    facts.isLeadExportUnclear
      ? [
          choice('outcome', 'What you found', {
            excluded: 'It sends leads to a CRM, and the activities are excluded now',
            no_crm: 'It sends no leads to a CRM',
          }),
        ]
      : [confirm('excluded', 'The lead export leaves out sales and service activities')],
  ifNotCompleted: (facts) => `The onboarding ends before the daily sync begins: ${nothingImported(facts)}`,
  evidence: ({ outcome }) =>
    outcome === 'no_crm' ? 'sends no leads to a CRM, says the feeds team' : 'excluded, confirmed',
};

/** Every kind of task of an onboarding. */
export const onboardingTaskCatalog: Record<OnboardingTaskKind, OnboardingTask> = {
  'onboarding-information': information,
  'proresponse-mail': proResponseMail,
  'proresponse-mail-unknown': proResponseMailUnknown,
  'permission-overdue': permissionOverdue,
  'first-file': firstFile,
  'trial-blocked': trialBlocked,
  'trial-approval': trialApproval,
  'exclude-from-lead-export': excludeFromLeadExport,
};

/** All that a person needs to do a task of this kind. */
export function onboardingTaskContent(kind: OnboardingTaskKind, given: OnboardingTextFacts): TaskContent {
  const facts = { ...given, dealerName: oneLine(given.dealerName) };
  return contentOf(onboardingTaskCatalog[kind], facts);
}
