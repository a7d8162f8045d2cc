import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accountColumns,
  accountOfLines,
  accountsFileReader,
  readAccountLine,
  readAccountsHeader,
  rejectedColumns,
} from '../../domain/shared/accountsCsv.ts';
import { cellsOf, csvLine, delimiters, withoutTextMark } from '../../domain/shared/csvCells.ts';
import { textLines } from '../../service/textLines.ts';

const header = readAccountsHeader(accountColumns.join(','));
const full =
  'D-1,Brightwater Honda,Cancelled,P-1,America/New_York,VinSolutions,555101,cdk,3PA0000123,org-1,Gold,Level 5';

function lineOf(text: string) {
  const read = readAccountLine(text, header);
  if (!read || !('line' in read)) throw new Error(`no line but ${JSON.stringify(read)}`);
  return read.line;
}

function merged(...texts: string[]) {
  return accountOfLines(texts.map((text, at) => ({ number: at + 2, line: lineOf(text) })));
}

describe('the header line', () => {
  test.each([
    [',', 'ID, Name ,effective_status,parent_sales_account_id'],
    [';', 'name;effective_status;parent_sales_account_id;id'],
    ['\t', 'id\tname\teffective_status\tparent_sales_account_id'],
    ['|', 'id|name|effective_status|parent_sales_account_id'],
    [';', 'ID;"Name";Effective Status;Parent Sales Account ID;;'],
    [',', '\uFEFFEffective-Status,"Name",Id,CRM Vendor,DMSVendor,Time-Zone,parent sales account ID,,'],
    [',', 'EffectiveStatus,NAME,id,ParentSalesAccountID'],
  ])('determines the delimiter %j of %j', (delimiter, text) => {
    expect(readAccountsHeader(text)).toMatchObject({ delimiter, columns: expect.arrayContaining(['id', 'name']) });
  });

  test('reports missing, unknown and duplicate columns', () => {
    expect(() => readAccountsHeader('id,name,name,crm_vender')).toThrow(
      'The first line has no column effective_status, parent_sales_account_id, and has unknown columns: "crm_vender", and has the column name twice; the columns are id,name,effective_status,parent_sales_account_id,',
    );
  });
});

