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
import { type FeedDms, type FeedKind, feedDmsTitles } from './feeds.ts';
import type { FeedProblem } from './messages.ts';

/** The feeds team's tasks. */

export type FeedTaskKind =
  | 'feed-server'
  | 'feed-credentials'
  | 'feed-host-key'
  | 'feed-files-set-aside'
  | 'feed-file-rejected'
  | 'feed-silent'
  | 'feed-small'
  | 'feed-import-ends'
  | 'feed-files-after-end';

/** The task of each problem. */
export const taskOfProblem: Readonly<Record<FeedProblem, FeedTaskKind>> = {
  server: 'feed-server',
  credentials: 'feed-credentials',
  host_key: 'feed-host-key',
  files_set_aside: 'feed-files-set-aside',
  file_rejected: 'feed-file-rejected',
  silent: 'feed-silent',
  small: 'feed-small',
};

/** What a workflow knows of a task: its texts are made from the tables. */
export interface FeedTaskFacts extends TaskFacts {
  process: 'feeds';
  kind: FeedTaskKind;
  /** The import's ID. */
  subject: string;
  account: string;
  /** Rows of the ledger: the files about which a person decides. */
  fileIds?: string[];
}

/** A file that was not imported. */
export interface ReportedFile {
  path: string;
  size: number;
  /** ISO 8601, as the server says it. */
  modifiedAt: string;
  reason: string;
  /** Of rejected rows, such as `line 12, SoldDate: is not a date`; nothing personal. */
  rows: string[];
}

/** What the texts of all kinds of task are made of. */
export interface FeedTextFacts {
  account: string;
  dealerName: string;
  dms: FeedDms;
  kind: FeedKind;
  host: string;
  port: number;
  directory: string;
  filename: string;
  /** Names of secrets. */
  username: string;
  password: string | null;
  privateKey: string | null;
  /** The pins. */
  hostKeys: string[];
  /** What the last run said. */
  reason?: string;
  files: ReportedFile[];
  endsOn: string | null;
  contractReference: string | null;
}

export type FeedDecision = 'import_anyway' | 'vendor_sends_again' | 'ignore' | 'run_again';

type FeedTask = TaskEntry<FeedTextFacts>;

const what = ({ dms, kind, dealerName }: FeedTextFacts) => `${feedDmsTitles[dms]} ${kind} of ${dealerName}`;
const server = ({ host, port }: FeedTextFacts) => (port === 22 ? host : `${host}:${port}`);
const note = (label: string): TaskField => ({ name: 'action', label, type: 'note' });
const nothingTaken = (facts: FeedTextFacts) => `No file of ${what(facts)} is taken: its activities stay as they are.`;
const decided = ({ decision, action }: TaskAnswers) => `${inWords(String(decision))}: ${oneLine(String(action))}`;

function place(facts: FeedTextFacts): TaskContent['texts'] {
  return [
    { label: 'Account', value: facts.account },
    { label: 'Dealership', value: facts.dealerName },
    { label: 'Server', value: server(facts) },
    { label: 'Folder', value: facts.directory },
  ];
}

function whyOf({ reason }: FeedTextFacts): string[] {
  return reason ? [`The last run ended with: ${oneLine(reason)}.`] : [];
}

/** A sentence. */
function said({ reason = '' }: FeedTextFacts): string {
  return reason && `${oneLine(reason[0]!.toUpperCase() + reason.slice(1))}.`;
}

function textsOfFiles(files: ReportedFile[]): TaskContent['texts'] {
  return files.flatMap(({ path, size, modifiedAt, reason, rows }) => [
    { label: 'File', value: path },
    {
      label: 'Why it was not imported',
      value: `${oneLine(reason)} (${size.toLocaleString('en-US')} bytes, of ${modifiedAt.slice(0, 16).replace('T', ' ')} UTC)`,
      isNote: true as const,
    },
    ...rows.map((row) => ({ label: 'Rejected row', value: oneLine(row), isNote: true as const })),
  ]);
}

const feedServer: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `The files of ${what(facts)} could not be taken`,
    instructions: [
      ...whyOf(facts),
      'The next daily run tries it again.',
      'If the server does not answer, ask its operator. If the folder or the file pattern has changed, correct them in the settings of the feed import.',
      'Test the feed import there: the test connects and lists what would be taken. Then finish this task, and Dealerops takes the files at once.',
      'If a later run succeeds first, this task closes by itself.',
    ],
    texts: [...place(facts), { label: 'File pattern', value: facts.filename }],
  }),
  fields: () => [confirm('fixed', 'The test of the feed import succeeds now'), note('What was wrong, in a few words')],
  ifNotCompleted: nothingTaken,
  evidence: ({ action }) => oneLine(String(action)),
};

