import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accountColumns,
  accountOfLines,
  csvLine,
  readAccountLine,
  readAccountsHeader,
} from '../../domain/accountsCsv.ts';
import { textLines } from '../../start/textLines.ts';

const header = readAccountsHeader(accountColumns.join(','));
const full = 'D-1,Brightwater Honda,Cancelled,P-1,America/New_York,VinSolutions,555101,cdk,3PA0000123';

function lineOf(text: string) {
  const read = readAccountLine(text, header);
  if (!read || !('line' in read)) throw new Error(`no line but ${JSON.stringify(read)}`);
  return read.line;
}

function merged(...texts: string[]) {
  return accountOfLines(texts.map((text, at) => ({ number: at + 2, line: lineOf(text) })));
}

describe('the header', () => {
  test.each([
    [',', 'ID, Name ,effective_status'],
    [';', 'name;effective_status;id'],
    ['\t', 'id\tname\teffective_status'],
  ])('tells the delimiter %j', (delimiter, text) => {
    expect(readAccountsHeader(text)).toMatchObject({ delimiter, columns: expect.arrayContaining(['id', 'name']) });
  });

  test('names the columns that are missing, unknown and twice', () => {
    expect(() => readAccountsHeader('id,name,name,crm_vender')).toThrow(
      'The first line has no column effective_status, and has unknown columns: "crm_vender", and has the column name twice; the columns are id,name,effective_status,parent_sales_account_id,',
    );
  });
});

describe('a line', () => {
  test('says all of an account', () => {
    expect(merged(full)).toEqual({
      account: {
        id: 'D-1',
        name: 'Brightwater Honda',
        effectiveStatus: 'Cancelled',
        parentSalesAccountId: 'P-1',
        timeZone: 'America/New_York',
        integrations: [
          { kind: 'crm', vendor: 'vinsolutions', dealerId: '555101' },
          { kind: 'dms', vendor: 'cdk', dealerId: '3PA0000123' },
        ],
      },
    });
  });

  test.each([
    ['D-1,"Bright,water ""Honda""",Active,,,,,,', 'Bright,water "Honda"'],
    ['D-1, Brightwater ,Active,,,,,,', 'Brightwater'],
  ])('%s', (text, name) => {
    expect(lineOf(text).name).toBe(name);
  });

  test.each(['', '   ', ',,,,,,,,'])('that is blank is none: %j', (text) => {
    expect(readAccountLine(text, header)).toBeNull();
  });

  test.each([
    ['D-1,"Brightwater,Active,,,,,,', 'has a quote that is not closed (a field cannot hold a line break)', 'D-1'],
    ['D-1,Bright"water,Active,,,,,,', 'has a quote in the middle of a field', 'D-1'],
    ['"D-1","Bright"water,Active,,,,,,', 'has a quote in the middle of a field', 'D-1'],
    ['D-1,Brightwater,Active', 'has 3 fields, where the first line has 9 columns', 'D-1'],
    ['D-1,Brightwater,Active,,,elead,,,', 'crm_id is missing for crm_vendor elead', 'D-1'],
    ['D-1,Brightwater,Active,,,,,,44', 'dms_vendor is missing for dms_id 44', 'D-1'],
    [`D-1,Brightwater,Active,,,elead,${'9'.repeat(65)},,`, 'crm_id: Too big', 'D-1'],
    [`D-1,${'x'.repeat(201)},Active,,,,,,`, 'name: Too big', 'D-1'],
    ['D-1,Brightwater,Active,,Mars/Olympus,,,,', 'time_zone: must be an IANA time zone', 'D-1'],
    ['D-1,Brightwater,Active,P/1,,,,,', 'parent_sales_account_id: must be 1 to 64 letters', 'D-1'],
    ['D-1,Bright\u0000water,Active,,,,,,', 'holds a character that cannot be read', 'D-1'],
    ['D-1,Bright\uFFFDwater,Active,,,,,,', 'holds a character that cannot be read', 'D-1'],
    [',Brightwater,Active,,,,,,', 'id: is missing', null],
    ['D 1,Brightwater,Active,,,,,,', 'id: is "D 1": an identifier has no blank', null],
  ])('that cannot be used says why, and whose it is: %j', (text, problem, accountId) => {
    expect(readAccountLine(text, header)).toEqual({ problem: expect.stringContaining(problem), accountId });
  });

  test('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', 'D', '-', '1', ' ', '\u0000', 'é', '😀') }), (text) => {
        const read = readAccountLine(text, header);
        if (read && 'problem' in read) expect(read.problem).not.toBe('');
      }),
    );
  });
});

