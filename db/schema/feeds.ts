import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  real,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { defaultImport } from '../../domain/feeds/defaultImport.ts';
import type {
  ActivityType,
  ContactRule,
  FeedDms,
  FeedFileState,
  FeedImportState,
  FeedKind,
  FeedRunOutcome,
  FeedRunTrigger,
  RowCounts,
} from '../../domain/feeds/feeds.ts';
import type { SegmentFilter } from '../../domain/feeds/segments.ts';
import { changedIn, code, when, whenOrdering } from './columns.ts';

/** Tables of the feeds. */

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const money = (name: string) => numeric(name, { precision: 14, scale: 2 });
const id = (name: string) => bigint(name, { mode: 'bigint' });

/** The setting that takes one dealer's files of one kind. */
export const feedImports = pgTable(
  'feed_imports',
  {
    id: uuid('id').primaryKey(),
    account: text('account').notNull(),
    dealerName: text('dealer_name'),
    /** IANA name, of the dealer. */
    timeZone: text('time_zone').notNull(),
    dms: text('dms').$type<FeedDms>().notNull(),
    kind: text('kind').$type<FeedKind>().notNull(),
    deleteFromServer: boolean('delete_from_server').notNull(),
    moveTo: text('move_to'),
    directory: text('directory').notNull(),
    filename: text('filename').notNull(),
    regex: boolean('regex').notNull(),
    host: text('host').notNull(),
    port: integer('port').notNull(),
    /** Names of secrets. */
    username: text('username').notNull(),
    password: text('password'),
    privateKey: text('private_key'),
    hostKeys: text('host_keys').array().notNull(),
    /** HH:mm */
    localTime: text('local_time').notNull(),
    jitterMinutes: integer('jitter_minutes').notNull(),
    maxRejectedShare: real('max_rejected_share').notNull(),
    silentAfterDays: integer('silent_after_days').notNull().default(defaultImport.silentAfterDays),
    smallBelowShare: real('small_below_share').notNull().default(defaultImport.smallBelowShare),
    state: text('state').$type<FeedImportState>().notNull().default('active'),
    pausedBy: text('paused_by'),
    pausedReason: text('paused_reason'),
    pausedAt: when('paused_at'),
    /** The local date on which it ends, and the contract that says so; null while no end was requested. */
    endsOn: date('ends_on'),
    contractReference: text('contract_reference'),
    endRequestedBy: text('end_requested_by'),
    endedAt: when('ended_at'),
    /** Since when its files are taken: its creation, or when it was resumed last. */
    activeSince: when('active_since').notNull().defaultNow(),
    /** When a run of a date, or one that a person started, last imported rows. */
    deliveredAt: when('delivered_at'),
    /** The local date on which a person was last told that it delivers nothing. */
    silenceToldOn: date('silence_told_on'),
    createdBy: text('created_by').notNull(),
    createdAt: whenOrdering('created_at').notNull().defaultNow(),
    /** Grows with each change; its schedule is as this version says when `appliedVersion` is the same. */
    version: integer('version').notNull().default(1),
    appliedVersion: integer('applied_version').notNull().default(0),
    changedIn: changedIn(),
  },
  (table) => [
    index('feed_imports_by_account').on(table.account, table.createdAt),
    index('feed_imports_by_creation').on(table.createdAt, table.id),
    // One dealer has one of each, except those that have ended.
    uniqueIndex('feed_imports_current').on(table.account, table.dms, table.kind).where(sql`${table.state} <> 'ended'`),
    index('feed_imports_by_server')
      .on(table.host, table.port, sql`lower(trim(both '/' from ${table.directory}))`)
      .where(sql`${table.state} <> 'ended'`),
    index('feed_imports_moving_to')
      .on(table.host, table.port, sql`lower(trim(both '/' from ${table.moveTo}))`)
      .where(sql`${table.state} <> 'ended' and ${table.moveTo} is not null`),
    index('feed_imports_active').on(table.id).where(sql`${table.state} = 'active'`),
    index('feed_imports_by_change').on(table.changedIn),
    index('feed_imports_not_applied').on(table.id).where(sql`${table.version} <> ${table.appliedVersion}`),
  ],
);

/** How far a run is, as its activity last wrote it. */
export interface RunProgress {
  file: string;
  stage: 'download' | 'read' | 'match' | 'save';
  bytes: number;
  totalBytes: number;
  rows: number;
  rowsPerSecond: number;
  /** ISO 8601; absent while it cannot be estimated. */
  endsAt?: string;
}