const feedCredentials: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `${server(facts)} does not let us in for ${what(facts)}`,
    instructions: [
      ...whyOf(facts),
      'Dealerops has tried it once and waits, so that the account is not locked.',
      `Ask ${server(facts)}’s operator for the valid credentials, and have whoever runs Dealerops replace the secrets named here. Never type a password into this task.`,
      'Test the feed import in its settings. Then finish this task, and Dealerops takes the files at once.',
    ],
    texts: [
      ...place(facts),
      { label: 'Secret with the user name', value: facts.username },
      ...(facts.password ? [{ label: 'Secret with the password', value: facts.password }] : []),
      ...(facts.privateKey ? [{ label: 'Secret with the private key', value: facts.privateKey }] : []),
    ],
  }),
  fields: () => [confirm('replaced', 'The secrets are replaced, and the test of the feed import succeeds')],
  ifNotCompleted: nothingTaken,
  evidence: () => 'secrets replaced, confirmed',
};

const feedHostKey: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `Verify the host key of ${server(facts)}: ${what(facts)} waits`,
    instructions: [
      'The server shows another host key than those that were entered. The server’s operator may have replaced it, or somebody may pretend to be the server: no password was sent.',
      ...whyOf(facts),
      'Call the operator, at a number that you know to be theirs, and compare the fingerprint. Do not take it from a mail that you were sent.',
      'If it is right, enter it in the settings of the feed import, as a second one while the server changes over. Then test the import.',
      'If nobody can confirm it, escalate this task.',
    ],
    texts: [
      ...place(facts),
      ...shownKeys(facts).map((value) => ({ label: 'Fingerprint that the server shows', value })),
      ...facts.hostKeys.map((value) => ({ label: 'Fingerprint that was entered', value })),
    ],
  }),
  fields: () => [
    {
      name: 'confirmation',
      label: 'How and where the fingerprint was confirmed (no names), such as “by phone with ProResponse’s support”',
      type: 'note',
    },
    confirm('entered', 'The confirmed fingerprint is entered in the settings of the feed import'),
  ],
  ifNotCompleted: nothingTaken,
  evidence: ({ confirmation }) => `host key confirmed: ${oneLine(String(confirmation))}`,
};

/** The failure's message names the keys that the server shows before those that were entered. */
function shownKeys({ reason = '', hostKeys }: FeedTextFacts): string[] {
  const named = reason.match(/SHA256:[A-Za-z0-9+/]{43}=?/g) ?? [];
  return [...new Set(named)].filter((key) => !hostKeys.includes(key));
}

const feedFilesSetAside: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 2,
  content: (facts) => ({
    title: `Files of ${what(facts)} were set aside`,
    instructions: [
      'The header of these files is not that of sales or of service, or is of both, or their name cannot be used. They stay on the server as they are.',
      'Look at them on the server. If ProResponse delivered the wrong file, ask them to deliver it again. If a column was renamed, escalate this task: the column names are in Dealerops.',
    ],
    texts: [...place(facts), ...textsOfFiles(facts.files)],
  }),
  fields: () => [
    {
      name: 'decision',
      label: 'What is to happen',
      type: 'choice',
      choices: [
        { value: 'run_again', label: 'Look again: what was wrong is corrected' },
        { value: 'vendor_sends_again', label: 'ProResponse delivers new files: leave these out' },
        { value: 'ignore', label: 'They do not belong to this feed: leave them out' },
      ],
    },
    note('What you found, in a few words'),
  ],
  ifNotCompleted: (facts) => `These files of ${what(facts)} stay on the server and are left out.`,
  evidence: decided,
};

const feedFileRejected: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `${facts.files.length > 1 ? `${facts.files.length} files` : 'A file'} of ${what(facts)} cannot be imported`,
    instructions: [
      'Nothing of these files was imported; they stay on the server. The reasons are below, the first rows with each.',
      'Ask ProResponse for a correct file, unless most of it is right: then import it anyway. The rows that cannot be read stay rejected, to be corrected one by one on the feed’s page.',
      'A file in which a column is missing cannot be imported anyway.',
    ],
    texts: [...place(facts), ...textsOfFiles(facts.files)],
  }),
  fields: () => [
    {
      name: 'decision',
      label: 'What is to happen',
      type: 'choice',
      choices: [
        { value: 'import_anyway', label: 'Import anyway what can be read' },
        { value: 'vendor_sends_again', label: 'ProResponse delivers it again: leave this one out' },
        { value: 'ignore', label: 'Leave it out' },
      ],
    },
    note('Why, in a few words'),
  ],
  ifNotCompleted: (facts) => `Nothing of these files of ${what(facts)} is imported; they stay on the server.`,
  evidence: decided,
};

const askProResponse =
  'Ask ProResponse whether the extraction runs and what they have delivered. If they have, look at the folder with the test of the feed import.';