describe('several lines of one account', () => {
  test('add up, and may leave blank what another says', () => {
    const result = merged('D-1,Kia,Active,,,elead,1,,', 'D-1,,,P-1,,,,cdk,2', 'D-1,Kia,,,,elead,1,dealervault,3');
    expect(result).toMatchObject({
      account: {
        name: 'Kia',
        parentSalesAccountId: 'P-1',
        timeZone: 'America/Chicago',
        integrations: [{ vendor: 'elead' }, { vendor: 'cdk' }, { vendor: 'dealervault', dealerId: '3' }],
      },
    });
  });

  test.each([
    [['D-1,Kia,Active,,,elead,1,,', 'D-1,Kia,Active,,,elead,2,,'], 'crm/elead has different IDs in the lines 2 and 3'],
    [['D-1,,Active,,,,,,', 'D-1,Kia,Active,,,,,,', 'D-1,Kia 2,,,,,,,'], 'name differs in the lines 3 and 4'],
    [['D-1,Kia,Active,P-1,,,,,', 'D-1,Kia,Active,P-2,,,,,'], 'parent_sales_account_id differs in the lines 2 and 3'],
    [['D-1,Kia,,,,,,,'], 'effective_status is missing'],
    [['D-1,,Active,,,,,,'], 'name is missing'],
    [
      Array.from({ length: 11 }, (_, n) => `D-1,Kia,Active,,,crm${n},1,dms${n},1`),
      'integrations: Too big: expected array to have <=20 items',
    ],
  ])('that do not fit together: %#', (texts, problem) => {
    expect(merged(...texts)).toEqual({ problem });
  });
});

describe('lines of a file', () => {
  async function read(bytes: Buffer, chunkSize: number, maxBytes = 1000) {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
    }
    const lines = [];
    for await (const line of textLines(chunks(), maxBytes)) lines.push(line);
    return lines;
  }
  const texts = (lines: { text: string }[]) => lines.map(({ text }) => text);
  const sizes = fc.integer({ min: 4, max: 40 });
  const contents = fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', 'é', '€', '😀') }), { minLength: 1 });

  test('are the same in UTF-8 and UTF-16, with each line end, however they are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.constantFrom('\n', '\r\n', '\r'),
        sizes,
        fc.constantFrom('', '\uFEFF'),
        async (lines, newline, size, mark) => {
          const all = ['id,name', ...lines];
          const text = mark + all.map((line) => line + newline).join('');
          const littleEndian = Buffer.from(text, 'utf16le');
          for (const bytes of [Buffer.from(text), littleEndian, Buffer.from(littleEndian).swap16()])
            expect(texts(await read(bytes, size))).toEqual(all);
        },
      ),
    );
  });

  test('have the numbers that an editor shows, blank lines included, and need no end of their own', async () => {
    expect(await read(Buffer.from('a\n\nb\r\n\rc'), 4)).toEqual(
      ['a', '', 'b', '', 'c'].map((text, at) => ({ number: at + 1, text, tooLong: false })),
    );
  });

  test('are windows-1252 where they are not UTF-8, each on its own', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Café\n'),
      Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x20, 0x80, 0x92, 0x9f, 0x81]),
    ]);
    expect(texts(await read(bytes, 5))).toEqual(['Café', 'Café €’Ÿ\uFFFD']);
  });

  test('that are too long are cut off, and the next is whole', async () => {
    const lines = await read(Buffer.from(`a\n${'x'.repeat(500)}\nb\n${'y'.repeat(12)}`), 7, 10);
    expect(lines).toEqual([
      { number: 1, text: 'a', tooLong: false },
      { number: 2, text: 'x'.repeat(10), tooLong: true },
      { number: 3, text: 'b', tooLong: false },
      { number: 4, text: 'y'.repeat(10), tooLong: true },
    ]);
  });
});

test('what is written as CSV is read as it was', () => {
  const line = csvLine([7, 'has a "quote", and a comma']);
  expect(line).toBe('"7","has a ""quote"", and a comma"\r\n');
});
