import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { v5 as uuidOf } from 'uuid';
import type { Db } from '../../db/client.ts';
import { postgresCode } from '../../db/failures.ts';
import { type ImportedRows, importRows } from '../../db/queries/feeds/importRows.ts';
import { type FeedFile, recordedFile, recordFile, recordRemoval, withoutRows } from '../../db/queries/feeds/ledger.ts';
import { addToReport, sampledActivity } from '../../db/queries/feeds/reports.ts';
import type { FeedImportRow } from '../../db/queries/feeds/runs.ts';
import { activityTypeOfKind, removesFiles } from '../../domain/feeds/feeds.ts';
import { encodingOf } from '../../domain/feeds/reading/encoding.ts';
import { longestHeader } from '../../domain/feeds/reading/header.ts';
import { type FeedIdentity, identifyFeed, openFeed } from '../../domain/feeds/reading/open.ts';
import { FeedFileProblem } from '../../domain/feeds/reading/problems.ts';
import { mostReportedRejections } from '../../domain/feeds/reports.ts';
import type { FileImport, FileRemoval, FileResult, ListedFile } from '../../domain/feeds/runs.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import type { RecordCipher } from '../../domain/shared/recordCipher.ts';
import type { SftpSession } from '../connectors/sftp.ts';
import type { FeedContext } from './context.ts';
import { ImportProgress } from './importProgress.ts';
import { withFeedServer } from './server.ts';
import { defaultSpoolDir, removeOldSpoolFiles, SpoolFile } from './spool.ts';
import { theImport } from './theImport.ts';
import { assertIsTaken } from './whyNotTaken.ts';

/** The file changed after it was listed: the next run lists it again. */
const changes: readonly (string | null | undefined)[] = ['SftpFileChanged', 'SftpNoSuchFile'];

/** Of PostgreSQL's codes: the same values fail again. */
const dataExceptions = '22';

/** In bytes: some hundred times what a large dealer sends. */
const largestFile = 10 * 2 ** 30;
const tooLarge = 'It is larger than 10 GB: ask ProResponse for smaller files.';

/** Taking one file of a feed import, from its first byte to its removal. */
export function importFileActivities(context: FeedContext) {
  const { db } = context.database;

  return {
    /**
     * Imports a file, all of its rows or none, with its row in the ledger in the same transaction. Safe to repeat: a try that was
     * cut off is continued with what was downloaded, and one whose commit was not answered is found in the ledger.
     * @throws ApplicationFailure of the server (`Sftp…`) or the import (`Feed…`), or `UnstorableFile`; other failures of PostgreSQL
     *   are tried again
     */
    async importFile({ importId, runId, file, isDry }: FileImport): Promise<FileResult> {
      const row = await theImport(db, importId);
      const own: FeedFile = {
        // Another file of the same name, which has come since, is not this one.
        id: uuidOf(JSON.stringify([file.path, file.size, file.modifiedAt]), runId),
        ...{ importId, runId, path: file.path, size: file.size },
        modifiedAt: new Date(file.modifiedAt),
      };
      const recorded = isDry ? undefined : await recordedFile(db, own.id);
      if (recorded) return recorded;
      assertIsTaken(row, isDry);
      const end = async (result: FileResult, content?: Parameters<typeof recordFile>[3]) => {
        if (!isDry) return recordFile(db, own, result, content);
        await report(db, context.cipher, own, { ...result, firstRejections: [], sample: [] });
        return result;
      };
      const progress = new ImportProgress(db, runId, file);
      const { cancellationSignal: signal } = Context.current();
      const folder = context.feeds.spoolDir ?? defaultSpoolDir;
      await removeOldSpoolFiles(folder);
      // Set by a callback, which the compiler does not see.
      let spool = undefined as SpoolFile | undefined;
      let keep = false;
      try {
        if (file.size > largestFile) return await end(withoutRows('set_aside', tooLarge));
        const taken = await withFeedServer(context.feeds, row, async (session, answered) => {
          const identity = identifyFeed(await session.head(file.path, longestHeader, file), row.dms);
          const left = notItsOwn(identity, row);
          if (left) return { left, header: identity.header };
          spool = await SpoolFile.open(folder, `${importId}\n${file.path}\n${file.size}\n${file.modifiedAt}`);
          await download(session, file, spool, { progress, answered });
          return { spool };
        });
        if (taken.left) return await end(taken.left, { header: taken.header });
        return await importSpooled(context, row, { own, spool: taken.spool, isDry, progress, signal });
      } catch (error) {
        const type = error instanceof ApplicationFailure ? error.type : undefined;
        if (changes.includes(type)) return withoutRows('not_taken', (error as Error).message);
        // No other try reads the file otherwise.
        if (error instanceof FeedFileProblem)
          return await end(withoutRows('rejected', error.message), { sha256: spool?.sha256() });
        const code = postgresCode(error);
        if (code?.startsWith(dataExceptions))
          throw ApplicationFailure.nonRetryable(
            `PostgreSQL cannot store what the file has (${code})`,
            'UnstorableFile',
          );
        keep = isTriedAgain(error) && type !== 'FeedDiskFull' && !signal.aborted;
        throw error;
      } finally {
        await spool?.close({ keep });
        await progress.settled();
      }
    },

    /**
     * Deletes or moves a file on the server, all of which is stored. One that is not there any more was removed by a try before; one
     * that has changed is another file, and stays; all stay where the import's settings say so meanwhile.
     */
    async removeFile({ importId, fileId, file }: FileRemoval): Promise<void> {
      const row = await theImport(db, importId);
      if (!removesFiles(row)) return;
      try {
        await withFeedServer(context.feeds, row, async (session) => {
          if (row.deleteFromServer) await session.remove(file.path, file);
          else if (row.moveTo !== null) await session.move(file.path, row.moveTo, file);
        });
      } catch (error) {
        const { type, message } = error as ApplicationFailure;
        if (type !== 'SftpNoSuchFile') await recordRemoval(db, fileId, { problem: message });
        if (type === 'SftpFileChanged') return;
        if (type !== 'SftpNoSuchFile') throw error;
      }
      await recordRemoval(db, fileId, { removedAt: new Date() });
    },
  };
}

