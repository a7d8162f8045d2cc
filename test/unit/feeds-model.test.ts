import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { encodingOf } from '../../domain/feeds/reading/encoding.ts';
import { inChunks, outcomes, readFeed } from '../support/readFeed.ts';

/** Files that are written from a model, which says what becomes of each of their rows. */

const columns = ['DealNumber', 'CustomerName', 'Email', 'VIN', 'Model', 'SoldDate', 'Amount.Financed', 'Term'] as const;
type Cells = Record<(typeof columns)[number], string>;

/** What windows-1252 has too, and what needs quotes; a quote is never followed by what could end a field. */
const text = fc
  .array(fc.constantFrom('Ann', 'José', 'Müller', ' ', ',', ';', '"x"y', '\n', '\r\n', 'a\tb', '€ 5', '|z'), {
    maxLength: 5,
  })
  .map((parts) => `n${parts.join('')}n`);

const goodCells = fc.record<Cells>({
  DealNumber: fc.constant(''),
  CustomerName: text,
  Email: fc.constantFrom('', 'kim@example.com', 'N/A'),
  VIN: fc.constantFrom('', '1HGCM82633A004352'),
  Model: text,
  SoldDate: fc.constantFrom('1/10/2026', '2026-01-10', '46032', 'Jan 10, 2026'),
  'Amount.Financed': fc.constantFrom('', '25000', '$25,000.00', '(5.00)'),
  Term: fc.constantFrom('', '120'),
});

const damages = {
  none: () => undefined,
  date: () => 'bad_date SoldDate',
  amount: () => 'bad_amount Amount.Financed',
  short: () => 'too_few_cells',
  long: () => 'too_many_cells',
  nul: () => 'nul_byte',
  openQuote: () => 'bad_quotes',
  quoteInside: () => 'bad_quotes',
};
type Damage = keyof typeof damages;

interface ModelRow {
  cells: Cells;
  damage: Damage;
  /** After it. */
  blankLines: number;
  headerAgain: boolean;
  lineEnd: string;
}

const damage = fc.constantFrom<Damage>('none', 'none', 'none', ...(Object.keys(damages) as Damage[]));
const rowOf = (damageOfRow: fc.Arbitrary<Damage>) =>
  fc.record<ModelRow>({
    cells: goodCells,
    damage: damageOfRow,
    blankLines: fc.constantFrom(0, 0, 0, 1, 2),
    headerAgain: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  });

interface ModelFile {
  rows: ModelRow[];
  order: (typeof columns)[number][];
  delimiter: string;
  endsWithLineEnd: boolean;
}

const fileOf = (damageOfRow: fc.Arbitrary<Damage>) =>
  fc.record<ModelFile>({
    rows: fc.array(rowOf(damageOfRow), { maxLength: 12 }),
    order: fc.shuffledSubarray([...columns], { minLength: columns.length }),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    endsWithLineEnd: fc.boolean(),
  });

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

