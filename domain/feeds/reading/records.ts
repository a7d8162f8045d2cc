import { isUtf8 } from 'node:buffer';
import type { Delimiter } from '../../shared/csvCells.ts';
import type { RowRejection } from '../feeds.ts';
import { longestRecord, RecordBounds } from './recordBounds.ts';
import { RecordHasher } from './recordHash.ts';

/** Splits a text (UTF-8) into records, without reading their cells. */

/** One row of a file as it is there. */
export interface RawRecord {
  /** UTF-8, without the line end. Of a record that is too long only the beginning. */
  bytes: Buffer;
  /** Of the file, from 1, the header's included: where the record begins. */
  line: number;
  /** 16 bytes; the same for the same bytes under the same header, mapping, DMS and kind. */
  hash: Buffer;
  /** Why it cannot be read as a record at all. */
  problem?: RowRejection;
}

/** What is kept of a record that is too long. */
const keptOfLong = 1024;
/** So much is read at once, which is one batch of records. */
const blockBytes = 256 * 1024;

const byteOrderMark = Buffer.from('\uFEFF');
/** Spaces, quotes, and what DOS writes at the end of a file. */
const nothing = new Set([0x20, 0x09, 0x22, 0x1a]);

const problems: Record<'quotes' | 'too_long' | 'nul' | 'encoding', RowRejection> = {
  quotes: {
    code: 'bad_quotes',
    reason:
      'A quote is not closed, or something follows it in its field: put the whole field in quotes, and double each quote inside.',
  },
  too_long: { code: 'record_too_long', reason: `The row is longer than ${longestRecord >> 20} MB.` },
  nul: { code: 'nul_byte', reason: 'The row has a NUL byte, which no text has: it was damaged, or is not a text.' },
  encoding: { code: 'bad_encoding', reason: 'The row has bytes that are not UTF-8, unlike the rest of the file.' },
};

/** What the splitter knows of the file from its header. */
export interface RecordShape {
  delimiter: Delimiter;
  /** How many the header has. */
  columns: number;
  /** As it is in the file; the same record again is not a row. */
  header: Buffer;
  /** What a record's hash depends on besides its bytes. */
  hashedWith: string;
}

