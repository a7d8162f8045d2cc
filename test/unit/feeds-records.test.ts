import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestRecord } from '../../domain/feeds/reading/recordBounds.ts';
import { Blocks, type RawRecord, recordsOf } from '../../domain/feeds/reading/records.ts';
import { cellsOfRecord } from '../../domain/feeds/reading/rowCells.ts';
import { delimiters } from '../../domain/shared/csvCells.ts';
import { inChunks } from '../support/readFeed.ts';

const shapeOf = (columns: number, hashedWith: string) => ({
  delimiter: ',' as const,
  columns,
  header: Buffer.from('a,b,c'),
  hashedWith,
});

/** Splits a text without a header. */
async function split(
  file: string | Buffer | AsyncIterable<Buffer>,
  { columns = 3, chunk = 1000, size = 64, hashedWith = '' } = {},
) {
  const isWhole = typeof file === 'string' || Buffer.isBuffer(file);
  const blocks = new Blocks(isWhole ? inChunks(Buffer.from(file as string), chunk) : file);
  const records: RawRecord[] = [];
  for await (const batch of recordsOf(blocks, { at: 0, line: 1 }, shapeOf(columns, hashedWith), size))
    records.push(...batch);
  return records;
}

/** Line, text, and what is wrong. */
const told = (records: RawRecord[]) =>
  records.map(({ line, bytes, problem }) => [line, bytes.toString(), ...(problem ? [problem.code] : [])]);

describe('records', () => {
  test('end with LF, CR or CRLF, or with the file', async () => {
    expect(told(await split('1,2,3\n4,5,6\r\n7,8,9\r10,11,12'))).toEqual([
      [1, '1,2,3'],
      [2, '4,5,6'],
      [3, '7,8,9'],
      [4, '10,11,12'],
    ]);
  });

  test('are neither blank lines nor the header again', async () => {
    expect(told(await split('\n  \n1,2,3\r\r\n,,\n"","",""\na,b,c\n4,5,6\n\n\u001A'))).toEqual([
      [3, '1,2,3'],
      [8, '4,5,6'],
    ]);
  });

  test('may have line ends, delimiters and doubled quotes in quotes', async () => {
    const row = '1,"a ""b"",\r\n\nc","d\re"';
    expect(told(await split(`${row}\r\n4,5,6`))).toEqual([
      [1, row],
      [5, '4,5,6'],
    ]);
  });

  test('may follow a byte order mark, as in files that were put together', async () => {
    expect(told(await split('\uFEFF1,2,3\n\uFEFFa,b,c\n\uFEFF4,5,6'))).toEqual([
      [1, '1,2,3'],
      [3, '4,5,6'],
    ]);
  });

  test('have the same hash for the same bytes only', async () => {
    const [one, same, other] = await split('1,2,3\n1,2,3\n1,2,4\n');
    expect(one!.hash).toHaveLength(16);
    expect(one!.hash).toEqual(same!.hash);
    expect(one!.hash).not.toEqual(other!.hash);
    const [elsewhere] = await split('1,2,3\n', { hashedWith: 'another header' });
    expect(elsewhere!.hash).not.toEqual(one!.hash);
    const places = await split(
      Array.from({ length: 100 }, (_, n) => `${'x'.repeat(n)}y${'x'.repeat(99 - n)}`).join('\n'),
    );
    expect(new Set(places.map(({ hash }) => hash.toString('hex'))).size).toBe(100);
    const lengths = await split(Array.from({ length: 100 }, (_, n) => 'x'.repeat(n + 1)).join('\n'));
    expect(new Set(lengths.map(({ hash }) => hash.toString('hex'))).size).toBe(100);
    const zeros = await split(Array.from({ length: 40 }, (_, n) => `x${'\0'.repeat(n)}`).join('\n'));
    expect(new Set(zeros.map(({ hash }) => hash.toString('hex'))).size).toBe(40);
  });
});

describe('a quote that is not closed spoils its line only', () => {
  test('when the next quoted field ends it', async () => {
    expect(told(await split('1,"x,3\n4,"five",6\n7,8,9\n'))).toEqual([
      [1, '1,"x,3', 'bad_quotes'],
      [2, '4,"five",6'],
      [3, '7,8,9'],
    ]);
  });

  test('when nothing ends it', async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => `${n},x,y`);
    const records = await split(`1,"x,3\n${rows.join('\n')}`);
    expect(told(records).slice(0, 2)).toEqual([
      [1, '1,"x,3', 'bad_quotes'],
      [2, '0,x,y'],
    ]);
    expect(records).toHaveLength(1001);
  });

  test('when an empty quoted field of a later row seems to end it', async () => {
    expect(told(await split('1,"x,3\n4,"",6\n7,",8",9\n'))).toEqual([
      [1, '1,"x,3', 'bad_quotes'],
      [2, '4,"",6'],
      [3, '7,",8",9'],
    ]);
  });

  test('when nothing ends it within the longest record', async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `${n},some text,y`);
    const records = await split(`1,"x,3\n${rows.join('\n')}\n4,"five",6`, { size: 65_536, chunk: 65_536 });
    expect(records.filter(({ problem }) => problem)).toHaveLength(1);
    expect(records).toHaveLength(60_002);
  });

  test('when its field ends after the longest record, wherever blocks end', async () => {
    const file = `1,"x\n${'y'.repeat(longestRecord - 100)}\n${'z'.repeat(200)}",3\n4,5,6`;
    for (const size of [65_536, 2 * file.length]) {
      const records = await split(file, { size, chunk: 65_536 });
      expect(records.map(({ line, problem }) => [line, problem?.code])).toEqual([
        [1, 'bad_quotes'],
        [2, undefined],
        [3, undefined],
        [4, undefined],
      ]);
    }
  });

  test('in bounded memory', async () => {
    const part = Buffer.from(`some,other,${'x'.repeat(1000)}\n`.repeat(64));
    let most = 0;
    async function* file() {
      yield Buffer.from('1,"x,3\n');
      for (let n = 0; n < 1000; n++) {
        yield part;
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
    }
    const before = process.memoryUsage().arrayBuffers;
    const blocks = new Blocks(file());
    let rows = 0;
    for await (const batch of recordsOf(blocks, { at: 0, line: 1 }, shapeOf(3, ''))) rows += batch.length;
    expect(rows).toBe(64_001);
    expect(most - before).toBeLessThan(40 * 1_048_576);
  });

  test('when something follows the quote that closes', async () => {
    expect(told(await split('1,"x"y,3\n4,5,6'))).toEqual([
      [1, '1,"x"y,3', 'bad_quotes'],
      [2, '4,5,6'],
    ]);
  });

  test('but a row of several lines with too few fields is one row', async () => {
    expect(told(await split('1,"x\ny"\n4,5,6'))).toEqual([
      [1, '1,"x\ny"'],
      [3, '4,5,6'],
    ]);
  });
});

