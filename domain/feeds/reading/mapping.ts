import type { Delimiter } from '../../shared/csvCells.ts';
import type { ActivityRow, FeedDms, FeedKind } from '../feeds.ts';
import { foldedName, isKnownName, kindOfHeader } from './header.ts';
import { FeedFileProblem, type RowReading } from './problems.ts';
import { type FeedField, feedProfiles, mappingVersion, requiredFields } from './profiles.ts';
import type { RawRecord } from './records.ts';
import { cellsOfRecord } from './rowCells.ts';
import { type FieldPlaces, RejectedRow, RowFields } from './rowFields.ts';
import { soldUnitOf, workOrderOf } from './rows.ts';

/** What a mapping is made of. */
export interface MappingOptions {
  /** The columns' names, as the file has them. */
  header: readonly string[];
  delimiter: Delimiter;
  dms: FeedDms;
  kind: FeedKind;
  /** In ISO 8601: stands for the date of work orders that have none. */
  fileDate: string;
  /** Whether blank cells follow the header: a spreadsheet wrote the file, and may have left out blank cells of rows. */
  isPadded?: boolean;
}

/** How rows under one header become activities. */
export interface FeedMapping {
  /** Of all cells, each with another name: blank and repeated ones of the header are numbered. */
  readonly columns: readonly string[];
  /** What a record's hash depends on besides its bytes. */
  readonly hashedWith: string;
  /** One reading for each record. @throws FeedFileProblem at a second header with other columns */
  read(records: readonly RawRecord[]): RowReading[];
  /** The same for a row that a person has corrected, by column; one that is not given is blank. */
  readCells(cells: Readonly<Record<string, string>>): RowReading;
  /** A record's cells by column, as far as they can be told. */
  cellsOf(record: { bytes: Buffer }): Record<string, string>;
}

/** @throws FeedFileProblem when a column is missing, or there twice */
export function mappingOf(options: MappingOptions): FeedMapping {
  const { header, delimiter, dms, kind, fileDate } = options;
  const folded = header.map(foldedName);
  const places = placesOf(header, folded, options);
  const columns = uniqueNames(header);
  const isKnown = isKnownName(dms);
  const fields = new RowFields(places, header);
  const required = Math.max(...neededPlaces(places, kind));

  const readRow = (cells: readonly string[]): RowReading => {
    try {
      fields.cells = cells;
      return { row: kind === 'sales' ? soldUnitOf(fields) : workOrderOf(fields, fileDate) };
    } catch (error) {
      if (!(error instanceof RejectedRow)) throw error;
      return { rejection: error.rejection };
    }
  };

  const readRecord = (cells: string[] | null): RowReading => {
    if (!cells) return { rejection: badQuotes };
    const reading = shapeProblem(cells) ?? readRow(cells);
    if ((reading.rejection || isNumberless(reading.row)) && isHeader(cells)) return repeatedHeader(cells);
    return reading;
  };

  const shapeProblem = (cells: string[]): RowReading | undefined => {
    while (cells.length > header.length && cells.at(-1)!.trim() === '') cells.pop();
    if (cells.length === header.length) return;
    if (cells.length < header.length && options.isPadded && cells.length > required) return;
    const isShort = cells.length < header.length;
    return {
      rejection: {
        code: isShort ? 'too_few_cells' : 'too_many_cells',
        reason: `The row has ${cells.length} cells; ${header.length} are expected, as in the header.`,
      },
    };
  };

  const isHeader = (cells: string[]) => kindOfHeader(cells) !== 'neither' && cells.filter(isKnown).length >= 2;

  const repeatedHeader = (cells: string[]): RowReading => {
    const names = cells.map(foldedName);
    if (names.length === folded.length && names.every((name, at) => name === folded[at]))
      return { rejection: { code: 'repeated_header', reason: 'The row is the header once more.' } };
    throw new FeedFileProblem(
      'second_header',
      'The file has a second header with other columns, as one that was put together of two exports: send each as a file of its own.',
    );
  };

  return {
    columns,
    hashedWith: JSON.stringify([mappingVersion, dms, kind, folded]),
    read(records) {
      return records.map(({ problem, bytes }) =>
        problem ? { rejection: problem } : readRecord(cellsOfRecord(bytes, delimiter)),
      );
    },
    readCells: (cells) => readRow(columns.map((column) => cells[column] ?? '')),
    cellsOf({ bytes }) {
      const found = cellsOfRecord(bytes, delimiter) ?? bytes.toString().split(delimiter);
      const names = uniqueNames([...header, ...found.slice(header.length).map(() => '')]);
      return Object.fromEntries(names.map((name, at) => [name, found[at] ?? '']));
    },
  };
}

const badQuotes = {
  code: 'bad_quotes',
  reason: 'A quote is in the middle of a field: put the whole field in quotes, and double each quote inside.',
};

function isNumberless(row: ActivityRow | undefined): boolean {
  return row?.workOrderNumber !== undefined && !/\d/.test(row.workOrderNumber);
}

function placesOf(header: readonly string[], folded: string[], options: MappingOptions): FieldPlaces {
  const { dms, kind } = options;
  const profile = feedProfiles[dms][kind];
  if (!profile) throw new FeedFileProblem('wrong_kind', `Files of this DMS have no ${kind} rows.`);
  const places: Partial<Record<FeedField, number[]>> = {};
  for (const field of Object.keys(profile) as FeedField[]) {
    for (const column of profile[field]!) {
      const at = folded.indexOf(foldedName(column));
      if (at < 0) continue;
      if (folded.indexOf(folded[at]!, at + 1) >= 0)
        throw new FeedFileProblem(
          'duplicate_column',
          `The header has the column ${header[at]!.trim()} twice: which of them counts cannot be told.`,
        );
      places[field] ??= [];
      if (!places[field].includes(at)) places[field].push(at);
    }
  }
  const missing = requiredFields[kind].filter((field) => !places[field]).map((field) => profile[field]![0]);
  if (kind === 'service' && !places.workOrderNumber && !places.amount) missing.push('WONumber or RO.Amount');
  if (missing.length > 0)
    throw new FeedFileProblem('missing_column', `The header has no column ${missing.join(', ')}: no row was read.`);
  return places;
}

/** The columns that a row must reach even where a spreadsheet leaves out blank cells. */
function neededPlaces(places: FieldPlaces, kind: FeedKind): number[] {
  const needed: FeedField[] = kind === 'sales' ? requiredFields.sales.slice() : ['workOrderNumber', 'amount', 'date'];
  return needed.flatMap((field) => places[field]?.[0] ?? []);
}

function uniqueNames(header: readonly string[]): string[] {
  const seen = new Set<string>();
  return header.map((name, at) => {
    let unique = name.trim() || `Column ${at + 1}`;
    for (let n = 2; seen.has(unique); n++) unique = `${name.trim() || `Column ${at + 1}`} (${n})`;
    seen.add(unique);
    return unique;
  });
}
