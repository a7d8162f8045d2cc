import type { Delimiter } from '../../shared/csvCells.ts';
import type { FeedDms, FeedKind } from '../feeds.ts';
import { converter, type FeedEncoding, probableEncoding, toUtf8 } from './encoding.ts';
import { isKnownName, kindOfHeader, longestHeader, readHeader } from './header.ts';
import { type FeedMapping, mappingOf } from './mapping.ts';
import { FeedFileProblem } from './problems.ts';
import { Blocks, type RawRecord, recordsOf } from './records.ts';

/** `empty` is said only of a whole file; a file with a header and no rows has that header's kind. */
export interface FeedIdentity {
  is: FeedKind | 'both' | 'neither' | 'empty' | 'unreadable';
  /**
   * The columns' names, as the file has them but for NUL characters. Of one that is of neither kind only names that a DMS has: where the header is
   * missing, the others are a customer's.
   */
  header?: string[];
  /** Of one that is of no kind, a sentence. */
  reason?: string;
}

const longHeader = `The file has no header within its first ${longestHeader >> 10} KB.`;

/**
 * What kind of file begins so, by its header.
 * @param head the file's first 64 KB, or all of a smaller one
 */
export function identifyFeed(head: Buffer, dms: FeedDms): FeedIdentity {
  try {
    const encoding = probableEncoding(head);
    const isWhole = head.length < longestHeader;
    const found = readHeader(converter(encoding).convert(head), { dms, isWhole });
    if (found === 'cut') return { is: 'unreadable', reason: longHeader };
    if (!found) return { is: 'empty' };
    const is = kindOfHeader(found.names);
    const header = is === 'neither' ? found.names.filter(isKnownName(dms)) : found.names;
    return { is, header, ...((is === 'both' || is === 'neither') && { reason: wrongKind[is] }) };
  } catch (error) {
    if (error instanceof FeedFileProblem) return { is: 'unreadable', reason: error.message };
    throw error;
  }
}

export interface OpenFeed {
  /** The columns' names, as the file has them but for NUL characters. */
  header: string[];
  encoding: FeedEncoding;
  delimiter: Delimiter;
  mapping: FeedMapping;
  /** Every row once, in the file's order, in batches of about 256 KB. */
  records: AsyncGenerator<RawRecord[]>;
}

/**
 * Reads a file's header and then its records, in bounded memory.
 * @param options.encoding as `encodingOf` says it of all of the file
 * @param options.fileDate in ISO 8601: stands for the date of work orders that have none
 * @throws FeedFileProblem before any record when the file cannot be imported as it is
 */
export async function openFeed(
  source: AsyncIterable<Buffer>,
  options: { dms: FeedDms; kind: FeedKind; encoding: FeedEncoding; fileDate: string },
): Promise<OpenFeed> {
  const { dms, kind, encoding, fileDate } = options;
  const blocks = new Blocks(toUtf8(source, encoding));
  try {
    await blocks.next(0, longestHeader);
    const found = readHeader(blocks.bytes, { dms, isWhole: blocks.isLast });
    if (!found) throw new FeedFileProblem('no_header', 'The file is empty.');
    if (found === 'cut') throw new FeedFileProblem('no_header', longHeader);
    const is = kindOfHeader(found.names);
    if (is !== kind) throw new FeedFileProblem('wrong_kind', wrongKind[is]);
    const { names: header, delimiter } = found;
    const mapping = mappingOf({ header, delimiter, dms, kind, fileDate, isPadded: found.isPadded });
    const shape = { delimiter, columns: found.columns, header: found.bytes, hashedWith: mapping.hashedWith };
    const records = recordsOf(blocks, { at: found.next, line: found.line }, shape);
    return { header, encoding, delimiter, mapping, records };
  } catch (error) {
    await blocks.close();
    throw error;
  }
}

const wrongKind = {
  sales: 'The header is of a sales file.',
  service: 'The header is of a service file.',
  both: 'The header has columns of sales and of service files.',
  neither: 'The header has columns of neither a sales nor a service file.',
};
