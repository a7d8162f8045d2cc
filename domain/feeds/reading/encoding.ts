import { isAscii } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import iconv from 'iconv-lite';
import { FeedFileProblem } from './problems.ts';

/** Which encoding a file has, and its bytes as UTF-8. */

export type FeedEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** So much tells UTF-16 from the rest, and a text from something else. */
const headBytes = 4096;

/** What a file is when it begins so. */
const otherFormats: readonly [number[], string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or an Excel workbook'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook'],
  [[0x1f, 0x8b], 'compressed with gzip'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0xff, 0xfe, 0x00, 0x00], 'a text in UTF-32'],
  [[0x00, 0x00, 0xfe, 0xff], 'a text in UTF-32'],
];

/**
 * What the beginning of a file says; undefined where only all of it tells UTF-8 from windows-1252.
 * @throws FeedFileProblem when it is no text
 */
function encodingOfHead(head: Buffer): FeedEncoding | undefined {
  const begins = (bytes: number[]) => bytes.every((byte, at) => head[at] === byte);
  const other = otherFormats.find(([bytes]) => begins(bytes));
  if (other) throw new FeedFileProblem('unreadable', `The file is ${other[1]}; a text with a header is expected.`);
  if (begins([0xef, 0xbb, 0xbf])) return 'utf-8';
  if (begins([0xff, 0xfe])) return 'utf-16le';
  if (begins([0xfe, 0xff])) return 'utf-16be';
  return withoutMark(head);
}

/** UTF-16 without a byte order mark: every other byte of a header is zero. */
function withoutMark(head: Buffer): FeedEncoding | undefined {
  const pairs = Math.min(head.length, 512) >> 1;
  const zeros = [0, 0];
  for (let at = 0; at < pairs * 2; at++) if (head[at] === 0) zeros[at & 1]!++;
  if (zeros[1]! > pairs * 0.5 && zeros[0]! < pairs * 0.1) return 'utf-16le';
  if (zeros[0]! > pairs * 0.5 && zeros[1]! < pairs * 0.1) return 'utf-16be';
  return undefined;
}

/**
 * The encoding of a file, from all of its bytes: a file may have its first accent in its last row. With bytes that are not UTF-8 it is
 * windows-1252, unless it has more characters of UTF-8 than such bytes: then a row was damaged, and only that one is rejected.
 * @throws FeedFileProblem when it is no text
 */
export async function encodingOf(source: AsyncIterable<Buffer>): Promise<FeedEncoding> {
  const counts = new Utf8Counts();
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source) {
    if (head) {
      head = Buffer.concat([head, chunk.subarray(0, headBytes)]);
      if (head.length >= headBytes) {
        const told = encodingOfHead(head);
        if (told) return told;
        head = undefined;
      }
    }
    counts.add(chunk);
  }
  return (head && encodingOfHead(head)) ?? counts.encoding();
}

/** Of the beginning of a file alone, as far as it tells. */
export function probableEncoding(head: Buffer): FeedEncoding {
  const told = encodingOfHead(head);
  if (told) return told;
  const counts = new Utf8Counts();
  // The head may end in the middle of a character.
  counts.add(head.subarray(0, head.lastIndexOf(0x0a) + 1 || head.length));
  return counts.encoding();
}

/** Counts characters of several bytes, and bytes that belong to none. */
class Utf8Counts {
  #valid = 0;
  #invalid = 0;
  /** Bytes that the present character still needs, and within which bounds the next of them is. */
  #needed = 0;
  #low = 0x80;
  #high = 0xbf;

  add(chunk: Buffer): void {
    if (this.#needed === 0 && isAscii(chunk)) return;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#needed > 0) {
        if (byte >= this.#low && byte <= this.#high) {
          if (--this.#needed === 0) this.#valid++;
          this.#low = 0x80;
          this.#high = 0xbf;
          continue;
        }
        this.#invalid++;
        this.#needed = 0;
      }
      if (byte >= 0x80) this.#begin(byte);
    }
  }

  /** Overlong forms, surrogates and what is above U+10FFFF are no characters. */
  #begin(byte: number): void {
    this.#low = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#high = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    if (byte >= 0xc2 && byte <= 0xdf) this.#needed = 1;
    else if (byte >= 0xe0 && byte <= 0xef) this.#needed = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) this.#needed = 3;
    else this.#invalid++;
  }

  encoding(): FeedEncoding {
    const invalid = this.#invalid + (this.#needed > 0 ? 1 : 0);
    return invalid > 0 && invalid >= this.#valid ? 'windows-1252' : 'utf-8';
  }
}

/** The bytes as UTF-8. A byte order mark stays, and so does invalid UTF-8. */
export async function* toUtf8(source: AsyncIterable<Buffer>, encoding: FeedEncoding): AsyncGenerator<Buffer> {
  const { convert, end } = converter(encoding);
  for await (const chunk of source) {
    const converted = convert(chunk);
    if (converted.length > 0) yield converted;
  }
  const rest = end();
  if (rest.length > 0) yield rest;
}

interface Converter {
  /** A character that the chunk cuts is given with the next one. */
  convert(chunk: Buffer): Buffer;
  /** What is left of a character that the file cuts: U+FFFD. */
  end(): Buffer;
}

const nothing = Buffer.alloc(0);

/** Of chunks in their order. */
export function converter(encoding: FeedEncoding): Converter {
  if (encoding === 'utf-8') return { convert: (chunk) => chunk, end: () => nothing };
  if (encoding === 'windows-1252')
    return { convert: (chunk) => (isAscii(chunk) ? chunk : fromWindows1252(chunk)), end: () => nothing };
  const decoder = new StringDecoder('utf16le');
  let odd = nothing;
  return {
    convert(chunk) {
      const all = Buffer.concat([odd, chunk]);
      const whole = all.subarray(0, all.length & ~1);
      odd = all.subarray(whole.length);
      return Buffer.from(decoder.write(encoding === 'utf-16be' ? whole.swap16() : whole));
    },
    end: () => Buffer.from(`${decoder.end()}${odd.length > 0 ? '\uFFFD' : ''}`),
  };
}

const windows1252 = Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(iconv.decode(Buffer.from([byte]), 'windows-1252')),
);

function fromWindows1252(chunk: Buffer): Buffer {
  const converted = Buffer.allocUnsafe(chunk.length * 3);
  let length = 0;
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at]!;
    if (byte < 0x80) converted[length++] = byte;
    else for (const one of windows1252[byte]!) converted[length++] = one;
  }
  return converted.subarray(0, length);
}