/** One taking of files. */
export const feedRuns = pgTable(
  'feed_runs',
  {
    id: uuid('id').primaryKey(),
    importId: uuid('import_id').notNull(),
    /** Of the import when the run began. */
    importVersion: integer('import_version').notNull(),
    workflowId: text('workflow_id').notNull(),
    trigger: text('trigger').$type<FeedRunTrigger>().notNull(),
    /** The local date of a scheduled run. */
    date: date('date'),
    requestedBy: text('requested_by'),
    startedAt: whenOrdering('started_at').notNull().defaultNow(),
    endedAt: when('ended_at'),
    outcome: text('outcome').$type<FeedRunOutcome>(),
    reason: text('reason'),
    /** Of all files together; of a dry run what would be. */
    counts: jsonb('counts').$type<RowCounts>().notNull(),
    contactsFound: integer('contacts_found').notNull().default(0),
    contactsCreated: integer('contacts_created').notNull().default(0),
    /** Its date has far fewer rows than usual: not a success. */
    isSmall: boolean('is_small').notNull().default(false),
    progress: jsonb('progress').$type<RunProgress>(),
    /** Of a dry run: a `DryRunReport`, encrypted, since it shows customers. */
    report: bytes('report'),
    changedIn: changedIn(),
  },
  (table) => [
    index('feed_runs_by_import').on(table.importId, table.startedAt.desc(), table.id),
    index('feed_runs_by_end').on(table.endedAt),
    index('feed_runs_by_change').on(table.changedIn),
  ],
);

/** The ledger: what became of each file. A content counts once for its import, whatever its name. */
export const feedFiles = pgTable(
  'feed_files',
  {
    id: uuid('id').primaryKey(),
    importId: uuid('import_id').notNull(),
    runId: uuid('run_id').notNull(),
    path: text('path').notNull(),
    size: bigint('size', { mode: 'number' }).notNull(),
    /** As the server says it. */
    modifiedAt: when('modified_at').notNull(),
    sha256: bytes('sha256'),
    state: text('state').$type<FeedFileState>().notNull(),
    reason: text('reason'),
    /** As the file has it, for the record. */
    header: text('header').array(),
    encoding: text('encoding'),
    counts: jsonb('counts').$type<RowCounts>().notNull(),
    contactsFound: integer('contacts_found').notNull().default(0),
    contactsCreated: integer('contacts_created').notNull().default(0),
    at: whenOrdering('at').notNull().defaultNow(),
    /** When it was deleted or moved on the server. */
    removedAt: when('removed_at'),
    /** Why it could not be. */
    removalProblem: text('removal_problem'),
    /** A person decided that it is imported in spite of what is wrong with it. */
    approvedBy: text('approved_by'),
    /** A person decided that it is not imported: it stays on the server, and no task is opened for it again. */
    ignoredBy: text('ignored_by'),
    /** When the feeds team was told of it. */
    reportedAt: when('reported_at'),
    changedIn: changedIn(),
  },
  (table) => [
    uniqueIndex('feed_files_content').on(table.importId, table.sha256).where(sql`${table.state} = 'imported'`),
    uniqueIndex('feed_files_not_imported')
      .on(table.importId, table.path, table.size, table.modifiedAt)
      .where(sql`${table.state} in ('set_aside', 'rejected')`),
    index('feed_files_by_import').on(table.importId, table.path),
    index('feed_files_by_run').on(table.runId, table.at, table.id),
    index('feed_files_by_change').on(table.changedIn),
  ],
);

/** Rows that were not imported; the same record of an import has one row here. */
export const feedRejectedRows = pgTable(
  'feed_rejected_rows',
  {
    id: uuid('id').primaryKey(),
    importId: uuid('import_id').notNull(),
    /** The file in which it was last seen. */
    fileId: uuid('file_id').notNull(),
    /** Of the file, from 1, the header's included: where the record begins. */
    line: integer('line').notNull(),
    /** Of the header and the record as they are, so that the record is known again when the mapping has changed. */
    recordHash: bytes('record_hash').notNull(),
    column: text('column_name'),
    code: text('code').notNull(),
    reason: text('reason').notNull(),
    /** The header and the record, encrypted. */
    raw: bytes('raw').notNull(),
    state: text('state').$type<'open' | 'corrected'>().notNull().default('open'),
    /** What a person gave instead, by column, encrypted. */
    correction: bytes('correction'),
    correctedBy: text('corrected_by'),
    /** When it was imported. */
    correctedAt: when('corrected_at'),
    activityId: id('activity_id'),
    /** Grows with each correction, and when its state changes. */
    version: integer('version').notNull().default(1),
    at: whenOrdering('at').notNull().defaultNow(),
    changedIn: changedIn(),
  },
  (table) => [
    uniqueIndex('feed_rejected_rows_record').on(table.importId, table.recordHash),
    index('feed_rejected_rows_by_state').on(table.importId, table.state, table.at, table.line, table.id),
    index('feed_rejected_rows_by_file').on(table.fileId, table.line),
    index('feed_rejected_rows_by_change').on(table.changedIn),
  ],
);

