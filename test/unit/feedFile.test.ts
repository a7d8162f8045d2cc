import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { feedDmsNames, kindsOfDms } from '../../domain/feeds/feeds.ts';
import { type FeedFileOptions, feedFile, type MadeFile } from '../../sandbox/sftp/feedFile.ts';
import { runProgram } from '../support/program.ts';
import { readFeed } from '../support/readFeed.ts';

const usual: FeedFileOptions = { rows: 2_000, seed: 1, dms: 'ids', kind: 'sales' };

function made(options: Partial<FeedFileOptions>): { text: string; file: MadeFile } {
  const chunks: Buffer[] = [];
  const making = feedFile({ ...usual, ...options });
  for (;;) {
    const { done, value } = making.next();
    if (done) return { text: Buffer.concat(chunks).toString(), file: value };
    chunks.push(value);
  }
}

function rowsOf(text: string): Record<string, string>[] {
  return parse(text, { columns: true, relax_column_count: true });
}

/** By the rule of the standard (49 CFR 565), apart from the code that makes them. */
function hasRightCheckDigit(vin: string): boolean {
  const values: Record<string, number> = {};
  for (const letters of ['ABCDEFGH', 'JKLMN P R', ' STUVWXYZ'])
    for (const [index, letter] of [...letters].entries()) values[letter] = index + 1;
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = [...vin].reduce((all, one, index) => all + (values[one] ?? Number(one)) * weights[index]!, 0);
  return vin.length === 17 && vin[8] === (sum % 11 === 10 ? 'X' : String(sum % 11));
}

describe.each(feedDmsNames.flatMap((dms) => kindsOfDms[dms].map((kind) => ({ dms, kind }))))(
  'a $kind file of $dms',
  ({ dms, kind }) => {
    const { text } = made({ dms, kind });
    const rows = rowsOf(text);

    test('has its rows, each with a VIN of its own whose check digit is right', () => {
      expect(rows).toHaveLength(2_000);
      expect(rows.filter(({ VIN }) => !hasRightCheckDigit(VIN!))).toEqual([]);
      expect(new Set(rows.map(({ VIN }) => VIN)).size).toBe(2_000);
    });

    test('is read as a file of its kind, all of its rows', async () => {
      const { readings } = await readFeed(made({ dms, kind, oddShare: 0 }).text, { dms, kind });
      expect(readings).toHaveLength(2_000);
      expect(readings.filter(({ row }) => !row)).toEqual([]);
    });

    test('names nobody who exists', () => {
      expect(text.match(/@(?!example\.com)/g)).toBeNull();
      for (const row of rows) {
        const phone = (row.Phone ?? row.PHONE ?? row.Cell_Phone)!.replace(/\D/g, '');
        expect(phone).toMatch(/^$|^\d{3}55501\d\d$/);
      }
    });

    test('is the same for the same seed only', () => {
      expect(made({ dms, kind }).text).toBe(text);
      const others = rowsOf(made({ dms, kind, seed: 2 }).text);
      const number = Object.keys(rows[0]!).find((column) => /^(deal|wo)[ _]?n/i.test(column))!;
      const numbers = new Set(rows.map((row) => row[number]).filter(Boolean));
      expect(others.filter((row) => numbers.has(row[number]))).toEqual([]);
    });
  },
);

test('the next day’s file differs in the share that is asked for, half of it in amounts and half in other deals', () => {
  const first = rowsOf(made({ rows: 20_000 }).text);
  const second = rowsOf(made({ rows: 20_000, changed: 0.05 }).text);
  const differing = second.filter((row, index) => JSON.stringify(row) !== JSON.stringify(first[index]));
  const deals = new Set(first.map(({ DealNumber }) => DealNumber));
  const others = differing.filter(({ DealNumber }) => !deals.has(DealNumber));
  expect(differing.length / 20_000).toBeCloseTo(0.05, 2);
  expect(others.length / 20_000).toBeCloseTo(0.025, 2);
});

test('a file that begins at a later row has those rows of the whole, apart from another edition’s changes', () => {
  const whole = rowsOf(made({ rows: 1_000 }).text);
  expect(rowsOf(made({ rows: 400, from: 600 }).text)).toEqual(whole.slice(600));
  const editions = [1, 2].map((edition) => rowsOf(made({ rows: 400, from: 600, changed: 0.5, edition }).text));
  for (const rows of editions) expect(rows).not.toEqual(whole.slice(600));
  expect(editions[0]).not.toEqual(editions[1]);
});

test('the rows that cannot be read are counted', () => {
  const { text, file } = made({ rows: 10_000, badShare: 0.1, oddShare: 0 });
  const bad = rowsOf(text).filter(
    ({ SoldDate, 'Amount.Financed': financed }) =>
      !/^\d+\/\d+\/\d{4}$/.test(SoldDate ?? '') || SoldDate!.startsWith('13/') || financed === 'see file',
  );
  expect(file).toEqual({ rows: 10_000, bad: bad.length });
  expect(bad.length / 10_000).toBeCloseTo(0.1, 1);
});

test('rows are of a realistic size, and many take little memory', () => {
  const before = process.memoryUsage().rss;
  let bytes = 0;
  for (const chunk of feedFile({ ...usual, rows: 300_000 })) bytes += chunk.length;
  expect(bytes / 300_000).toBeGreaterThan(180);
  expect(bytes / 300_000).toBeLessThan(220);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
});

test('a DMS has no file of a kind that it does not offer', () => {
  expect(() => made({ dms: 'automate', kind: 'service' })).toThrow(RangeError);
});

test('npm run make-feed prints a header and as many rows as are asked for', async () => {
  const program = runProgram('bin/makeFeed.ts', {}, ['--rows', '3', '--dms', 'motility', '--kind', 'service']);
  expect(await program.ended).toBe(0);
  expect(program.printed()).toBe(made({ rows: 3, dms: 'motility', kind: 'service' }).text);
  const [header, ...rows] = program.printed().trimEnd().split('\r\n');
  expect(header).toContain('WO NUMBER');
  expect(rows).toHaveLength(3);
});

test.each([
  [['--last-date', 'tomorrow'], /'--last-date <date>' argument 'tomorrow' is invalid. It must be a date such as/],
  [['--last-date', '2025-02-30'], /It must be a date such as 2025-12-31/],
  [['--out', '/nonexistent/x.csv'], /^The file \/nonexistent\/x.csv cannot be written: ENOENT/],
])('npm run make-feed with %j says in one line what is wrong', async (args, line) => {
  const program = runProgram('bin/makeFeed.ts', {}, ['--rows', '3', ...args]);
  expect(await program.ended).not.toBe(0);
  expect(program.printed().trim().split('\n')).toEqual([expect.stringMatching(line)]);
});
