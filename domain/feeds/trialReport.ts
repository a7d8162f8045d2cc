import type { TaskContent } from '../shared/tasks.ts';
import type { FeedRunOutcome, RowCounts } from './feeds.ts';

/** What a trial of a first file has shown, for the person who approves it. Nothing personal. */
export interface TrialReport {
  outcome: FeedRunOutcome;
  reason: string | null;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
  /** The first reasons, such as `line 12, SoldDate: is not a date`. */
  rejected: readonly string[];
  /** Some activities as they would be, such as `Sold Date 2030-01-10, Cash Purchase: No`. */
  samples: readonly string[];
}

const outcomeWords: Readonly<Record<FeedRunOutcome, string>> = {
  imported: 'The file can be imported',
  empty: 'The file has no rows',
  no_files: 'There is no file',
  needs_person: 'The file cannot be imported as it is',
  failed: 'The trial had to stop',
};

/** The report as texts of a task. */
export function trialTexts(report: TrialReport): TaskContent['texts'] {
  const { outcome, reason, counts, contactsFound, contactsCreated, rejected, samples } = report;
  const only = (label: string, value: string) => ({ label, value, isNote: true as const });
  const number = (count: number) => count.toLocaleString('en-US');
  return [
    only('Result', reason ? `${outcomeWords[outcome]}: ${reason}` : outcomeWords[outcome]),
    only(
      'Rows',
      `${number(counts.read)} read, ${number(counts.inserted + counts.updated)} to import, ${number(counts.rejected)} rejected`,
    ),
    only('Contacts', `${number(contactsFound)} found, ${number(contactsCreated)} to create`),
    ...rejected.map((row) => only('Rejected row', row)),
    ...samples.map((sample) => only('An activity as it will be', sample)),
  ];
}
