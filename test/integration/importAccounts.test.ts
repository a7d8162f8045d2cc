import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accounts } from '../../db/schema.ts';
import { freePort } from '../../start/ports.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const columns = 'id,name,effective_status,parent_sales_account_id,time_zone,crm_vendor,crm_id,dms_vendor,dms_id';
let database: TestDatabase;
let folder: string;
let file: string;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  await database.db.delete(accounts);
  folder = mkdtempSync(join(tmpdir(), 'import-accounts-'));
  file = join(folder, 'accounts.csv');
  return () => rmSync(folder, { recursive: true });
});
afterAll(() => database.close());

interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the command as `npm run import-accounts` does. */
function run(args: string[] = [file], environment: NodeJS.ProcessEnv = { DATABASE_URL: database.url }): Promise<Ended> {
  const { DATABASE_URL: _, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'start/importAccounts.ts', ...args],
      { env: { ...rest, ...environment } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const write = (lines: string[], newline = '\n') => writeFileSync(file, [columns, ...lines, ''].join(newline));
const ids = async () =>
  (await database.db.select({ id: accounts.id }).from(accounts).orderBy(accounts.id)).map(({ id }) => id);
const account = async (id: string) => (await database.db.select().from(accounts).where(eq(accounts.id, id)))[0];
const rejected = (): Record<string, string>[] =>
  parse(readFileSync(`${file}.rejected.csv`), { columns: true, relax_column_count: false });

test('says so where CST, and not the registry, knows the dealers', async () => {
  write(['D-1,Brightwater Honda,Active,,,,,,']);
  const { code, out } = await run([file], { DATABASE_URL: database.url, CST_URL: 'https://cst.example.com' });
  expect([code, out]).toEqual([0, expect.stringContaining('CST_URL is set: dealers are looked up in CST')]);
});

describe('a file without a fault', () => {
  test('is imported; the same file again replaces what it brought', async () => {
    write([
      'P-1,Brightwater Automotive,Active,,,,,,',
      'D-1,Brightwater Honda,Cancelled,P-1,America/New_York,vinsolutions,555101,,',
      'D-2,"Old Mill, Lincoln",Active,,,,,,',
      'D-1,,,,,,,cdk,3PA0000123',
    ]);
    writeFileSync(`${file}.rejected.csv`, 'of an earlier import');
    expect(await run()).toEqual({
      code: 0,
      out: '4 lines read: 3 accounts added, 0 replaced, 0 lines rejected\n',
      err: '',
    });
    expect(existsSync(`${file}.rejected.csv`)).toBe(false);
    expect(await account('D-1')).toMatchObject({
      name: 'Brightwater Honda',
      effectiveStatus: 'Cancelled',
      parentSalesAccountId: 'P-1',
      timeZone: 'America/New_York',
      integrations: [
        { kind: 'crm', vendor: 'vinsolutions', dealerId: '555101' },
        { kind: 'dms', vendor: 'cdk', dealerId: '3PA0000123' },
      ],
    });

    write(['D-1,Brightwater Honda,Active,P-1,,,,,']);
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('0 accounts added, 1 replaced') });
    expect(await account('D-1')).toMatchObject({ effectiveStatus: 'Active', integrations: [] });
    expect(await ids()).toEqual(['D-1', 'D-2', 'P-1']);
  });

  test('names the accounts whose parent sales account nobody knows', async () => {
    write(['D-1,Brightwater Honda,Active,P-9,,,,,']);
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toContain(
      'a parent sales account that is not known, so that their DMS feeds cannot be ended: D-1 (P-9)',
    );
  });

  test.each([
    ['windows-1252', (text: string) => Buffer.from(text, 'latin1')],
    [
      'UTF-16 with tabs, as spreadsheets write it',
      (text: string) => Buffer.from(`\uFEFF${text.replaceAll(',', '\t')}`, 'utf16le'),
    ],
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ])('is read in %s', async (_encoding, encode) => {
    writeFileSync(file, encode(`${columns}\r\nD-1,Señor Ramírez Kia,Active,,,,,,\r\n`));
    expect(await run()).toMatchObject({ code: 0, err: '' });
    expect(await account('D-1')).toMatchObject({ name: 'Señor Ramírez Kia' });
  });

  test('may be long, and the lines of one account far apart', async () => {
    const dealers = Array.from({ length: 6_000 }, (_, n) => `D-${n},Dealer ${n},Active,,,elead,${n},,`);
    write([...dealers, ...dealers.map((_, n) => `D-${n},,,,,,,cdk,3PA${n}`)]);
    expect(await run()).toMatchObject({
      code: 0,
      out: expect.stringContaining('12000 lines read: 6000 accounts added'),
    });
    expect((await account('D-4321'))?.integrations).toEqual([
      { kind: 'crm', vendor: 'elead', dealerId: '4321' },
      { kind: 'dms', vendor: 'cdk', dealerId: '3PA4321' },
    ]);
  });
});