function isTriedAgain(error: unknown): boolean {
  return !(error instanceof ApplicationFailure && error.nonRetryable);
}

/** What becomes of a file that is not this import's to read; undefined when it is. */
function notItsOwn({ is, reason }: FeedIdentity, { kind }: FeedImportRow): FileResult | undefined {
  if (is === kind) return undefined;
  if (is === 'empty') return withoutRows('empty');
  if (is === 'sales' || is === 'service') return withoutRows('other_kind');
  return withoutRows('set_aside', reason);
}

async function download(
  session: SftpSession,
  file: ListedFile,
  spool: SpoolFile,
  { progress, answered }: { progress: ImportProgress; answered(): void },
) {
  progress.bytes(spool.size);
  for await (const chunk of session.download(file.path, { from: spool.size, expected: file })) {
    answered();
    await spool.write(chunk);
    progress.bytes(spool.size);
  }
  if (spool.size !== file.size)
    throw ApplicationFailure.retryable(`${spool.size} of ${file.size} bytes were received`, 'SftpIncomplete');
}

async function importSpooled(
  { database: { db }, bulkDatabase, cipher }: FeedContext,
  row: FeedImportRow,
  of: { own: FeedFile; spool: SpoolFile; isDry: boolean; progress: ImportProgress; signal: AbortSignal },
): Promise<FileResult> {
  const { own, spool, isDry, progress, signal } = of;
  const { id: importId, account, dms, kind, maxRejectedShare } = row;
  progress.stage('read');
  const encoding = await encodingOf(spool.read());
  const fileDate = localDate(own.modifiedAt, row.timeZone);
  const feed = await openFeed(counted(spool, progress), { dms, kind, encoding, fileDate });
  const { header, delimiter, mapping, records } = feed;
  try {
    const imported = await importRows(bulkDatabase, {
      scope: { importId, account, dms, type: activityTypeOfKind[kind] },
      file: own,
      content: { sha256: spool.sha256(), header, encoding },
      ...{ header, delimiter, records, maxRejectedShare, dryRun: isDry, signal },
      read: (batch) => mapping.read(batch),
      check: (now) => assertIsTaken(now, isDry),
      encrypt: cipher.encrypt,
      onProgress({ stage, rows }) {
        progress.stage(stage);
        progress.rows(rows);
      },
    });
    if (isDry) await report(db, cipher, own, imported);
    const { firstRejections: _, sample: __, ...result } = imported;
    return result;
  } finally {
    await records.return(undefined);
  }
}

/** What a dry run has found in a file. */
async function report(db: Db, cipher: RecordCipher, { runId, path }: FeedFile, found: ImportedRows): Promise<void> {
  const { fileId: _, firstRejections, sample, ...result } = found;
  await addToReport(db, cipher, runId, {
    ...{ path, ...result },
    rejections: firstRejections.slice(0, mostReportedRejections),
    sample: sample.map(sampledActivity),
  });
}

async function* counted(spool: SpoolFile, progress: ImportProgress): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of spool.read()) {
    bytes += chunk.length;
    progress.bytes(bytes);
    yield chunk;
  }
}
