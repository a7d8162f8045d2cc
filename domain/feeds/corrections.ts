import { localDate } from '../shared/dailyTimes.ts';
import type { ActivityRow, FeedDms, FeedKind, RowRejection } from './feeds.ts';
import { mappingOf } from './reading/mapping.ts';
import { type RejectedRecord, readRejectedRecord } from './rejectedRecords.ts';

/** Rejected rows as people correct them: cell by cell, read again by the mapping that has rejected them. */

/** Values by column. */
export type Cells = Readonly<Record<string, string>>;

export interface CorrectableRow {
  /** Of all cells, in their order: as the file has them, as far as they can be told. */
  cells: { column: string; value: string }[];
  /** The columns that are read; a cell beyond the header is not. */
  columns: readonly string[];
  /** @param correction instead of the file's cells of these columns; without one the record is read as it is */
  read(correction?: Cells): { row: ActivityRow } | { rejections: RowRejection[] };
}

/** Of these not all bytes are kept, or not as they were: they are read only with a correction. */
const damaged: readonly string[] = ['record_too_long', 'nul_byte', 'bad_encoding', 'bad_quotes'];

/**
 * A rejected row as it is kept.
 * @param plain its record, decrypted
 * @throws FeedFileProblem when the mapping does not take its header any more
 */
export function keptRow(
  plain: Buffer,
  { dms, kind, timeZone }: { dms: FeedDms; kind: FeedKind; timeZone: string },
  { code, fileModifiedAt, at }: { code: string; fileModifiedAt: Date | null; at: Date },
): CorrectableRow {
  const fileDate = localDate(fileModifiedAt ?? at, timeZone);
  return correctableRow(readRejectedRecord(plain), { dms, kind, fileDate, code });
}

/**
 * @internal exported for tests
 * @param of.code of its rejection
 * @param of.fileDate in ISO 8601: stands for the date of work orders that have none
 * @throws FeedFileProblem when the mapping does not take its header any more
 */
export function correctableRow(
  { header, delimiter, record }: RejectedRecord,
  of: { dms: FeedDms; kind: FeedKind; fileDate: string; code: string },
): CorrectableRow {
  const { code, ...options } = of;
  const mapping = mappingOf({ header, delimiter, ...options });
  const bytes = Buffer.from(record);
  const found = new Map(Object.entries(mapping.cellsOf({ bytes })));
  const { columns } = mapping;
  const beyond = [...found.keys()].filter((column) => !columns.includes(column));
  return {
    columns,
    cells: [...columns, ...beyond].map((column) => ({ column, value: found.get(column) ?? '' })),
    read(correction) {
      if (correction) {
        const given = new Map([...found, ...Object.entries(correction)]);
        return readCells(new Map(columns.map((column) => [column, given.get(column) ?? ''])));
      }
      if (damaged.includes(code)) return { rejections: [] };
      const { row, rejection } = mapping.read([{ bytes, line: 0, hash: Buffer.alloc(0) }])[0]!;
      return row ? { row } : { rejections: [rejection] };
    },
  };

  /** All reasons that can be told apart: what is wrong in one cell is taken for blank to find what else is. */
  function readCells(cells: Map<string, string>): ReturnType<CorrectableRow['read']> {
    const rejections: RowRejection[] = [];
    for (;;) {
      const { row, rejection } = mapping.readCells(Object.fromEntries(cells));
      if (row) return rejections.length === 0 ? { row } : { rejections };
      const column = rejection.column?.trim();
      // What is missing only since a cell was taken for blank is no reason of its own.
      const isOwn =
        rejections.length === 0 || (rejection.code !== 'no_key' && column !== undefined && cells.get(column));
      if (isOwn) rejections.push({ ...rejection, column });
      if (!isOwn || column === undefined) return { rejections };
      cells.set(column, '');
    }
  }
}