/** A dealer's customers, as the feeds know them. */
export const contacts = pgTable(
  'contacts',
  {
    id: id('id').primaryKey().generatedAlwaysAsIdentity(),
    account: text('account').notNull(),
    /** Whose customer number it is. */
    dms: text('dms').$type<FeedDms>(),
    customerNumber: code('customer_number'),
    email: code('email'),
    phone: code('phone'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    company: text('company'),
    postalCode: code('postal_code'),
    nameKey: code('name_key'),
    /** The contact that has replaced it, when a person merged them. */
    mergedInto: id('merged_into'),
    createdAt: whenOrdering('created_at').notNull().defaultNow(),
    updatedAt: when('updated_at').notNull().defaultNow(),
  },
  (table) => [
    index('contacts_by_number').on(table.account, table.customerNumber).where(sql`${table.customerNumber} is not null`),
    index('contacts_by_email').on(table.account, table.email).where(sql`${table.email} is not null`),
    index('contacts_by_phone').on(table.account, table.phone).where(sql`${table.phone} is not null`),
    index('contacts_by_name')
      .on(table.account, table.nameKey)
      .where(sql`${table.nameKey} is not null and ${table.postalCode} is not null`),
    index('contacts_merged').on(table.account, table.mergedInto).where(sql`${table.mergedInto} is not null`),
  ],
);

/** What happened with a contact: a Sold Unit or a Work Order. */
export const activities = pgTable(
  'activities',
  {
    id: id('id').primaryKey().generatedAlwaysAsIdentity(),
    account: text('account').notNull(),
    contactId: id('contact_id').notNull(),
    type: text('type').$type<ActivityType>().notNull(),
    dms: text('dms').$type<FeedDms>().notNull(),
    /** Of the row, within account, DMS and type. */
    key: code('key').notNull(),
    occurredOn: date('occurred_on').notNull(),
    /** Null on a cash purchase and on a work order. */
    amountFinanced: money('amount_financed'),
    term: integer('term'),
    monthlyPayment: money('monthly_payment'),
    finalPaymentOn: date('final_payment_on'),
    workOrderNumber: text('work_order_number'),
    isNumberDerived: boolean('is_number_derived').notNull().default(false),
    amount: money('amount'),
    vin: code('vin'),
    stockNumber: text('stock_number'),
    unitYear: smallint('unit_year'),
    unitMake: text('unit_make'),
    unitModel: text('unit_model'),
    unitType: text('unit_type'),
    description: text('description'),
    contactRule: text('contact_rule').$type<ContactRule>().notNull(),
    /** How many contacts the rule found; the oldest was taken. None where one was created. */
    contactCandidates: smallint('contact_candidates').notNull(),
    importId: uuid('import_id').notNull(),
    fileId: uuid('file_id').notNull(),
    line: integer('line').notNull(),
    /** Of the file's record from which it was last written. */
    recordHash: bytes('record_hash').notNull(),
    /** Of what identifies the customer in that record: while it is the same the activity keeps its contact. */
    customerHash: bigint('customer_hash', { mode: 'bigint' }).notNull(),
    createdAt: when('created_at').notNull().defaultNow(),
    updatedAt: when('updated_at').notNull().defaultNow(),
  },
  (table) => [
    // Most of the time of an import is spent on these: each further column costs seconds for a million rows, what differs most
    // comes early, and a hash takes a third of the time of a tree.
    uniqueIndex('activities_by_key').on(table.account, table.key, table.dms, table.type),
    index('activities_by_contact').on(table.contactId),
    index('activities_by_vin').using('hash', table.vin).where(sql`${table.vin} is not null`),
    // With all that a segment may ask for, so that no activity is read that is not shown.
    index('activities_by_date').on(
      ...([table.account, table.occurredOn, table.id, table.type, table.amountFinanced, table.amount] as const),
      ...([table.term, table.finalPaymentOn, table.unitMake, table.unitModel] as const),
    ),
  ],
);

/** Saved filters of a dealer's activities. */
export const activitySegments = pgTable(
  'activity_segments',
  {
    id: uuid('id').primaryKey(),
    account: text('account').notNull(),
    name: text('name').notNull(),
    filter: jsonb('filter').$type<SegmentFilter>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: whenOrdering('created_at').notNull().defaultNow(),
    /** Grows with each change. */
    version: integer('version').notNull().default(1),
  },
  (table) => [uniqueIndex('activity_segments_by_name').on(table.account, sql`lower(${table.name})`)],
);