describe('a record that cannot be read', () => {
  test('is too long, and only its beginning is kept', async () => {
    const part = Buffer.alloc(65_536, 'x');
    let most = 0;
    async function* file() {
      yield Buffer.from('1,2,3\n4,"');
      for (let n = 0; n < 1600; n++) {
        yield part;
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      yield Buffer.from('",6\r\n7,8,9\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    const records = await split(file(), { size: 262_144 });
    expect(records.map(({ line, bytes, problem }) => [line, bytes.length, problem?.code])).toEqual([
      [1, 5, undefined],
      [2, 1024, 'record_too_long'],
      [3, 5, undefined],
    ]);
    expect(most - before).toBeLessThan(40 * 1_048_576);
  });

  test('is too long, with a hash of all of it', async () => {
    const row = (end: string) => `1,${'é'.repeat(longestRecord)},${end}\n`;
    const [one, other, same] = await split(row('3') + row('4') + row('3'), { size: 262_144, chunk: 65_536 });
    expect(one!.hash).toEqual(same!.hash);
    expect(one!.hash).not.toEqual(other!.hash);
    expect(one!.bytes.toString()).not.toContain('\uFFFD');
  });

  test('has a NUL byte', async () => {
    expect(told(await split('1,2,3\n4,\0,6\n7,8,9'))).toEqual([
      [1, '1,2,3'],
      [2, '4,\0,6', 'nul_byte'],
      [3, '7,8,9'],
    ]);
  });

  test('has bytes that are not UTF-8', async () => {
    const file = Buffer.concat([Buffer.from('1,é,3\n4,'), Buffer.from([0xe9]), Buffer.from(',6\n7,é,9\n')]);
    expect(told(await split(file)).map(([line, , code]) => [line, code])).toEqual([
      [1, undefined],
      [2, 'bad_encoding'],
      [3, undefined],
    ]);
  });
});

test('chunks and blocks of any size give the same records', async () => {
  const piece = fc.constantFrom(
    '1',
    'é',
    ',',
    '"',
    '""',
    '\n',
    '\r',
    '\r\n',
    '\0',
    ' ',
    'a,b,c',
    '\uFEFF',
    '"x"',
    ',"',
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (file, chunk, size) => {
        expect(await split(file, { chunk, size })).toEqual(await split(file, { size: 1000 }));
      },
    ),
    { numRuns: 500 },
  );
});

test('every byte of a file is in one record or in none', async () => {
  const piece = fc.constantFrom('1', 'é', ',', '"', '""', '\n', '\r', '\r\n', '"x"', ',"', 'long text');
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(text, async (file) => {
      const records = await split(file);
      let rest = file;
      for (const { bytes } of records) {
        const at = rest.indexOf(bytes.toString());
        expect(rest.slice(0, at)).toMatch(/^[\s,"]*$/);
        rest = rest.slice(at + bytes.toString().length);
      }
      expect(rest).toMatch(/^[\s,"]*$/);
    }),
    { numRuns: 500 },
  );
});

test('cells are those that csv-parse reads', async () => {
  const piece = fc.constantFrom(
    '1',
    'é',
    ',',
    '"',
    '""',
    '\n',
    '\r',
    ' ',
    '"x"',
    ',"',
    '="1"',
    '\t',
    '"a\nb",',
    ',"c"',
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 40 }).map((pieces) => pieces.join(''));
  const parsed = (record: Buffer): string[] | null => {
    try {
      // A record delimiter that the file does not have.
      const rows = parse(record, { relax_column_count: true, record_delimiter: '\u0001' }) as string[][];
      return rows[0] ?? null;
    } catch {
      return null;
    }
  };
  await fc.assert(
    fc.asyncProperty(text, async (file) => {
      for (const { bytes } of (await split(file)).filter(({ problem }) => !problem)) {
        const expected = parsed(bytes);
        // What csv-parse rejects may be a text formula of a spreadsheet.
        if (expected) expect(cellsOfRecord(bytes, ',')).toEqual(expected);
        else if (!bytes.includes('=')) expect(cellsOfRecord(bytes, ',')).toBeNull();
      }
    }),
    { numRuns: 1000 },
  );
  expect(cellsOfRecord(Buffer.from('="00123",x'), ',')).toEqual(['00123', 'x']);
  for (const delimiter of delimiters)
    expect(cellsOfRecord(Buffer.from(`"a${delimiter}b"${delimiter}c`), delimiter)).toEqual([`a${delimiter}b`, 'c']);
});