/** The bytes of a source in blocks of any size. */
export class Blocks {
  bytes: Buffer = Buffer.alloc(0);
  isLast = false;
  readonly #source: AsyncIterator<Buffer>;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Leaves out what was read, and adds more. */
  async next(read: number, atLeast: number): Promise<void> {
    const parts = [this.bytes.subarray(read)];
    let length = parts[0]!.length;
    while (length < atLeast && !this.isLast) {
      const { value, done } = await this.#source.next();
      if (done) this.isLast = true;
      else {
        parts.push(value);
        length += value.length;
      }
    }
    this.bytes = Buffer.concat(parts, length);
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

/**
 * The records of all that is left of the blocks, in batches; blank lines are none.
 * @param from where they begin in the present block, and in which line of the file
 */
export async function* recordsOf(
  blocks: Blocks,
  from: { at: number; line: number },
  shape: RecordShape,
  size = blockBytes,
): AsyncGenerator<RawRecord[]> {
  try {
    const splitter = new RecordSplitter(shape, from.line);
    let { at } = from;
    for (;;) {
      const { records, read } = splitter.split(blocks.bytes, at, blocks.isLast);
      if (records.length > 0) yield records;
      if (blocks.isLast) return;
      // A record that does not end yet is looked at again only when there is twice as much of it.
      const left = blocks.bytes.length - read;
      await blocks.next(read, Math.max(size, left * 2));
      at = 0;
    }
  } finally {
    await blocks.close();
  }
}

/** Splits the blocks of one file; the part of a block that it has not read is to come again with more. */
class RecordSplitter {
  readonly #shape: RecordShape;
  readonly #hasher: RecordHasher;
  #line: number;
  #long: { bytes: Buffer; line: number; parts: ReturnType<RecordHasher['ofParts']> } | undefined;

  constructor(shape: RecordShape, line: number) {
    this.#shape = shape;
    this.#hasher = new RecordHasher(shape.hashedWith);
    this.#line = line;
  }

  split(block: Buffer, from: number, isLast: boolean): { records: RawRecord[]; read: number } {
    const { delimiter, columns } = this.#shape;
    const bounds = new RecordBounds(block, { delimiter, columns, isLast });
    const checks = { nul: block.includes(0), encoding: !isUtf8(block) };
    const ends: { from: number; end: number; line: number; problem?: RowRejection }[] = [];
    const records: RawRecord[] = [];
    let at = from;
    if (this.#long) {
      at = this.#skipLong(block, at, isLast, records);
      if (this.#long) return { records, read: at };
    }
    while (at < block.length) {
      const found = bounds.of(at);
      if (!found) break;
      if (found.problem === 'too_long') {
        this.#flush(block, ends, records);
        this.#long = { bytes: Buffer.alloc(0), line: this.#line, parts: this.#hasher.ofParts() };
        at = this.#skipLong(block, at, isLast, records);
        if (this.#long) return { records, read: at };
        continue;
      }
      const begins = block[at] === 0xef && byteOrderMark.equals(block.subarray(at, at + 3)) ? at + 3 : at;
      const problem = found.problem ? problems[found.problem] : damageOf(block, begins, found.end, checks);
      if (problem || !this.#isNoRow(block, begins, found.end))
        ends.push({ from: begins, end: found.end, line: this.#line, problem });
      this.#line += found.hasSeveralLines ? lineEnds(block, at, found.next) : 1;
      at = found.next;
    }
    this.#flush(block, ends, records);
    return { records, read: at };
  }

  #flush(
    block: Buffer,
    ends: { from: number; end: number; line: number; problem?: RowRejection }[],
    records: RawRecord[],
  ): void {
    // One buffer for the hashes of all: a million small ones cost more than the hashing.
    const hashes = Buffer.allocUnsafe(ends.length * 16);
    for (let n = 0; n < ends.length; n++) {
      const { from, end, line, problem } = ends[n]!;
      this.#hasher.write(block, from, end, hashes, n * 16);
      records.push({
        bytes: block.subarray(from, end),
        line,
        hash: hashes.subarray(n * 16, n * 16 + 16),
        problem,
      });
    }
    ends.length = 0;
  }

  /** Blank lines, lines of delimiters as spreadsheets add them, and the header again. */
  #isNoRow(block: Buffer, from: number, end: number): boolean {
    const { header, delimiter } = this.#shape;
    if (end - from === header.length && header.equals(block.subarray(from, end))) return true;
    const delimiterByte = delimiter.charCodeAt(0);
    for (let at = from; at < end; at++) if (block[at] !== delimiterByte && !nothing.has(block[at]!)) return false;
    return true;
  }

  /** @returns where it ends, or the end of the block while it goes on */
  #skipLong(block: Buffer, from: number, isLast: boolean, records: RawRecord[]): number {
    const long = this.#long!;
    let end = from;
    while (end < block.length && block[end] !== 0x0a && block[end] !== 0x0d) end++;
    const part = block.subarray(from, end);
    long.parts.add(part);
    if (long.bytes.length < keptOfLong)
      long.bytes = Buffer.concat([long.bytes, part.subarray(0, keptOfLong - long.bytes.length)]);
    const isCrLf = block[end] === 0x0d && block[end + 1] === 0x0a;
    if (!isLast && (end >= block.length || (block[end] === 0x0d && end + 1 >= block.length))) return end;
    this.#long = undefined;
    this.#line++;
    records.push({
      bytes: wholeCharacters(long.bytes),
      line: long.line,
      hash: long.parts.hash(),
      problem: problems.too_long,
    });
    return Math.min(block.length, end + (isCrLf ? 2 : 1));
  }
}

function damageOf(
  block: Buffer,
  from: number,
  end: number,
  checks: { nul: boolean; encoding: boolean },
): RowRejection | undefined {
  if (!checks.nul && !checks.encoding) return;
  const bytes = block.subarray(from, end);
  if (checks.nul && bytes.includes(0)) return problems.nul;
  return checks.encoding && !isUtf8(bytes) ? problems.encoding : undefined;
}

function lineEnds(block: Buffer, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; at++) if (block[at] === 0x0a || (block[at] === 0x0d && block[at + 1] !== 0x0a)) count++;
  // The last record may end without a line end.
  const last = block[end - 1];
  return last === 0x0a || last === 0x0d ? count : count + 1;
}

function wholeCharacters(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && !isUtf8(bytes.subarray(0, end)) && end > bytes.length - 4) end--;
  return bytes.subarray(0, end);
}
