import { parse } from 'csv-parse/sync';
import { type Delimiter, delimiters } from '../../shared/csvCells.ts';
import { type FeedDms, type FeedKind, feedKinds } from '../feeds.ts';
import { feedProfiles, kindColumns } from './profiles.ts';
import { RecordBounds } from './recordBounds.ts';

/** The line with the columns' names. */

/** A longer one is none. */
export const longestHeader = 64 * 1024;

/** `Amount.Financed`, `amount_financed` and `Amount Financed` are one name. */
export const foldedName = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

export interface Header {
  /** As the file has them, without NUL characters; blank ones at the end are left out. */
  names: string[];
  delimiter: Delimiter;
  /** How many cells it has, and whether blank ones are at the end. */
  columns: number;
  isPadded: boolean;
  /** The record. */
  bytes: Buffer;
  /** Where the first row may begin, and its line in the file. */
  next: number;
  line: number;
}

/**
 * Reads the header at the beginning of a text (UTF-8), after blank lines and a line such as `sep=;`. Without that line the delimiter is
 * the one that makes the most known columns of it.
 * @param isWhole whether nothing follows these bytes
 * @returns nothing when there are only blank lines; `cut` when it does not end within these bytes
 */
export function readHeader(text: Buffer, options: { dms: FeedDms; isWhole: boolean }): Header | 'cut' | undefined {
  const { dms, isWhole } = options;
  let at = text.subarray(0, 3).equals(Buffer.from('\uFEFF')) ? 3 : 0;
  let separator: Delimiter | undefined;
  for (let line = 1; at < text.length; line++) {
    const found = new RecordBounds(text, { delimiter: ',', isLast: isWhole }).line(at);
    if (!found) return 'cut';
    const content = text.toString('utf8', at, found.end);
    const named = /^"?sep=([,;\t|])"?[,;\t|]*$/i.exec(content)?.[1] as Delimiter | undefined;
    if (named) separator = named;
    else if (/[^\s,;|"\uFEFF]/.test(content)) return header(text, { at, line, dms, isWhole, separator });
    at = found.next;
  }
  return isWhole ? undefined : 'cut';
}

function header(
  text: Buffer,
  from: { at: number; line: number; dms: FeedDms; isWhole: boolean; separator?: Delimiter },
): Header | 'cut' {
  const isKnown = isKnownName(from.dms);
  let best: (Header & { known: number }) | undefined;
  for (const delimiter of from.separator ? [from.separator] : delimiters) {
    const found = new RecordBounds(text, { delimiter, isLast: from.isWhole }).of(from.at);
    if (!found) continue;
    const bytes = text.subarray(from.at, found.end);
    const cells = cellsIn(bytes.toString(), delimiter);
    const names = cells.slice(0, cells.findLastIndex((name) => foldedName(name) !== '') + 1).map(withoutNul);
    const count = names.filter(isKnown).length;
    const isBetter = !best || count > best.known || (count === best.known && names.length > best.names.length);
    if (!isBetter) continue;
    const lines = found.hasSeveralLines ? bytes.toString().split(/\r\n?|\n/).length : 1;
    const isPadded = cells.length > names.length;
    best = {
      names,
      columns: cells.length,
      isPadded,
      delimiter,
      bytes,
      next: found.next,
      line: from.line + lines,
      known: count,
    };
  }
  return best ?? 'cut';
}

/** PostgreSQL has no such character in a text. */
function withoutNul(name: string): string {
  return name.replaceAll('\0', '');
}

/** Tells the columns' names that are read of some file of this DMS. */
export function isKnownName(dms: FeedDms): (name: string) => boolean {
  const columns = Object.values(feedProfiles[dms]).flatMap((fields) => Object.values(fields).flat());
  const known = new Set([...columns, ...Object.values(kindColumns).flat()].map(foldedName));
  return (name) => known.has(foldedName(name));
}

function cellsIn(record: string, delimiter: Delimiter): string[] {
  try {
    return (parse(record, { delimiter, relax_column_count: true }) as string[][])[0] ?? [];
  } catch {
    return record.split(delimiter);
  }
}

/** By the columns that only one kind has. */
export function kindOfHeader(names: readonly string[]): FeedKind | 'both' | 'neither' {
  const folded = new Set(names.map(foldedName));
  const kinds = feedKinds.filter((kind) => kindColumns[kind].some((column) => folded.has(foldedName(column))));
  if (kinds.length > 1) return 'both';
  return kinds[0] ?? 'neither';
}
