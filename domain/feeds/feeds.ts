/** Feeds: a DMS's sales and service transactions, which ProResponse delivers as files (spec: proresponse-feeds.md). */

/** The DMS that ProResponse delivers files of. */
export const feedDmsNames = ['ids', 'automate', 'motility'] as const;
export type FeedDms = (typeof feedDmsNames)[number];

export const feedDmsTitles: Readonly<Record<FeedDms, string>> = {
  ids: 'IDS',
  automate: 'Automate',
  motility: 'Motility',
};

export const feedKinds = ['sales', 'service'] as const;
export type FeedKind = (typeof feedKinds)[number];

/** What a DMS offers (spec: proresponse-feeds.md, "Other DMS on the same path"). */
export const kindsOfDms: Readonly<Record<FeedDms, readonly FeedKind[]>> = {
  ids: ['sales', 'service'],
  automate: ['sales'],
  motility: ['sales', 'service'],
};

export const activityTypes = ['sold_unit', 'work_order'] as const;
export type ActivityType = (typeof activityTypes)[number];

export const activityTypeTitles: Readonly<Record<ActivityType, string>> = {
  sold_unit: 'Sold Unit',
  work_order: 'Work Order',
};

export const activityTypeOfKind: Readonly<Record<FeedKind, ActivityType>> = {
  sales: 'sold_unit',
  service: 'work_order',
};

/**
 * `trial`: an onboarding tries its first file, and it has no schedule. `ended`: its files are not taken any more; the activities stay.
 */
export const feedImportStates = ['trial', 'active', 'paused', 'ended'] as const;
export type FeedImportState = (typeof feedImportStates)[number];

/**
 * What a feed import takes, with the names that the feeds team knows (spec: proresponse-feeds.md, step 4). `username`, `password`
 * and `privateKey` are names of secrets, never the secrets themselves.
 */
export interface FeedImportSettings {
  /** Whether a file is deleted on the server after all of it is stored. */
  deleteFromServer: boolean;
  /** Where a file is moved to on the server instead, if it is not deleted; null leaves it where it is. */
  moveTo: string | null;
  /** The dealer's folder as it is on the server, such as `dealername/IDS/`. */
  directory: string;
  /** A file's name, or with `regex` a pattern with which its name ends. */
  filename: string;
  regex: boolean;
  /** Always true: nothing is taken without encryption. */
  sftp: true;
  host: string;
  port: number;
  username: string;
  password: string | null;
  privateKey: string | null;
  /** Of the server, such as `SHA256:…`: one, or two while it changes its key. */
  hostKeys: string[];
  /** HH:mm in the dealer's time zone. */
  localTime: string;
  jitterMinutes: number;
  /** A file of which a larger share of rows cannot be read is not imported: 0 to 1. */
  maxRejectedShare: number;
  /** So many days without a row, and a person looks at it. */
  silentAfterDays: number;
  /** With fewer rows than this share of what is usual for the weekday a person looks at it; 0 turns that off. */
  smallBelowShare: number;
}

/** Whether a file is deleted or moved on the server after all of it is stored. */
export function removesFiles({ deleteFromServer, moveTo }: Pick<FeedImportSettings, 'deleteFromServer' | 'moveTo'>) {
  return deleteFromServer || moveTo !== null;
}

/** What starts a run. */
export const feedRunTriggers = ['schedule', 'manual', 'backfill', 'trial', 'dry_run'] as const;
export type FeedRunTrigger = (typeof feedRunTriggers)[number];
/** Of runs that only say what would become of the rows, and change nothing. */
export const dryTriggers: readonly FeedRunTrigger[] = ['dry_run', 'trial'];

/**
 * `empty`: only files without rows. `no_files`: nothing to take. `needs_person`: a file was not imported, and a task says why.
 * `failed`: the server could not be used, or the import had to stop.
 */
export const feedRunOutcomes = ['imported', 'empty', 'no_files', 'needs_person', 'failed'] as const;
export type FeedRunOutcome = (typeof feedRunOutcomes)[number];

/**
 * `known`: its content was imported before, under whatever name. `other_kind`: it is the other feed's, and stays where it is.
 * `set_aside`: its header is of both kinds or of neither, or its name cannot be used. `rejected`: a column is missing, or too many
 * rows cannot be read. `not_taken`: it was still growing, or changed or disappeared meanwhile: the next run looks at it again.
 */
export const feedFileStates = [
  'imported',
  'empty',
  'known',
  'other_kind',
  'set_aside',
  'rejected',
  'not_taken',
] as const;
export type FeedFileState = (typeof feedFileStates)[number];

/** Rows of a file; `read` is the sum of all others. `superseded`: a later row of the file, or a newer file, has the same
 * activity. */
export interface RowCounts {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  superseded: number;
  rejected: number;
}
export const noRows: RowCounts = { read: 0, inserted: 0, updated: 0, unchanged: 0, superseded: 0, rejected: 0 };

/** What of a contact a row says, cleaned. */
export interface RowCustomer {
  /** At the DMS. */
  number?: string;
  /** In lower case. */
  email?: string;
  /** E.164 */
  phone?: string;
  firstName?: string;
  lastName?: string;
  company?: string;
  postalCode?: string;
  /** The name in a form in which spellings of the same name are equal; absent without a name. */
  nameKey?: string;
}

/** One row of a file, read and checked. Dates are ISO, amounts decimal texts such as `1234.50`. */
export interface ActivityRow {
  /** Of the activity, within its dealer, DMS and type; of at most 200 characters. */
  key: string;
  occurredOn: string;
  /** The row has no date, so that `occurredOn` is the file's: an activity that exists keeps its own. */
  isFileDate?: boolean;
  customer: RowCustomer;
  /** Of a sold unit; absent on a cash purchase. */
  amountFinanced?: string;
  term?: number;
  monthlyPayment?: string;
  finalPaymentOn?: string;
  /** Of a work order; derived from other fields where the file has none. */
  workOrderNumber?: string;
  isNumberDerived?: boolean;
  amount?: string;
  vin?: string;
  stockNumber?: string;
  unitYear?: number;
  unitMake?: string;
  unitModel?: string;
  unitType?: string;
  /** Of a work order: what is known of its unit. */
  description?: string;
}

/** Why a row was not imported. */
export interface RowRejection {
  /** The column's name as the file has it; absent where the row as a whole cannot be read. */
  column?: string;
  /** Stable, such as `bad_date`. */
  code: string;
  /** A sentence that says what is wrong and what is expected, without the row's personal values. */
  reason: string;
}

/**
 * How an activity's contact was found: in this order (spec: proresponse-feeds.md, Rules). `kept`: the row says nothing of its customer
 * any more. `assigned`: a person has split it off, and no row changes that.
 */
export const contactRules = [
  ...(['customer_number', 'email', 'phone', 'name_postal_code', 'created'] as const),
  ...(['kept', 'assigned'] as const),
] as const;
export type ContactRule = (typeof contactRules)[number];
