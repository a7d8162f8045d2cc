/** Lines of a text file whose encoding nobody has told: UTF-8, windows-1252 as older spreadsheets write it, or UTF-16. */

export interface TextLine {
  /** Counted from 1. */
  number: number;
  /** Without its line end; only its beginning when it was too long. */
  text: string;
  tooLong: boolean;
  /** False for a line that was read as windows-1252; another encoding of one byte gives wrong letters then. */
  utf8: boolean;
  /** Set where a line that is not UTF-8 should be: the file says so, or other characters of the line are. */
  damaged?: true;
}

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/**
 * Reads lines in bounded memory, whether they end in LF, CR LF or CR.
 * @param maxBytes a longer line is cut off there
 */
export async function* textLines(file: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<TextLine> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  let afterReturn = false;
  let saysUtf8 = false;
  const lineOf = (bytes: Buffer): TextLine => {
    number += 1;
    const cutOff = tooLong || bytes.length > maxBytes;
    const { text, utf8, hasUtf8 } = decode(bytes.subarray(0, maxBytes));
    // The cut may go through a character.
    const line: TextLine = { number, text, tooLong: cutOff, utf8: utf8 || cutOff };
    if (!line.utf8 && (saysUtf8 || hasUtf8)) line.damaged = true;
    tooLong = false;
    return line;
  };
  const markFound = () => {
    saysUtf8 = true;
  };
  for await (const chunk of asciiCompatible(file, markFound)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let at = rest.length; at < bytes.length; at += 1) {
      const byte = bytes[at];
      const secondOfPair = byte === lineFeed && afterReturn;
      afterReturn = byte === carriageReturn;
      if (secondOfPair) start = at + 1;
      else if (byte === lineFeed || afterReturn) {
        yield lineOf(bytes.subarray(start, at));
        start = at + 1;
      }
    }
    rest = bytes.subarray(start);
    if (rest.length > maxBytes) {
      tooLong = true;
      rest = rest.subarray(0, maxBytes);
    }
  }
  if (rest.length > 0) yield lineOf(rest);
}

/**
 * UTF-16 as UTF-8, anything else as it is but without a byte order mark.
 * @param markFound called where the mark says that the file is UTF-8
 */
async function* asciiCompatible(file: AsyncIterable<Buffer>, markFound: () => void): AsyncGenerator<Buffer> {
  let utf16: InstanceType<typeof TextDecoder> | null | undefined;
  for await (const chunk of file) {
    if (utf16 === undefined) {
      const encoding = utf16Encoding(chunk);
      utf16 = encoding ? new TextDecoder(encoding) : null;
      const marked = chunk.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
      if (marked) markFound();
      yield utf16 ? Buffer.from(utf16.decode(chunk, { stream: true })) : chunk.subarray(marked ? 3 : 0);
    } else yield utf16 ? Buffer.from(utf16.decode(chunk, { stream: true })) : chunk;
  }
  if (utf16) yield Buffer.from(utf16.decode());
}

/** By the byte order mark, else by the zero that every other byte of a header in UTF-16 is. */
function utf16Encoding(begin: Buffer): 'utf-16le' | 'utf-16be' | null {
  if ((begin[0] === 0xff && begin[1] === 0xfe) || (begin[1] === 0 && begin[3] === 0)) return 'utf-16le';
  if ((begin[0] === 0xfe && begin[1] === 0xff) || (begin[0] === 0 && begin[2] === 0)) return 'utf-16be';
  return null;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Line by line, since files that were put together of two exports have both. */
function decode(bytes: Buffer): { text: string; utf8: boolean; hasUtf8: boolean } {
  try {
    return { text: strictUtf8.decode(bytes), utf8: true, hasUtf8: true };
  } catch {
    const latin1 = bytes.toString('latin1');
    const text = latin1.replace(/[\x80-\x9f]/g, (char) => windows1252[char.charCodeAt(0) - 0x80]!);
    return { text, utf8: false, hasUtf8: commonInUtf8.test(latin1) };
  }
}

/**
 * What names have in UTF-8: western letters and signs (U+0080 to U+00FF), dashes, quotes, € and ™. In windows-1252 their bytes
 * would be `Ã©` or `â€™`, which no name has; those of other characters can be in one, such as `É’` and `é’”`.
 */
const commonInUtf8 = /[\xc2\xc3][\x80-\xbf]|\xe2[\x80\x82\x84][\x80-\xbf]/;

/** 0x80 to 0x9F, where windows-1252 is not Latin-1. Not by TextDecoder, which some releases of Node have wrong here. */
const windows1252 = '€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ';