describe('a file with faults', () => {
  test('is imported without them; no account in part', async () => {
    write(['D-1,Brightwater Honda,Cancelled,,,elead,1,,']);
    await run();
    const lines = [
      'D-1,Brightwater Honda,Active,,,elead,1,,',
      'D-2,Juniper Ford,Active,,,,,,',
      'D-1,,,,,,,cdk',
      'D-3,"Maple Street Mazda,Active,,,,,,',
      'D-4,Silver Lake Buick,Active,,,,,,',
      'D-4,Silver Lake Buik,Active,,,,,,',
      'D-3,,,,,,,cdk,3PA3',
      ',,,,,,,,',
      'D-5,Canyon View GMC,Active,,Mars/Olympus,,,,',
      `D-6,${'x'.repeat(70_000)},Active,,,,,,`,
    ];
    write(lines);
    expect(await run()).toEqual({
      code: 1,
      out: `9 lines read: 1 accounts added, 0 replaced, 8 lines rejected\nThe rejected lines, each with its reason: ${file}.rejected.csv\n`,
      err: '',
    });
    expect(await ids()).toEqual(['D-1', 'D-2']);
    expect(await account('D-1')).toMatchObject({ effectiveStatus: 'Cancelled' });
    const unclosed = 'has a quote that is not closed (a field cannot hold a line break)';
    expect(rejected().map(({ line, reason }) => [line, reason])).toEqual([
      ['2', 'line 4 of the same account: has 8 fields, where the first line has 9 columns'],
      ['4', 'has 8 fields, where the first line has 9 columns'],
      ['5', unclosed],
      ['6', 'name differs in the lines 6 and 7'],
      ['7', 'name differs in the lines 6 and 7'],
      ['8', `line 5 of the same account: ${unclosed}`],
      ['10', 'time_zone: must be an IANA time zone such as America/Chicago'],
      ['11', 'is longer than 65536 bytes'],
    ]);
    expect(rejected()[2]?.text).toBe(lines[3]);
  });

  test('with more lines for one account than any has', async () => {
    write(Array.from({ length: 101 }, () => 'D-1,Kia,Active,,,,,,'));
    expect(await run()).toMatchObject({ code: 1, out: expect.stringContaining('101 lines rejected') });
    expect(rejected()[0]?.reason).toBe('account D-1 has more than 100 lines');
    expect(await ids()).toEqual([]);
  });
});

describe('what cannot be used changes nothing, and is told in one line', () => {
  const fails = async (message: string, ...given: Parameters<typeof run>) => {
    const { code, out, err } = await run(...given);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(existsSync(`${file}.rejected.csv`)).toBe(false);
  };

  test('files', async () => {
    await fails(`${file} cannot be read: ENOENT`);
    await fails(`${folder} cannot be read: EISDIR`, [folder]);
    writeFileSync(file, '');
    await fails(`${file} is empty: its first line must be ${columns}`);
    writeFileSync(file, 'dealer;name\n1;Kia\n');
    await fails('The first line has no column id, effective_status, and has unknown columns: "dealer"');
    await fails("missing required argument 'file'", []);
  });

  test('databases', async () => {
    write(['D-1,Kia,Active,,,,,,']);
    const nobody = `postgres://user:secret@127.0.0.1:${await freePort()}/none`;
    await fails('The database cannot be used: ', [file], { DATABASE_URL: nobody });
    await fails('No database: set DATABASE_URL, or run npm start first', [file], { DEALEROPS_DATA_DIR: folder });
    await fails('DATABASE_URL: env:NOWHERE is empty or not set', [file], { DATABASE_URL: 'env:NOWHERE' });
    const url = new URL(database.url);
    url.pathname = '/postgres';
    await fails('The database has no tables yet: run npm run migrate', [file], { DATABASE_URL: url.href });
  });
});

test('without DATABASE_URL it is the database of npm start', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'settings.json'), JSON.stringify({ databaseUrl: database.url, ports: {} }));
  write(['D-1,Kia,Active,,,,,,']);
  expect(await run([file], { DEALEROPS_DATA_DIR: join(folder, 'data') })).toMatchObject({ code: 0 });
  expect(await ids()).toEqual(['D-1']);
});
