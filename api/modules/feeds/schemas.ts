import { z } from 'zod';
import { feedImportStates, feedRunOutcomes, feedRunTriggers } from '../../../domain/feeds/feeds.ts';
import { DisplayName, Words } from '../../../domain/shared/inputs.ts';
import { pageSchema } from '../../server/paging.ts';
import { Time } from '../../server/time.ts';
import { Dms, Kind, settingsFields } from './importFields.ts';
import { count, FileState, RowCounts } from './runFields.ts';
import { RunReport } from './runReport.ts';

/** Answers of the feeds' routes, and their smaller bodies. */

export const ImportState = z.enum(feedImportStates).meta({
  id: 'FeedImportState',
  description:
    '`trial`: its onboarding tries the first file, and it has no schedule; `ended`: its files are not taken any more, and the activities stay',
});
const Trigger = z.enum(feedRunTriggers).meta({ id: 'FeedRunTrigger' });
export const RunOutcome = z.enum(feedRunOutcomes).meta({
  id: 'FeedRunOutcome',
  description:
    '`empty`: only files without rows; `no_files`: nothing to take; `needs_person`: a file was not imported, and a task says why; `failed`: the server could not be used, or the import had to stop',
});
const MetImport = z
  .object({
    id: z.uuid(),
    account: z.string(),
    dealerName: z.string().nullable(),
    dms: Dms,
    kind: Kind,
    address: z.string(),
  })
  .meta({ id: 'FeedImportWithSameFiles' });
const sharesFilesWith = z
  .array(MetImport)
  .describe(
    'Imports that would take files of the same names: each takes only those whose header is of its own kind, and leaves the others where they are',
  );

export const CreatedFeedImport = z
  .object({
    id: z.uuid(),
    account: z.string(),
    dealerName: z.string(),
    dms: Dms,
    kind: Kind,
    version: z.int(),
    address: z.string().describe('Path of the import, as in the header Location'),
    sharesFilesWith,
  })
  .meta({ id: 'CreatedFeedImport' });
export type CreatedFeedImport = z.output<typeof CreatedFeedImport>;

const runSummary = z.object({
  id: z.uuid(),
  trigger: Trigger,
  date: z.iso.date().nullable().describe('The local date of a scheduled run'),
  requestedBy: z.string().nullable().describe('A person’s ID, or key:<name> of a system; null where the schedule did'),
  startedAt: Time,
  endedAt: Time.nullable(),
  outcome: RunOutcome.nullable().describe('Null while it is in progress'),
  reason: z.string().nullable(),
  counts: RowCounts.describe('Of all files together; of a dry run what would be'),
  contactsFound: count,
  contactsCreated: count,
  isSmall: z
    .boolean()
    .describe('With it the local date has far fewer rows than usual: it is not the last success, and a task says so'),
});
export const FeedRunSummary = runSummary.meta({ id: 'FeedRunSummary' });

export const importActions = [
  'change',
  'test',
  'pause',
  'resume',
  'end',
  'withdraw_end',
  'run',
  'dry_run',
  'backfill',
  'import_corrected',
] as const;
export type ImportAction = (typeof importActions)[number];

/** What is stored and shown of the settings; none of them is a secret. */
const shownSettings = {
  deleteFromServer: z.boolean(),
  moveTo: z.string().nullable(),
  directory: z.string(),
  filename: z.string(),
  regex: z.boolean(),
  sftp: z.literal(true),
  host: z.string(),
  port: z.int(),
  username: z.string().describe('Name of a secret'),
  password: z.string().nullable().describe('Name of a secret'),
  privateKey: z.string().nullable().describe('Name of a secret'),
  hostKeys: z.array(z.string()),
  localTime: z.string(),
  jitterMinutes: z.int(),
  maxRejectedShare: z.number(),
  silentAfterDays: z.int(),
  smallBelowShare: z.number(),
} satisfies Record<keyof typeof settingsFields, z.ZodType>;

