import type { RejectedRowOfFile } from '../../../db/queries/feeds/rejectedRows.ts';
import type { FeedImportRow } from '../../../db/queries/feeds/runs.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import { type Cells, type CorrectableRow, keptRow } from '../../../domain/feeds/corrections.ts';
import { FeedFileProblem } from '../../../domain/feeds/reading/problems.ts';
import { keyIsGone, opened } from '../../../domain/shared/recordCipher.ts';
import { hasScope } from '../../server/auth.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import type { FeedRejectedRow } from './rejectedRowSchemas.ts';

/** A rejected row as its readers see it: its cells are personal data. */
export function rejectedRowView(
  options: Pick<ApiOptions, 'cipher'>,
  caller: Caller,
  of: FeedImportRow,
  row: RejectedRowOfFile,
): FeedRejectedRow {
  const { id, importId, fileId, path, line, column, code, reason, state, at, version } = row;
  return {
    ...{ id, importId, fileId, path, line, column, code, reason, state, at, version },
    ...cellsOf(options, caller, of, row),
    isCorrected: row.correction !== null,
    correctedBy: row.correctedBy,
    correctedAt: row.correctedAt,
    activityId: row.activityId === null ? null : String(row.activityId),
  };
}

function cellsOf(
  options: Pick<ApiOptions, 'cipher'>,
  caller: Caller,
  of: FeedImportRow,
  row: RejectedRowOfFile,
): Pick<FeedRejectedRow, 'cells' | 'cellsMissing'> {
  if (!hasScope(caller, ['contacts:read']))
    return { cells: null, cellsMissing: 'They may be personal: this needs an API key with the scope contacts:read.' };
  const opened = openRejectedRow(options, of, row);
  if ('problem' in opened) return { cells: null, cellsMissing: opened.problem };
  const given = new Map(Object.entries(opened.correction ?? {}));
  const cells = opened.row.cells.map((cell) => ({ ...cell, correction: given.get(cell.column) ?? null }));
  return { cells, cellsMissing: null };
}

/** Decrypts a row. @returns `problem`: why it cannot be read or corrected here any more */
export function openRejectedRow(
  { cipher }: Pick<ApiOptions, 'cipher'>,
  of: FeedImportRow,
  rejected: RejectedRowOfFile,
): { row: CorrectableRow; correction?: Cells } | { problem: string } {
  const { raw, correction } = rejected;
  const plain = opened(() => cipher.decrypt(raw));
  const given = correction && opened(() => cipher.decrypt(correction));
  if (!plain || given === undefined) return { problem: keyIsGone };
  try {
    const row = keptRow(plain, of, rejected);
    return { row, ...(given && { correction: JSON.parse(given.toString()) }) };
  } catch (error) {
    if (error instanceof FeedFileProblem) return { problem: error.message };
    throw error;
  }
}

/** @returns 409 for a row that is not as it was read */
export function rowChanged({ state, version }: RejectedRowOfFile): Problem {
  const detail =
    state === 'corrected'
      ? 'The row was imported meanwhile: there is nothing left to correct.'
      : `Somebody has corrected the row since: it is version ${version} now. Read it again, then send what is still to be changed.`;
  return new Problem(409, 'conflict', detail, { errors: [{ path: '/version', message: `is ${version} now` }] });
}
