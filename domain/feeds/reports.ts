import type { ActivityRow, ActivityType, ContactRule, FeedFileState, RowCounts, RowRejection } from './feeds.ts';

/** What a dry run or a trial has found: kept encrypted, since it shows customers. */
export interface DryRunReport {
  /** At most `mostFiles`, in the order in which they were looked at. */
  files: FileReport[];
}

export interface FileReport {
  path: string;
  state: FeedFileState;
  /** Why it would not be imported. */
  reason?: string;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
  /** The first ones. */
  rejections: (RowRejection & { line: number })[];
  /** A few activities as they would be. */
  sample: SampledActivity[];
}

type Shown = Omit<ActivityRow, 'key' | 'customer' | 'isFileDate' | 'isNumberDerived' | 'occurredOn'>;
type Kept<Fields> = { [Name in keyof Fields]-?: NonNullable<Fields[Name]> | null };

/** As it would be in the tables. */
export interface SampledActivity extends Kept<Shown> {
  type: ActivityType;
  occurredOn: string;
  isNumberDerived: boolean;
  /** How its contact would be found. */
  contactRule: ContactRule;
  contactCandidates: number;
  contact: Record<
    'customerNumber' | 'firstName' | 'lastName' | 'company' | 'email' | 'phone' | 'postalCode',
    string | null
  >;
}

const mostFiles = 20;
/** Of one file. */
export const mostReportedRejections = 25;

/** @returns the report with one more file; a file that was looked at twice, such as after a failure, is there once */
export function withFileReport({ files }: DryRunReport, file: FileReport): DryRunReport {
  const others = files.filter(({ path }) => path !== file.path);
  return { files: [...others, file].slice(0, mostFiles) };
}
