import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { ActivityRow, RowRejection } from '../../../domain/feeds/feeds.ts';
import { FeedFileProblem } from '../../../domain/feeds/reading/problems.ts';
import { rejectedRecordBytes } from '../../../domain/feeds/rejectedRecords.ts';
import type { Delimiter } from '../../../domain/shared/csvCells.ts';
import type { CopyIn } from './copy.ts';
import { type KnownRecords, recordsOfActivities, rejectedRecords } from './knownRecords.ts';
import type { FeedScope } from './scope.ts';
import { copyRows, createStaging, type StagedRejection, stagedRow, stageRejections } from './staging.ts';

/** A record of a file, before its cells are read. @internal exported for tests */
export interface FileRecord {
  /** UTF-8, valid until the next batch. */
  bytes: Buffer;
  /** Of the file, from 1, where it begins. */
  line: number;
  /** 16 bytes; another one under another header or mapping. */
  hash: Buffer;
  problem?: RowRejection;
}

export interface RecordSource {
  header: string[];
  delimiter: Delimiter;
  records: AsyncIterable<FileRecord[]>;
  /** Of each record its row, or why it has none. */
  read(records: FileRecord[]): { row?: ActivityRow; rejection?: RowRejection }[];
}

export interface FirstRejection extends RowRejection {
  line: number;
}

/** What became of the records before they meet the tables. */
export interface StagedFile {
  read: number;
  rejected: number;
  /** Known already: each of them in its last line. */
  unchanged: number;
  /** Known ones in other lines. */
  superseded: number;
  /** In the table `staged`. */
  staged: number;
  known: KnownRecords;
  firstRejections: FirstRejection[];
}

const mostFirstRejections = 100;
/** They wait while rows are copied, since a connection does one thing at a time. */
const rejectionsAtOnce = { rows: 500, bytes: 1 << 20 };
/** Of one file, in bytes: each rejected row is kept with the file's header. */
const mostRejectedBytes = 256 << 20;
/** A connection on which nothing is said for much longer counts as lost: see `bulkTransaction`. */
const longestSilenceMs = 5_000;

/**
 * Reads the records that are not known into the tables `staged`, `staged_rejections` and `readable`.
 * @param onRows hears now and then how many records were read
 * @throws FeedFileProblem when more of them are rejected than can be kept
 */
export async function stageFile(
  client: pg.PoolClient,
  scope: FeedScope,
  source: RecordSource,
  { encrypt, onRows }: { encrypt(plain: Buffer): Buffer; onRows?: (rows: number) => void },
): Promise<StagedFile> {
  const known = await recordsOfActivities(client, scope);
  const open = await rejectedRecords(client, scope, 'open');
  const corrected = await rejectedRecords(client, scope, 'corrected');
  await createStaging(client);
  const done: StagedFile = { read: 0, rejected: 0, unchanged: 0, superseded: 0, staged: 0, known, firstRejections: [] };
  const { header, delimiter } = source;
  const headerHash = createHash('sha256').update(JSON.stringify(header));
  const contentHash = ({ bytes, hash, problem }: FileRecord) => {
    const content = headerHash.copy().update(bytes);
    // Of a record that is too long there is only the beginning.
    return (problem?.code === 'record_too_long' ? content.update(hash) : content).digest().subarray(0, 16);
  };
  const see = (records: KnownRecords, record: number, line: number) => {
    if (records.see(record, line)) done.unchanged += 1;
    else done.superseded += 1;
    return true;
  };
  const isKnown = (record: FileRecord): boolean => {
    const one = known.find(record.hash);
    if (one >= 0) return see(known, one, record.line);
    if (corrected.size === 0) return false;
    const other = corrected.find(contentHash(record));
    return other >= 0 && see(corrected, other, record.line);
  };
  let rows: CopyIn | undefined;
  let rejections: StagedRejection[] = [];
  let rejectedBytes = 0;
  let keptBytes = 0;
  let saidAt = Date.now();
  const flushRejections = async () => {
    await rows?.end();
    rows = undefined;
    await stageRejections(client, rejections);
    rejections = [];
    rejectedBytes = 0;
  };
  for await (const batch of source.records) {
    const unknown = known.size + corrected.size === 0 ? batch : batch.filter((record) => !isKnown(record));
    const readings = source.read(unknown);
    let text = '';
    for (const [index, record] of unknown.entries()) {
      const { row, rejection } = readings[index]!;
      const hash = rejection || open.size > 0 ? contentHash(record) : undefined;
      const isOpen = hash !== undefined && open.find(hash) >= 0;
      if (row) {
        text += stagedRow(row, record.line, record.hash);
        done.staged += 1;
        // The mapping reads it now.
        if (isOpen) rejections.push({ hash: hash!, line: record.line });
        continue;
      }
      done.rejected += 1;
      if (done.firstRejections.length < mostFirstRejections)
        done.firstRejections.push({ line: record.line, ...rejection! });
      const raw = isOpen
        ? undefined
        : encrypt(rejectedRecordBytes({ header, delimiter, record: record.bytes.toString() }));
      rejections.push({ hash: hash!, line: record.line, rejection, raw });
      const bytes = raw?.length ?? 0;
      rejectedBytes += bytes;
      keptBytes += bytes;
      if (keptBytes > mostRejectedBytes)
        throw new FeedFileProblem(
          'too_many_rejected',
          `More rows cannot be read than can be kept for correction: ${done.rejected} of the first ${done.read + index + 1}. The first: line ${done.firstRejections[0]!.line}: ${done.firstRejections[0]!.reason}`,
        );
    }
    done.read += batch.length;
    if (text !== '') {
      rows ??= copyRows(client);
      await rows.write(text);
    }
    if (rejections.length >= rejectionsAtOnce.rows || rejectedBytes >= rejectionsAtOnce.bytes) await flushRejections();
    // While a file has nothing new.
    if (Date.now() - saidAt > longestSilenceMs) {
      await flushRejections();
      await client.query('select');
      saidAt = Date.now();
    }
    onRows?.(done.read);
  }
  await flushRejections();
  return done;
}