function written({ rows, order, delimiter, endsWithLineEnd }: ModelFile) {
  let file = `${order.join(delimiter)}\r\n`;
  let line = 2;
  const expected: string[] = [];
  const lines: number[] = [];
  const add = (record: string, lineEnd: string) => {
    file += record + lineEnd;
    line += record.split(/\r\n|\n|\r/).length;
  };
  rows.forEach(({ cells, damage, blankLines, headerAgain, lineEnd }, n) => {
    const own: Cells = { ...cells, DealNumber: `D${n}` };
    if (damage === 'date') own.SoldDate = '13/45/2026';
    if (damage === 'amount') own['Amount.Financed'] = '25.000,0';
    if (damage === 'nul') own.Email = 'kim\0@example.com';
    const fields = order.map((column) => (/[",;|\t\r\n]/.test(own[column]) ? quoted(own[column]) : own[column]));
    if (damage === 'short') fields.pop();
    if (damage === 'long') fields.push('more');
    // On one line: what follows an open quote on it belongs to it.
    if (damage === 'openQuote') fields.splice(0, fields.length, ...order.slice(1).map(() => 'x'), '"open');
    if (damage === 'quoteInside') fields.splice(0, 1, '5" pipe');
    lines.push(line);
    expected.push(damages[damage]() ?? `deal:D${n}`);
    add(fields.join(delimiter), lineEnd);
    for (let blank = 0; blank < blankLines; blank++) add(blank === 0 ? '' : delimiter.repeat(3), lineEnd);
    if (headerAgain) add(order.join(delimiter), lineEnd);
  });
  return { file: endsWithLineEnd ? file : file.replace(/(?:\r\n|\r|\n)$/, ''), expected, lines };
}

test('each row of a file is accepted or rejected, as its model says, once and with its line', async () => {
  await fc.assert(
    fc.asyncProperty(fileOf(damage), fc.integer({ min: 1, max: 50 }), async (model, size) => {
      const { file, expected, lines } = written(model);
      const { readings, records } = await readFeed(file, { size });
      expect(outcomes(readings)).toEqual(expected);
      expect(records.map(({ line }) => line)).toEqual(lines);
    }),
    { numRuns: 200 },
  );
});

test('the same rows in any encoding give the same activities and hashes', async () => {
  const encodings: ((file: string) => Buffer)[] = [
    (file) => Buffer.from(file),
    (file) => Buffer.from(`\uFEFF${file}`),
    (file) => iconv.encode(file, 'windows-1252'),
    (file) => iconv.encode(file, 'utf-16le'),
    (file) => iconv.encode(file, 'utf-16be'),
    (file) => iconv.encode(file, 'utf-16le', { addBOM: true }),
    (file) => iconv.encode(file, 'utf-16be', { addBOM: true }),
  ];
  await fc.assert(
    fc.asyncProperty(fileOf(damage), fc.integer({ min: 1, max: 50 }), async (model, size) => {
      const { file } = written(model);
      const [first, ...others] = await Promise.all(encodings.map((encode) => readFeed(encode(file), { size })));
      for (const { readings, records, header } of others) {
        expect({ readings, records, header }).toEqual({
          readings: first!.readings,
          records: first!.records,
          header: first!.header,
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('columns in any order, and rows in any order, give the same activities', async () => {
  const good = fc.constant<Damage>('none');
  const shuffled = fileOf(good).chain((model) =>
    fc.record({
      model: fc.constant(model),
      order: fc.shuffledSubarray([...columns], { minLength: columns.length }),
      places: fc.shuffledSubarray(
        model.rows.map((_, n) => n),
        { minLength: model.rows.length },
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ model, order, places }) => {
      // Without a number of the row's place: rows are known by their unit.
      const named = (file: string) => readFeed(file.replaceAll('DealNumber', 'Note'));
      const { readings } = await named(written(model).file);
      expect((await named(written({ ...model, order }).file)).readings).toEqual(readings);
      const rows = places.map((place) => model.rows[place]!);
      const sorted = (all: typeof readings) => all.map((one) => JSON.stringify(one)).sort();
      expect(sorted((await named(written({ ...model, rows }).file)).readings)).toEqual(sorted(readings));
    }),
    { numRuns: 60 },
  );
});

test('a file with its first accent after a megabyte has one encoding', async () => {
  const row = '1/10/2026,,D1,Ann\n';
  const many = row.repeat(60_000);
  const file = (last: string) => `SoldDate,Amount.Financed,DealNumber,Last Name\n${many}1/10/2026,,D2,${last}\n`;
  for (const bytes of [Buffer.from(file('José')), iconv.encode(file('José'), 'windows-1252')]) {
    const { readings } = await readFeed(bytes, { size: 65_536 });
    expect(readings.at(-1)!.row?.customer.lastName).toBe('José');
  }
});

test('a damaged character in a file of UTF-8 spoils its row only', async () => {
  const rows = ['José', 'Müller', 'BROKEN', 'Zoë'].map((name, n) => `1/10/2026,,D${n},${name}\n`);
  const whole = Buffer.from(`SoldDate,Amount.Financed,DealNumber,Last Name\n${rows.join('')}`);
  const at = whole.indexOf('BROKEN');
  whole[at] = 0xc3;
  const { readings, encoding } = await readFeed(whole);
  expect(encoding).toBe('utf-8');
  expect(outcomes(readings)).toEqual(['deal:D0', 'deal:D1', 'bad_encoding', 'deal:D3']);
  expect(readings[0]!.row?.customer.lastName).toBe('José');
});

test('a text that is cut in the middle of a character says so at its end', async () => {
  const text = 'SoldDate,Amount.Financed,DealNumber,Last Name\n1/10/2026,,D1,Ann😀';
  for (const encoding of ['utf-16le', 'utf-16be'])
    for (const missing of [1, 2, 3]) {
      const bytes = iconv.encode(text, encoding);
      const { readings } = await readFeed(bytes.subarray(0, -missing));
      expect(readings.map(({ row }) => row?.customer.lastName)).toEqual([expect.stringMatching(/^Ann\uFFFD+$/)]);
    }
});

test('an encoding is told from all bytes, in any chunks', async () => {
  const samples: [Buffer, string][] = [
    [Buffer.alloc(0), 'utf-8'],
    [Buffer.from('plain'), 'utf-8'],
    [Buffer.from('é € 😀'), 'utf-8'],
    [Buffer.from('caf\xe9', 'latin1'), 'windows-1252'],
    [Buffer.from('€ and \x93quoted\x94'), 'utf-8'],
    [Buffer.from([0xc3]), 'windows-1252'],
    [Buffer.from([0xe9, 0x61, 0x62, 0xa9, 0xa9]), 'windows-1252'],
    [Buffer.from([0x61, 0xed, 0xa0, 0x80]), 'windows-1252'],
    [Buffer.from([0x61, 0xc0, 0xaf]), 'windows-1252'],
    [Buffer.from([0x61, 0xf4, 0x90, 0x80, 0x80]), 'windows-1252'],
    [Buffer.from('\uFEFFab', 'utf16le'), 'utf-16le'],
    [Buffer.from('ab,é', 'utf16le').swap16(), 'utf-16be'],
  ];
  for (const [bytes, encoding] of samples)
    for (const size of [1, 2, 3, 100]) expect(await encodingOf(inChunks(bytes, size))).toBe(encoding);
});