describe('a line', () => {
  test('has all fields of an account', () => {
    expect(merged(full)).toEqual({
      account: {
        id: 'D-1',
        name: 'Brightwater Honda',
        effectiveStatus: 'Cancelled',
        parentSalesAccountId: 'P-1',
        timeZone: 'America/New_York',
        package: 'Gold',
        level: 'Level 5',
        integrations: [
          { kind: 'crm', vendor: 'vinsolutions', dealerId: '555101' },
          { kind: 'dms', vendor: 'cdk', dealerId: '3PA0000123', fortellisOrgId: 'org-1' },
        ],
        kinds: ['crm', 'dms'],
        keepsFortellisOrgId: false,
      },
    });
  });

  test.each([
    ['D-1,"Bright,water ""Honda""",Active,,,,,,', 'Bright,water "Honda"'],
    ['D-1, Brightwater ,Active,,,,,,', 'Brightwater'],
    ['D-1,="Brightwater",Active,,,,,,', 'Brightwater'],
    ['D-1,"=""Brightwater""",Active,,,,,,', 'Brightwater'],
    ['D-1,"a,=""b"",c",Active,,,,,,', 'a,="b",c'],
    ["D-1,'=Brightwater,Active,,,,,,", '=Brightwater'],
    ['\uFEFF"D-1",Bright\u200Bwater\u00A0,Active,,,,,,', 'Brightwater'],
  ])('%s', (text, name) => {
    expect(lineOf(text)).toMatchObject({ id: 'D-1', name });
  });

  test.each([
    ['D-1,Kia,Active,', { integrations: [] }],
    ['D-1,Kia,Active,P-1,,elead,="00123"', { parentSalesAccountId: 'P-1', integrations: [{ dealerId: '00123' }] }],
    ['D-1,Kia,Active,,,,,dealer vault,DV1,,,', { integrations: [{ vendor: 'dealervault', dealerId: 'DV1' }] }],
    ['D-1,Kia,Active,\u200B,,"Reynolds & Reynolds","\'1",,', { integrations: [{ vendor: 'reynolds', dealerId: '1' }] }],
  ])('may have fewer or additional blank cells at its end: %s', (text, said) => {
    expect(lineOf(text)).toMatchObject({ id: 'D-1', ...said });
  });

  test.each(['', '   ', ',,,,,,,,'])('that is blank is skipped: %j', (text) => {
    expect(readAccountLine(text, header)).toBeNull();
  });

  test.each([
    ['D-1,"Brightwater,Active,,,,,,', 'has a quote that is not closed (a field cannot hold a line break)', 'D-1'],
    ['D-1,Bright"water,Active,,,,,,', 'has a quote in the middle of a field', 'D-1'],
    ['"D-1","Bright"water,Active,,,,,,', 'has a quote in the middle of a field', 'D-1'],
    ['D-1,Brightwater,Active', 'has 3 fields and ends before parent_sales_account_id', 'D-1'],
    ['D-1,Brightwater,Active,,,,,,,,,,x', 'has 13 fields, where the header has 12 columns', 'D-1'],
    ['D-1,Brightwater,Active,,,vinsolutions,5,999,', 'dms_id is missing for dms_vendor 999', 'D-1'],
    [
      'D-1,Brightwater,Active,,,vinsolutions,"5,999",,',
      'crm_id: is "5,999": a spreadsheet turned it into a number',
      'D-1',
    ],
    ['D-1,Brightwater,Active,#N/A,,,,,', 'parent_sales_account_id: is "#N/A": it is the error of a formula', 'D-1'],
    ['D-1,#REF!,Active,,,,,,', 'name: is "#REF!": it is the error of a formula', 'D-1'],
    ['D-1,Brightwater,Active,,,N/A,1,,', 'crm_vendor: is "N/A": it stands for a value that is missing', 'D-1'],
    ['="D-1",Bright"water,Active,,,,,,', 'has a quote in the middle of a field', 'D-1'],
    ['D-1,Brightwater,Active,,,elead,,,', 'crm_id is missing for crm_vendor elead', 'D-1'],
    ['D-1,Brightwater,Active,,,,,,44', 'dms_vendor is missing for dms_id 44', 'D-1'],
    ['D-1,Brightwater,Active,,,,,,,org-1', 'dms_vendor is missing for fortellis_org_id org-1', 'D-1'],
    ['D-1,Brightwater,Active,,,,,cdk,,org-1', 'dms_id is missing for dms_vendor cdk', 'D-1'],
    ['D-1,Brightwater,Active,,,,,dealervault,DV1,org-1', 'fortellis_org_id: is of dms/cdk only', 'D-1'],
    ['D-1,Brightwater,Active,,,,,cdk,3PA1,1E+11', 'fortellis_org_id: is "1E+11": a spreadsheet turned it', 'D-1'],
    [`D-1,Brightwater,Active,,,elead,${'9'.repeat(65)},,`, 'crm_id: is longer than 64 characters', 'D-1'],
    [`D-1,${'x'.repeat(201)},Active,,,,,,`, 'name: must have at most 200 characters', 'D-1'],
    ['D-1,Brightwater,Active,,Mars/Olympus,,,,', 'time_zone: must be an IANA time zone', 'D-1'],
    ['D-1,Brightwater,Active,P/1,,,,,', 'parent_sales_account_id: must be 1 to 64 letters', 'D-1'],
    ['D-1,Bright\u0000water,Active,,,,,,', 'holds a character that cannot be read', 'D-1'],
    ['D-1,Bright\uFFFDwater,Active,,,,,,', 'holds a character that cannot be read', 'D-1'],
    [',Brightwater,Active,,,,,,', 'id: is missing', null],
    ['D 1,Brightwater,Active,,,,,,', 'id: is "D 1": an identifier has no spaces', null],
  ])('that is unusable says why and for which account: %j', (text, problem, accountId) => {
    expect(readAccountLine(text, header)).toEqual({ problem: expect.stringContaining(problem), accountId });
  });

  test('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', 'D', '-', '1', ' ', '\u0000', 'é', '😀') }), (text) => {
        const read = readAccountLine(text, header);
        if (read && 'problem' in read) expect(read.problem).not.toBe('');
      }),
    );
  });
});

