import { keyIsGone } from '../shared/recordCipher.ts';
import type { TaskContent } from '../shared/tasks.ts';
import type { FeedRunOutcome, RowCounts } from './feeds.ts';
import type { DryRunReport, FileReport } from './reports.ts';

/**
 * The result of a trial, as texts of the task to approve it. They contain no customers and no activities: tasks are not encrypted,
 * and more people may read them.
 */

export interface Trial {
  outcome: FeedRunOutcome;
  reason: string | null;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
  /** Absent when the key that it was encrypted with is not held any more. */
  report?: DryRunReport;
}

/** Of all files together. */
const mostRejections = 20;
const mostPaths = 3;

const outcomeWords: Readonly<Record<FeedRunOutcome, string>> = {
  imported: 'The file can be imported',
  empty: 'The file has no rows',
  no_files: 'There is no file',
  needs_person: 'The file cannot be imported as it is',
  failed: 'The trial had to stop',
};

export function trialTexts(trial: Trial): TaskContent['texts'] {
  const { outcome, reason, counts, contactsFound, contactsCreated, report } = trial;
  const only = (label: string, value: string) => ({ label, value, isNote: true as const });
  const files = report?.files ?? [];
  const rejected = files.flatMap(rejectionsInWords).slice(0, mostRejections);
  return [
    only('Result', reason ? `${outcomeWords[outcome]}: ${reason}` : outcomeWords[outcome]),
    only('Rows', rowsInWords(counts)),
    only('Contacts', `${number(contactsFound)} found, ${number(contactsCreated)} to create`),
    ...(report ? [] : [only('Report', keyIsGone)]),
    ...rejected.map((one) => only('Rejected', one)),
  ];
}

const number = (count: number) => count.toLocaleString('en-US');

function rowsInWords({ read, inserted, updated, rejected }: RowCounts): string {
  return `${number(read)} read, ${number(inserted + updated)} to import, ${number(rejected)} rejected`;
}

/** What was tried, in a line: the evidence of its step. @param paths of the files; none where the report cannot be read */
export function trialInWords(counts: RowCounts, paths: readonly string[]): string {
  const others = paths.length - mostPaths;
  const files = paths.slice(0, mostPaths).join(', ') + (others > 0 ? ` and ${number(others)} more` : '');
  return `${files && `${files}: `}${rowsInWords(counts)}`;
}

/** Why the file is not imported, and why rows of it are not. */
function rejectionsInWords({ path, reason, rejections }: FileReport): string[] {
  const rows = rejections.map((row) => `${path}, line ${row.line}: ${row.reason}`);
  return reason === undefined ? rows : [`${path}: ${reason}`, ...rows];
}
