import { type FeedFileState, type FeedRunOutcome, noRows, type RowCounts } from './feeds.ts';
import type { FeedProblem } from './messages.ts';

/** What a run finds, takes and ends with. */

/** A file as the server listed it. */
export interface ListedFile {
  path: string;
  size: number;
  /** ISO 8601 */
  modifiedAt: string;
}

/** One file that a run is to import. */
export interface FileImport {
  importId: string;
  runId: string;
  file: ListedFile;
  /** Nothing is changed: the counts are those that would be. */
  isDry: boolean;
}

/** A file all of which is stored, to be deleted or moved on the server. */
export interface FileRemoval {
  importId: string;
  /** Of its row in the ledger. */
  fileId: string;
  file: ListedFile;
}

/** What became of one file. */
export interface FileResult {
  /** Of its row in the ledger; absent of a dry run. */
  fileId?: string;
  state: FeedFileState;
  reason?: string;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
}

/** What a run has done so far: small and plain, since it is handed over from run to run of its workflow. */
export interface RunTally {
  files: Partial<Record<FeedFileState, number>>;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
  /** Rows of the ledger, of files that a person must look at; at most `mostReported` of each. */
  setAside: string[];
  rejected: string[];
  /** How many files could not be deleted or moved on the server, and why the last one could not. */
  notRemoved: number;
  removalProblem?: string;
  /** Files that could not be imported at all, and why the last one could not. */
  notImported: number;
  importProblem?: string;
}

export const nothingDone: RunTally = {
  files: {},
  counts: noRows,
  contactsFound: 0,
  contactsCreated: 0,
  setAside: [],
  rejected: [],
  notRemoved: 0,
  notImported: 0,
};

/** More files than that, a person looks at them in turns. */
const mostReported = 20;

/** @returns the tally with one more file */
export function withFile(tally: RunTally, { fileId, state, counts, ...contacts }: FileResult): RunTally {
  const reported = (known: string[], of: FeedFileState) =>
    state === of && fileId && known.length < mostReported ? [...known, fileId] : known;
  return {
    ...tally,
    files: { ...tally.files, [state]: (tally.files[state] ?? 0) + 1 },
    counts: sumOf(tally.counts, counts),
    contactsFound: tally.contactsFound + contacts.contactsFound,
    contactsCreated: tally.contactsCreated + contacts.contactsCreated,
    setAside: reported(tally.setAside, 'set_aside'),
    rejected: reported(tally.rejected, 'rejected'),
  };
}

function sumOf(one: RowCounts, other: RowCounts): RowCounts {
  const names = Object.keys(noRows) as (keyof RowCounts)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as RowCounts;
}

/** How a run has ended that was not stopped by a failure. */
export function outcomeOf({ files, notImported }: RunTally): FeedRunOutcome {
  if (notImported > 0) return 'failed';
  if (files.set_aside || files.rejected) return 'needs_person';
  if (files.imported) return 'imported';
  return files.empty ? 'empty' : 'no_files';
}

/** What a person should know of a run that was not stopped by a failure; undefined when there is nothing. */
export function noteOf({
  files,
  notRemoved,
  removalProblem,
  notImported,
  importProblem,
}: RunTally): string | undefined {
  const notes = [
    notImported > 0 && `${filesOf(notImported)} could not be imported: ${importProblem}`,
    notRemoved > 0 && `${filesOf(notRemoved)} could not be removed from the server: ${removalProblem}`,
    files.not_taken && `${filesOf(files.not_taken)} changed while being looked at: left to the next run`,
  ];
  return notes.filter(Boolean).join('. ') || undefined;
}

function filesOf(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

/** Types of failures that need a certain thing of a person. */
const problems: Readonly<Record<string, FeedProblem>> = {
  SftpUnauthorized: 'credentials',
  SftpUnusableKey: 'credentials',
  FeedSecretUnusable: 'credentials',
  SftpHostKeyChanged: 'host_key',
};

/** What a person must do about a failure of a run. */
export function problemOfFailure(type: string | undefined): FeedProblem {
  return problems[type ?? ''] ?? 'server';
}

const ofOneFile: readonly string[] = ['SftpNoSuchFile', 'SftpFileChanged'];

/** Whether a failure concerns the server as a whole, so that no other file can be taken either. */
export function isOfServer(type = ''): boolean {
  return /^(Sftp|Feed)/.test(type) && !ofOneFile.includes(type);
}
