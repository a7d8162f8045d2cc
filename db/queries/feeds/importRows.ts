import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { noRows } from '../../../domain/feeds/feeds.ts';
import type { FileResult } from '../../../domain/feeds/runs.ts';
import { bulkTransaction } from '../../bulk.ts';
import { type Database, type Db, schema } from '../../client.ts';
import { activities, contacts, feedImports } from '../../schema/feeds.ts';
import { copyOut } from './copy.ts';
import {
  approverOf,
  type FeedFile,
  type FileContent,
  importedFile,
  recordedFile,
  recordFile,
  withoutRows,
} from './ledger.ts';
import { matchContacts } from './matchContacts.ts';
import { writeRejections } from './rejections.ts';
import type { FeedImportRow } from './runs.ts';
import { type FeedScope, lockActivities, lockContacts } from './scope.ts';
import { type FirstRejection, type RecordSource, type StagedFile, stageFile } from './stageFile.ts';
import { findExisting, insertActivities, removeStaged, removeSuperseded, updateActivities } from './writeActivities.ts';

export interface RowsToImport extends RecordSource {
  scope: FeedScope;
  file: FeedFile;
  content: FileContent;
  /** Above it the file is not imported, unless a person has approved it. */
  maxRejectedShare: number;
  /** Of the import as it is at the commit: what it throws leaves everything as it was. */
  check(row: FeedImportRow): void;
  /** Does everything, and takes it back. */
  dryRun: boolean;
  /** Of a rejected record. */
  encrypt(plain: Buffer): Buffer;
  onProgress?(progress: { stage: 'read' | 'match' | 'save'; rows: number }): void;
  signal?: AbortSignal;
}

/** As it is in the tables. */
export interface SampledRow {
  activity: typeof activities.$inferSelect;
  contact: typeof contacts.$inferSelect;
}

export interface ImportedRows extends FileResult {
  /** At most 100. */
  firstRejections: FirstRejection[];
  /** Of a dry run: a few activities as they would be. */
  sample: SampledRow[];
}

const sampleSize = 5;
/** So few rejected rows never keep a file out, unless it has no others. */
const fewRejected = 5;

/**
 * Imports the rows of a file, all or none, and records it in the ledger in the same transaction: contacts are found or made,
 * activities inserted, or updated where a value differs. Of several rows with one key the last line counts, and of several files the
 * newest. The order of rows does not matter otherwise.
 * @param database whose statements may take as long as they need (`openBulkDatabase`)
 * @throws Error when nothing was done; or when the answer to the commit was lost, which `recordedFile` tells
 */
export async function importRows(database: Database, input: RowsToImport): Promise<ImportedRows> {
  const { scope, file, content, dryRun, signal } = input;
  const nothing = { firstRejections: [], sample: [] };
  return bulkTransaction(database, { signal, keep: !dryRun }, async (client) => {
    const db = drizzle(client, { schema });
    const end = (result: FileResult, approvedBy?: string) =>
      dryRun ? result : recordFile(db, file, result, { ...content, approvedBy });
    await lockActivities(client, scope);
    const imported = dryRun ? undefined : await importedFile(db, scope.importId, content.sha256);
    // By another attempt at the same file, whose end nobody has heard of.
    if (imported?.id === file.id) return { ...(await recordedFile(db, file.id))!, ...nothing };
    if (imported) return { ...(await end(withoutRows('known'))), ...nothing };

    const onRows = (rows: number) => input.onProgress?.({ stage: 'read', rows });
    const staged = await stageFile(client, scope, input, { encrypt: input.encrypt, onRows });
    const { read, firstRejections } = staged;
    if (read === 0) return { ...(await end(withoutRows('empty'))), ...nothing };
    const approvedBy = await approverOf(db, scope.importId, content.sha256);
    const problem = approvedBy ? undefined : problemOf(staged, input.maxRejectedShare);
    if (problem) {
      const counts = { ...noRows, read, rejected: read };
      return { ...(await end({ ...withoutRows('rejected', problem), counts })), firstRejections, sample: [] };
    }
    const written = await writeStaged(client, input, staged);
    // Locked: it can be paused or end before this, or after it.
    const [row] = await db.select().from(feedImports).where(eq(feedImports.id, scope.importId)).for('share');
    input.check(row!);
    const result = await end({ state: 'imported', ...written }, approvedBy);
    return { ...result, firstRejections, sample: dryRun ? await sampled(db, scope) : [] };
  });
}