describe('several lines of one account', () => {
  test('are merged, and may leave fields blank that another line has', () => {
    const result = merged('D-1,Kia,Active,,,elead,1,,', 'D-1,,,P-1,,,,cdk,2', 'D-1,Kia,,,,elead,1,dealervault,3');
    expect(result).toMatchObject({
      account: {
        name: 'Kia',
        parentSalesAccountId: 'P-1',
        integrations: [{ vendor: 'elead' }, { vendor: 'cdk' }, { vendor: 'dealervault', dealerId: '3' }],
      },
    });
    for (const field of ['timeZone', 'package', 'level'])
      expect(result, 'blank in every line').not.toHaveProperty(`account.${field}`);
  });

  test.each([
    ['first', 'D-1,Kia,Active,,,,,cdk,1,org-1', 'D-1,Kia,Active,,,elead,1,cdk,1'],
    ['last', 'D-1,Kia,Active,,,elead,1,cdk,1', 'D-1,Kia,Active,,,,,cdk,1,org-1'],
  ])('have the organization at Fortellis when only the %s line has it', (_where, ...texts) => {
    const cdk = { kind: 'dms', vendor: 'cdk', dealerId: '1', fortellisOrgId: 'org-1' };
    expect(merged(...texts)).toMatchObject({ account: { integrations: expect.arrayContaining([cdk]) } });
  });

  test.each([
    [['D-1,Kia,Active,,,elead,1,,', 'D-1,Kia,Active,,,elead,2,,'], 'crm/elead has different IDs in the lines 2 and 3'],
    [['D-1,,Active,,,,,,', 'D-1,Kia,Active,,,,,,', 'D-1,Kia 2,,,,,,,'], 'name differs in the lines 3 and 4'],
    [['D-1,Kia,Active,P-1,,,,,', 'D-1,Kia,Active,P-2,,,,,'], 'parent_sales_account_id differs in the lines 2 and 3'],
    [
      ['D-1,Kia,Active,,,,,cdk,1,org-1', 'D-1,Kia,Active,,,,,cdk,1', 'D-1,Kia,Active,,,,,cdk,1,org-2'],
      'fortellis_org_id differs in the lines 2 and 4',
    ],
    [['D-1,Kia,Active,,,,,,,,Gold', 'D-1,Kia,Active,,,,,,,,Silver'], 'package differs in the lines 2 and 3'],
    [['D-1,Kia,,,,,,,'], 'effective_status is missing'],
    [['D-1,,Active,,,,,,'], 'name is missing'],
    [
      Array.from({ length: 11 }, (_, n) => `D-1,Kia,Active,,,crm${n},1,dms${n},1`),
      'integrations: must have at most 20 items',
    ],
  ])('that contradict each other are rejected: %#', (texts, problem) => {
    expect(merged(...texts)).toEqual({ problem });
  });
});

describe('a file', () => {
  /** What the lines say, by their IDs; a header as `header`, what is rejected by its reason. */
  function read(...lines: string[]) {
    const reader = accountsFileReader();
    return lines.flatMap((text, at) => {
      const part = reader(text, at + 1);
      if (!part) return [];
      return 'header' in part ? ['header'] : 'line' in part ? [`${part.line.id} ${part.line.name}`] : [part.problem];
    });
  }
  const columns = accountColumns.join(',');

  test('of two exports joined may have two headers with different orders and delimiters', () => {
    const lines = [
      columns,
      'D-1,Kia,Active,,',
      '\uFEFFName;ID;Effective Status;Parent Sales Account ID',
      'Ford;D-2;Active;',
      columns,
      'D-3,VW,Active,',
    ];
    expect(read(...lines)).toEqual(['header', 'D-1 Kia', 'header', 'D-2 Ford', 'header', 'D-3 VW']);
    expect(
      read(
        'sep=|',
        columns.replaceAll(',', '|'),
        'D-1|Kia|Active|',
        'sep=;',
        columns.replaceAll(',', ';'),
        'D-2;VW;Active;',
      ),
    ).toEqual(['header', 'D-1 Kia', 'header', 'D-2 VW']);
  });

  test('with a second header that cannot be understood is rejected', () => {
    expect(() => read(columns, 'D-1,Kia,Active,', 'id,name,crm_vendor,crm_id')).toThrow(
      'Line 3, a header again, has no column effective_status, parent_sales_account_id; the columns are',
    );
    expect(() => read('sep=^', columns)).toThrow('names a separator that is not one of');
    expect(() => read('id,"name,effective_status')).toThrow('The first line has a quote that is not closed');
  });

  test('of rejected lines is read as the original lines', () => {
    const rejected = [
      [1, 'header of the lines below', 'name;id;effective_status;parent_sales_account_id'],
      [4, 'is wrong', '="Kia";D-1;Active;'],
      [9, 'is wrong', '"Ford";D-2;Active;'],
      [12, 'is wrong', ''],
    ].map((row) => csvLine(row).trimEnd());
    const file = [`\uFEFF${csvLine([...rejectedColumns])}`.trimEnd(), ...rejected];
    expect(read(...file)).toEqual(['header', 'D-1 Kia', 'D-2 Ford']);
    // A spreadsheet may have saved it with another delimiter and without the quotes.
    const again = [
      'line\treason\ttext',
      '1\t\tid,name,effective_status,parent_sales_account_id',
      "4\t\t'-1,Kia,Active,",
      '5\t\tD-5,Kia,Active,\tx',
    ];
    expect(read(...again)).toEqual([
      'header',
      expect.stringContaining('id: is "-1": it is a formula, or a number with a sign'),
      'has 4 cells, where the columns are line,reason,text',
    ]);
  });
});