const takesAgain = 'Finish this task, and Dealerops takes the files that are there at once.';

const feedSilent: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `No rows of ${what(facts)} are delivered`,
    instructions: [
      `${said(facts)} Runs without a file, with an empty one, or with one that is known already, do not count as deliveries.`,
      askProResponse,
      'If the dealer is closed in this season, enter a larger number of days in the settings of the feed import.',
      takesAgain,
      'If rows are delivered first, this task closes by itself.',
    ],
    texts: [...place(facts), { label: 'File pattern', value: facts.filename }],
  }),
  fields: () => [note('What you found, in a few words')],
  ifNotCompleted: (facts) => `The activities of ${what(facts)} become older: nobody knows whether some are missing.`,
  evidence: ({ action }) => oneLine(String(action)),
};

const feedSmall: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `Far fewer rows of ${what(facts)} than usual`,
    instructions: [
      `${said(facts)} What was delivered is imported.`,
      askProResponse,
      'If it is right, such as on a holiday, nothing else has to be done.',
      takesAgain,
      'If a later date has as many rows as usual first, this task closes by itself.',
    ],
    texts: [...place(facts), { label: 'File pattern', value: facts.filename }],
  }),
  fields: () => [note('What you found, in a few words')],
  ifNotCompleted: (facts) => `Rows of ${what(facts)} may be missing.`,
  evidence: ({ action }) => oneLine(String(action)),
};

const feedImportEnds: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 5,
  content: (facts) => ({
    title: `Have ProResponse stop the files of ${what(facts)}`,
    instructions: [
      `The feed import has ended${facts.endsOn ? ` on ${facts.endsOn}` : ''}: Dealerops takes no more files, and the imported activities stay.`,
      'Ask ProResponse to stop the delivery of these files and to remove those that are left in the folder. Sales and service are delivered separately: name the one that ends.',
    ],
    texts: [
      ...place(facts),
      { label: 'What ends', value: `${feedDmsTitles[facts.dms]} ${facts.kind}` },
      { label: 'File pattern', value: facts.filename },
      ...(facts.contractReference
        ? [{ label: 'Contract', value: facts.contractReference, isNote: true as const }]
        : []),
    ],
  }),
  fields: () => [confirm('stopped', 'ProResponse confirms that the delivery has stopped')],
  ifNotCompleted: (facts) => `ProResponse may keep sending files of ${what(facts)}; none is taken.`,
  evidence: () => 'delivery stopped, confirmed by ProResponse',
};

const feedFilesAfterEnd: FeedTask = {
  team: 'feeds',
  dueBusinessDays: 1,
  content: (facts) => ({
    title: `Files still arrive for ${what(facts)}, after the end`,
    instructions: [
      `The feed import has ended${facts.endsOn ? ` on ${facts.endsOn}` : ''}, and its files still arrive. Dealerops takes none of them.`,
      'Find out why, and ask ProResponse. If it still delivers, have it stop and remove the files. If the dealer wants the feed again, request its onboarding.',
    ],
    texts: [
      ...place(facts),
      { label: 'File pattern', value: facts.filename },
      ...(facts.reason ? [{ label: 'What has arrived', value: facts.reason, isNote: true as const }] : []),
    ],
  }),
  fields: () => [
    {
      name: 'outcome',
      label: 'What you found',
      type: 'choice',
      choices: [
        { value: 'stopped_now', label: 'ProResponse still delivered, and has stopped now' },
        { value: 'late_files', label: 'The files are from before the end' },
        { value: 'new_feed', label: 'The dealer wants the feed again' },
      ],
    },
    note('What was done, in a few words'),
  ],
  ifNotCompleted: (facts) => `ProResponse may keep sending files of ${what(facts)}; none is taken.`,
  evidence: ({ outcome, action }) => `${inWords(String(outcome))}: ${oneLine(String(action))}`,
};

/** Every kind of task of the process. */
export const feedTaskCatalog: Record<FeedTaskKind, FeedTask> = {
  'feed-server': feedServer,
  'feed-credentials': feedCredentials,
  'feed-host-key': feedHostKey,
  'feed-files-set-aside': feedFilesSetAside,
  'feed-file-rejected': feedFileRejected,
  'feed-silent': feedSilent,
  'feed-small': feedSmall,
  'feed-import-ends': feedImportEnds,
  'feed-files-after-end': feedFilesAfterEnd,
};

/** All that a person needs to do a task of this kind. */
export function feedTaskContent(kind: FeedTaskKind, given: FeedTextFacts): TaskContent {
  const facts = { ...given, dealerName: oneLine(given.dealerName) };
  const content = contentOf(feedTaskCatalog[kind], facts);
  return { ...content, texts: content.texts.map((text) => ({ ...text, value: oneLine(text.value) })) };
}
