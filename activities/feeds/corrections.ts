import { Context } from '@temporalio/activity';
import { type CorrectedRow, importCorrected } from '../../db/queries/feeds/importCorrected.ts';
import { openRejectedIds, type RejectedRowOfFile, rejectedRowsOf } from '../../db/queries/feeds/rejectedRows.ts';
import { type FeedImportRow, importById } from '../../db/queries/feeds/runs.ts';
import { keptRow } from '../../domain/feeds/corrections.ts';
import { activityTypeOfKind } from '../../domain/feeds/feeds.ts';
import type { CorrectionsResult, ImportCorrectedRowsStart } from '../../domain/feeds/messages.ts';
import { FeedFileProblem } from '../../domain/feeds/reading/problems.ts';
import { opened, type RecordCipher } from '../../domain/shared/recordCipher.ts';
import type { FeedContext } from './context.ts';

/** Rows of one transaction, each of which may have a megabyte. */
const batch = 100;

/** Rejected rows become activities after all. */
export function correctionActivities({ database: { db }, bulkDatabase, cipher }: FeedContext) {
  return {
    /**
     * Imports the open rows of an import, or those of them that are named, that have a correction or that the mapping reads by now.
     * Safe to repeat.
     */
    async importCorrections({ importId, by, ids }: ImportCorrectedRowsStart): Promise<CorrectionsResult> {
      const result: CorrectionsResult = { imported: 0, stillRejected: 0 };
      const row = await importById(db, importId);
      if (!row || row.state === 'ended') return result;
      const { account, dms, kind } = row;
      const scope = { importId, account, dms, type: activityTypeOfKind[kind] };
      const { cancellationSignal: signal } = Context.current();
      const open = await openRejectedIds(db, importId, ids);
      for (let at = 0; at < open.length; at += batch) {
        Context.current().heartbeat();
        const some = await rejectedRowsOf(db, open.slice(at, at + batch));
        const rows = some.flatMap((one) => readable(one, row, cipher) ?? []);
        result.stillRejected += some.length - rows.length;
        if (rows.length > 0) result.imported += await importCorrected(bulkDatabase, { scope, rows, by, signal });
      }
      return result;
    },
  };
}

/** @returns undefined where it cannot be read as it is, or the key is gone with which it was encrypted */
function readable(rejected: RejectedRowOfFile, of: FeedImportRow, cipher: RecordCipher): CorrectedRow | undefined {
  const { id, version, raw, correction } = rejected;
  try {
    const kept = opened(() => ({
      raw: cipher.decrypt(raw),
      cells: correction ? JSON.parse(cipher.decrypt(correction).toString()) : undefined,
    }));
    if (!kept) return undefined;
    const read = keptRow(kept.raw, of, rejected).read(kept.cells);
    return 'row' in read ? { id, version, row: read.row } : undefined;
  } catch (error) {
    // The mapping does not take its file's header any more.
    if (error instanceof FeedFileProblem) return undefined;
    throw error;
  }
}