describe('cells', () => {
  const contents = fc.string({ unit: fc.constantFrom(...`=+-@'",;\t| aé1`) });

  test('survive a spreadsheet, and none begins a formula', () => {
    fc.assert(
      fc.property(fc.array(contents, { minLength: 1 }), (fields) => {
        const cells = cellsOf(csvLine(fields).replace(/\r\n$/, ''), ',');
        for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t]/);
        expect(cells.map(withoutTextMark)).toEqual(fields);
      }),
    );
  });

  test.each(delimiters)('with a number marked as text are unmarked, after %j', (delimiter) => {
    expect(cellsOf(['="001"', 'a', '"b"', '="002"'].join(delimiter), delimiter)).toEqual(['001', 'a', 'b', '002']);
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

  test('are read the same from UTF-8 and UTF-16, with any line end and chunk size', async () => {
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

  test('are numbered as in an editor, and the last one needs no line end', async () => {
    expect(await read(Buffer.from('a\n\nb\r\n\rc'), 4)).toEqual(
      ['a', '', 'b', '', 'c'].map((text, at) => ({ number: at + 1, text, tooLong: false, utf8: true })),
    );
  });

  test('that are not UTF-8 are read as windows-1252, line by line', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Café\n'),
      Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x20, 0x80, 0x92, 0x9f, 0x81]),
    ]);
    const lines = await read(bytes, 5);
    expect(texts(lines)).toEqual(['Café', 'Café €’Ÿ\uFFFD']);
    expect(lines.map(({ utf8 }) => utf8)).toEqual([true, false]);
  });

  test.each([
    ['RENÉ’S CAFÉ', [0x52, 0x45, 0x4e, 0xc9, 0x92, 0x53, 0x20, 0x43, 0x41, 0x46, 0xc9]],
    ['“Café’”', [0x93, 0x43, 0x61, 0x66, 0xe9, 0x92, 0x94]],
  ])(
    'in windows-1252 are not taken for damaged UTF-8 when a pair of letters has the bytes of a character: %s',
    async (name, bytes) => {
      expect(await read(Buffer.from(bytes), 4)).toEqual([{ number: 1, text: name, tooLong: false, utf8: false }]);
    },
  );

  test.each([
    ['a letter', 'Señor Caf'],
    ['an apostrophe', 'Joe’s Caf'],
    ['a sign', 'Volvo™ Caf'],
  ])('with %s in UTF-8 and a byte that is not UTF-8 are damaged', async (_what, begin) => {
    const [line] = await read(Buffer.concat([Buffer.from(begin), Buffer.from([0xe9])]), 4);
    expect(line).toMatchObject({ utf8: false, damaged: true });
  });

  test('that are too long are cut off without affecting the next line', async () => {
    const lines = await read(Buffer.from(`a\n${'x'.repeat(500)}\nb\n${'y'.repeat(12)}`), 7, 10);
    expect(lines).toEqual([
      { number: 1, text: 'a', tooLong: false, utf8: true },
      { number: 2, text: 'x'.repeat(10), tooLong: true, utf8: true },
      { number: 3, text: 'b', tooLong: false, utf8: true },
      { number: 4, text: 'y'.repeat(10), tooLong: true, utf8: true },
    ]);
  });
});

test('written CSV is read back unchanged', () => {
  const line = csvLine([7, 'has a "quote", and a comma']);
  expect(line).toBe('"7","has a ""quote"", and a comma"\r\n');
});

test('a number is no formula, and a text that looks like one is', () => {
  expect(csvLine([-12.5, '-12.5'])).toBe('"-12.5","\'-12.5"\r\n');
});
