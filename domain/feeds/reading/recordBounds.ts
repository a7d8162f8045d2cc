import type { Delimiter } from '../../shared/csvCells.ts';

/**
 * Where records end in the bytes of a text (UTF-8). A line end is LF, CR or CRLF; a field that begins with a quote may hold some.
 *
 * A quote that is not closed must not take the rows after it: a record is cut at its *first* line end, and rejected, when a quote that
 * closes a field is followed by something else than a delimiter or a line end, when a field is not closed within `longestRecord` bytes or
 * by the end of the file, or when the record takes several lines, has not as many fields as the header, and one of the further lines is
 * by itself a row with as many as the header. The next record begins at the next line.
 */

const lf = 0x0a;
const cr = 0x0d;
const quote = 0x22;

export const longestRecord = 1 << 20;

/** Of a record in a block of bytes; `next` is where the one after it begins. */
export interface Bounds {
  end: number;
  next: number;
  problem?: 'quotes' | 'too_long';
  hasSeveralLines: boolean;
}

/** The next place of one byte; mostly it is known already. */
class Place {
  readonly #block: Buffer;
  readonly #byte: number;
  #since = 0;
  #at = -1;

  constructor(block: Buffer, byte: number) {
    this.#block = block;
    this.#byte = byte;
  }

  /** The block's length when there is none. */
  from(start: number): number {
    if (start < this.#since || start > this.#at) {
      const found = this.#block.indexOf(this.#byte, start);
      this.#since = start;
      this.#at = found < 0 ? this.#block.length : found;
    }
    return this.#at;
  }
}

/** Finds the records of a block. */
export class RecordBounds {
  readonly #block: Buffer;
  readonly #delimiter: number;
  readonly #columns: number;
  /** Whether nothing follows the block. */
  readonly #isLast: boolean;
  readonly #lf: Place;
  readonly #cr: Place;
  readonly #quote: Place;

  constructor(block: Buffer, options: { delimiter: Delimiter; columns?: number; isLast: boolean }) {
    this.#block = block;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#columns = options.columns ?? 0;
    this.#isLast = options.isLast;
    this.#lf = new Place(block, lf);
    this.#cr = new Place(block, cr);
    this.#quote = new Place(block, quote);
  }

  /** Of the record that begins at `start`; undefined when the block ends before it does. */
  of(start: number): Bounds | undefined {
    const first = this.#lineEnd(start);
    if (first - start > longestRecord) return this.#closed(first, false, 'too_long');
    if (this.#quote.from(start) >= first) return this.#closed(first, false);
    const end = this.#quotedEnd(start, first);
    if (end === undefined) return;
    if (end === 'malformed') return this.#closed(first, false, 'quotes');
    if (end === first) return this.#closed(end, false);
    return this.#swallows(start, first, end) ? this.#closed(first, false, 'quotes') : this.#closed(end, true);
  }

  /** Where the present line ends, whatever it holds; undefined when the block ends before it does. */
  line(start: number): Bounds | undefined {
    return this.#closed(this.#lineEnd(start), false);
  }

  #lineEnd(start: number): number {
    return Math.min(this.#lf.from(start), this.#cr.from(start));
  }

  #closed(end: number, hasSeveralLines: boolean, problem?: Bounds['problem']): Bounds | undefined {
    const length = this.#block.length;
    if (problem !== 'too_long' && !this.#isLast) {
      // After a CR at the end an LF may follow.
      if (end >= length || (this.#block[end] === cr && end + 1 >= length)) return;
    }
    if (end >= length) return { end: length, next: length, hasSeveralLines, problem };
    const next = this.#block[end] === cr && this.#block[end + 1] === lf ? end + 2 : end + 1;
    return { end, next, hasSeveralLines, problem };
  }

  /** The end of a record with quotes; undefined when the block ends before it is known. */
  #quotedEnd(start: number, first: number): number | 'malformed' | undefined {
    const block = this.#block;
    const { length } = block;
    let at = start;
    for (;;) {
      const end = this.#lineEnd(at);
      const open = this.#quote.from(at);
      if (open >= end) {
        if (end > first && end - start > longestRecord) return 'malformed';
        return end >= length && !this.#isLast ? this.#waits(start) : end;
      }
      if (open > start && block[open - 1] !== this.#delimiter) {
        at = open + 1;
        continue;
      }
      const close = closingQuote(block, open + 1);
      if (close < 0) return this.#isLast ? 'malformed' : this.#waits(start);
      // At the end of the block what follows is not known yet; the next turn waits for it.
      const after = close + 1 < length ? block[close + 1] : lf;
      if (after !== this.#delimiter && after !== lf && after !== cr) return 'malformed';
      if (close > first && close - start > longestRecord) return 'malformed';
      at = close + 1;
    }
  }

  #waits(start: number): 'malformed' | undefined {
    return this.#block.length - start > longestRecord ? 'malformed' : undefined;
  }

  #swallows(start: number, first: number, end: number): boolean {
    if (this.#columns === 0 || this.#fields(start, end) === this.#columns) return false;
    for (let at = first + 1; at < end; ) {
      const lineEnd = Math.min(this.#lineEnd(at), end);
      if (this.#fields(at, lineEnd) === this.#columns) return true;
      at = lineEnd + 1;
    }
    return false;
  }

  /** How many fields there are from here to there; none when its quotes are not in order. */
  #fields(start: number, end: number): number {
    const block = this.#block;
    let fields = 1;
    for (let at = start; at < end; at++) {
      const byte = block[at];
      if (byte === this.#delimiter) fields++;
      else if (byte === quote) {
        if (at > start && block[at - 1] !== this.#delimiter) return 0;
        at = closingQuote(block, at + 1);
        if (at < 0 || at >= end || (at + 1 < end && block[at + 1] !== this.#delimiter)) return 0;
      }
    }
    return fields;
  }
}

/** Of two quotes in a row neither closes a field. */
function closingQuote(block: Buffer, from: number): number {
  for (let at = from; ; at += 2) {
    at = block.indexOf(quote, at);
    if (at < 0 || block[at + 1] !== quote) return at;
  }
}