/** @returns why the file is not imported */
function problemOf({ read, rejected, firstRejections }: StagedFile, maxRejectedShare: number): string | undefined {
  const isTooMany = rejected === read || (rejected >= fewRejected && rejected / read > maxRejectedShare);
  if (!isTooMany) return undefined;
  const first = firstRejections
    .slice(0, fewRejected)
    .map(({ line, column, reason }) => `line ${line}${column === undefined ? '' : `, ${column}`}: ${reason}`);
  return `${rejected} of ${read} rows cannot be read. ${first.join('; ')}`;
}

async function writeStaged(
  client: pg.PoolClient,
  { scope, file, onProgress }: RowsToImport,
  staged: StagedFile,
): Promise<Pick<FileResult, 'counts' | 'contactsFound' | 'contactsCreated'>> {
  const { read, rejected } = staged;
  onProgress?.({ stage: 'match', rows: read });
  // Of all columns it takes several times as long.
  await client.query('analyze staged (line, key, unit, customer)');
  const repeated = await removeSuperseded(client);
  const existing = await findExisting(client, scope);
  const later = await removeBeforeKnown(client, staged);
  const older = await removeOlder(client, file);
  await lockContacts(client, scope.account);
  const matched = await matchContacts(client, scope);
  onProgress?.({ stage: 'save', rows: read });
  const inserted = await insertActivities(client, scope, file.id);
  const updated = await updateActivities(client, scope.importId, file.id);
  await writeRejections(client, scope, file.id);
  const unchanged = staged.unchanged - later.known + existing - later.staged - older - updated;
  const superseded = staged.superseded + repeated + later.known + later.staged + older;
  return { counts: { read, inserted, updated, unchanged, superseded, rejected }, ...matched };
}

/**
 * Where the file has a known record and another one of the same activity, the later line counts.
 * @returns how many of each kind are superseded so
 */
async function removeBeforeKnown(
  client: pg.PoolClient,
  { known }: StagedFile,
): Promise<{ known: number; staged: number }> {
  const superseded = { known: 0, staged: 0 };
  if (known.size === 0) return superseded;
  const lines: number[] = [];
  for await (const [line, hash] of copyOut(client, 'select line, record_hash from existing')) {
    const record = known.find(hash!);
    const lastLine = record < 0 ? 0 : known.lastLine(record);
    if (lastLine > line!.readInt32BE(0)) lines.push(line!.readInt32BE(0));
    else if (lastLine > 0) superseded.known += 1;
  }
  superseded.staged = lines.length;
  if (lines.length > 0) await removeStaged(client, lines);
  return superseded;
}

/**
 * An activity that a newer file has written stays: such as when a folder of earlier years is imported. A time in the future counts
 * as that of the file's import, or nothing would change the activity any more.
 * @returns how many rows are left out
 */
async function removeOlder(client: pg.PoolClient, { modifiedAt }: FeedFile): Promise<number> {
  const { rowCount } = await client.query(
    `with older as (
       delete from existing using activities, feed_files as last
       where activities.id = existing.id and last.id = activities.file_id
         and least(last.modified_at, last.at) > least($1::timestamptz, now())
       returning existing.line
     )
     delete from staged using older where staged.line = older.line`,
    [modifiedAt],
  );
  return rowCount!;
}

async function sampled(db: Db, { account, dms, type }: FeedScope): Promise<SampledRow[]> {
  return db
    .select({ activity: activities, contact: contacts })
    .from(activities)
    .innerJoin(contacts, eq(contacts.id, activities.contactId))
    .where(
      and(
        eq(activities.account, account),
        eq(activities.dms, dms),
        eq(activities.type, type),
        sql`${activities.key} in (select key from staged order by line limit ${sampleSize})`,
      ),
    )
    .orderBy(activities.line);
}