const importSummary = z.object({
  id: z.uuid(),
  account: z.string(),
  dealerName: z.string().nullable(),
  timeZone: z.string().describe('The dealer’s, IANA name'),
  dms: Dms,
  kind: Kind,
  state: ImportState,
  ...shownSettings,
  paused: z.object({ by: z.string(), at: Time, reason: z.string() }).nullable(),
  end: z
    .object({ effectiveOn: z.iso.date(), contractReference: z.string(), requestedBy: z.string() })
    .nullable()
    .describe('When it ends, or has ended, and by which contract; null while no end was requested'),
  endedAt: Time.nullable(),
  createdBy: z.string(),
  createdAt: Time,
  version: z.int().describe('Grows with each change; PATCH needs it'),
  scheduleIsCurrent: z
    .boolean()
    .describe(
      'Whether its schedule is as this version says; it follows within seconds, or when Temporal answers again',
    ),
  lastRun: FeedRunSummary.nullable(),
  sharesFilesWith,
});
export const FeedImportSummary = importSummary.meta({ id: 'FeedImportSummary' });
export type FeedImportSummary = z.output<typeof FeedImportSummary>;
export const FeedImport = importSummary
  .extend({
    allowedActions: z
      .array(
        z.object({
          action: z.enum(importActions),
          missing: z.string().nullable().describe('Why it is not allowed now; null when it is'),
        }),
      )
      .describe('What the caller may do with it now'),
  })
  .meta({ id: 'FeedImport' });
export type FeedImport = z.output<typeof FeedImport>;
export const FeedImportPage = pageSchema('FeedImportPage', { imports: z.array(FeedImportSummary) });

export const FeedPause = z
  .strictObject({ reason: Words(500).describe('Why, for the audit trail and whoever resumes it') })
  .meta({ id: 'FeedPause' });
export const FeedEnd = z
  .strictObject({
    contractReference: DisplayName(200).describe(
      'What of the contract with the dealer ends the product, as the account manager has it',
    ),
    effectiveOn: z.iso.date().describe('The local date of the dealer on which it ends: today or later'),
  })
  .meta({ id: 'FeedEnd' });

export const StartedRun = z
  .object({
    id: z.uuid(),
    address: z.string().describe('Path of the run, as in the header Location; 404 until it begins'),
    begun: z.boolean().describe('Whether it has begun: runs of an import that change something take turns'),
    webUi: z.string().optional().describe('Its workflow in Temporal’s Web UI'),
  })
  .meta({ id: 'StartedFeedRun' });
export type StartedRun = z.output<typeof StartedRun>;

export const FeedBackfill = z
  .strictObject({
    directory: settingsFields.directory.optional().describe('Another folder on the server than the import’s own'),
  })
  .meta({ id: 'FeedBackfill' });

const FeedFile = z
  .object({
    id: z.uuid(),
    path: z.string(),
    size: z.number().min(0).describe('Bytes'),
    modifiedAt: Time.describe('As the server says it'),
    state: FileState,
    reason: z.string().nullable(),
    header: z.array(z.string()).nullable().describe('The columns’ names as the file has them'),
    encoding: z.string().nullable(),
    counts: RowCounts,
    contactsFound: count,
    contactsCreated: count,
    at: Time,
    removedAt: Time.nullable().describe('When it was deleted or moved on the server'),
    removalProblem: z.string().nullable(),
    approvedBy: z.string().nullable().describe('Who decided that it is imported in spite of what is wrong with it'),
    ignoredBy: z.string().nullable().describe('Who decided that it is not imported'),
  })
  .meta({ id: 'FeedFile' });

const Progress = z
  .object({
    file: z.string(),
    stage: z.enum(['download', 'read', 'match', 'save']),
    bytes: z.number().min(0),
    totalBytes: z.number().min(0),
    rows: z.number().min(0),
    rowsPerSecond: z.number().min(0),
    endsAt: Time.nullable().describe('Estimated; null while it cannot be'),
  })
  .meta({ id: 'FeedRunProgress' });

const listedRun = runSummary.extend({
  progress: Progress.nullable().describe('Of the file that is being imported; null while none is'),
});
export const FeedRunPage = pageSchema('FeedRunPage', { runs: z.array(listedRun.meta({ id: 'ListedFeedRun' })) });

export const mostFiles = 1_000;
export const FeedRun = listedRun
  .extend({
    importId: z.uuid(),
    account: z.string(),
    dealerName: z.string().nullable(),
    files: z.array(FeedFile).describe(`The first ${mostFiles}, in the order in which they were looked at`),
    moreFiles: z.boolean(),
    report: RunReport.nullable().describe('Of a dry run or a trial, which keeps no files: what it has found'),
    reportMissing: z.string().nullable().describe('Why the report of a dry run cannot be shown'),
    webUi: z.string().optional().describe('Its workflow in Temporal’s Web UI'),
  })
  .meta({ id: 'FeedRun' });
