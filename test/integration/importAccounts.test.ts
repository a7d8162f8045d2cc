import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changesSince } from '../../db/queries/changes.ts';
import { listEvents } from '../../db/queries/events.ts';
import { accounts } from '../../db/schema/shared.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freePort } from '../support/freePort.ts';

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
      ['--import', 'tsx', 'bin/importAccounts.ts', ...args],
      { env: { ...rest, ...environment } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const write = (lines: string[], newline = '\n') => writeFileSync(file, [columns, ...lines, ''].join(newline));
const ids = async () =>
  (await database.db.select({ id: accounts.id }).from(accounts).orderBy(accounts.id)).map(({ id }) => id);
const account = async (id: string) => (await database.db.select().from(accounts).where(eq(accounts.id, id)))[0];
/** The lines in the file of rejected lines, without the headers there. */
const rejected = (): Record<string, string>[] =>
  parse<Record<string, string>>(readFileSync(`${file}.rejected.csv`), { columns: true, bom: true }).filter(
    ({ reason }) => reason !== 'header of the lines below',
  );

test('imports the organization at Fortellis of a dealer on CDK', async () => {
  const orgId = '00000000-0000-4000-8000-000000001404';
  const lines = [`${columns},fortellis_org_id`, `D-1,Kia,Active,,,elead,1,cdk,3PA1,${orgId}`];
  writeFileSync(file, lines.join('\n'));
  expect(await run()).toMatchObject({ code: 0 });
  expect(await account('D-1')).toMatchObject({
    integrations: [
      { kind: 'crm', vendor: 'elead', dealerId: '1' },
      { kind: 'dms', vendor: 'cdk', dealerId: '3PA1', fortellisOrgId: orgId },
    ],
  });
});

test('each account that an import changes has an event in its history, and open pages are told of it', async () => {
  write(['H-1,Kia,Active,,,elead,1,,', 'H-2,Ford,Active,,,elead,2,,']);
  await run();
  const { position } = await changesSince(database.db, undefined, []);
  write(['H-1,Kia,Cancelled,,,elead,1,,', 'H-2,Ford,Active,,,elead,2,,', 'H-3,Audi,Active,,,elead,3,,']);
  await run();
  const { changes } = await changesSince(database.db, position, []);
  expect(changes).toMatchObject({ everything: false, dealers: ['H-1', 'H-3'] });
  const ofDealer = async (dealer: string) =>
    (await listEvents(database.db, { dealer, limit: 10 })).map(({ by, action, detail }) => [by, action, detail]);
  expect(await ofDealer('H-1')).toEqual([
    ['command line', 'account changed', 'effectiveStatus: "Active" → "Cancelled"'],
    ['command line', 'account added', expect.stringContaining('name: "Kia"')],
  ]);
  expect(await ofDealer('H-2')).toHaveLength(1);
});

test('warns when CST is configured and the registry is not used', async () => {
  write(['D-1,Brightwater Honda,Active,,,,,,']);
  const { code, out } = await run([file], { DATABASE_URL: database.url, CST_URL: 'https://cst.example.com' });
  expect([code, out]).toEqual([0, expect.stringContaining('CST_URL is set: dealers are looked up in CST')]);
});

describe('a valid file', () => {
  test('is imported, and importing it again replaces the same accounts', async () => {
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
    expect(await run()).toMatchObject({
      code: 0,
      out: [
        '1 lines read: 0 accounts added, 1 replaced, 0 lines rejected',
        'Left as stored, because the file does not say (number of accounts): the time zone of 1',
        'Integrations removed, because the file has their columns and does not name them: D-1 (crm/vinsolutions, dms/cdk)',
        'To keep integrations, leave their columns out of the file\n',
      ].join('\n'),
    });
    expect(await account('D-1')).toMatchObject({
      effectiveStatus: 'Active',
      timeZone: 'America/New_York',
      integrations: [],
    });
    expect((await listEvents(database.db, { process: 'administration', limit: 1 }))[0]?.detail).toContain(
      'integrations removed from 1 accounts',
    );
    expect(await ids()).toEqual(['D-1', 'D-2', 'P-1']);
  });

  test('without columns for the integrations and the time zone leaves those of existing accounts', async () => {
    const cdk = { kind: 'dms', vendor: 'cdk', dealerId: '3PA1', fortellisOrgId: 'org-1' };
    const elead = { kind: 'crm', vendor: 'elead', dealerId: '1' };
    const first = [`${columns},fortellis_org_id`, 'D-1,Kia,Active,,America/New_York,elead,1,cdk,3PA1,org-1'];
    writeFileSync(file, first.join('\n'));
    await run();

    writeFileSync(file, 'id,name,effective_status,parent_sales_account_id\nD-1,Kia,Cancelled,\nD-2,Ford,Active,\n');
    expect(await run()).toEqual({
      code: 0,
      out: [
        '2 lines read: 1 accounts added, 1 replaced, 0 lines rejected',
        'Left as stored, because the file does not say (number of accounts): the time zone of 1, integrations of 1\n',
      ].join('\n'),
      err: '',
    });
    const kept = { timeZone: 'America/New_York', integrations: [elead, cdk] };
    expect(await account('D-1')).toMatchObject({ effectiveStatus: 'Cancelled', ...kept });
    expect(await account('D-2')).toMatchObject({ timeZone: 'America/Chicago', integrations: [] });

    const dmsOnly = 'id,name,effective_status,parent_sales_account_id,dms_vendor,dms_id';
    writeFileSync(file, `${dmsOnly}\nD-1,Kia,Cancelled,,cdk,3PA2\n`);
    expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining('integrations of 1') });
    expect((await account('D-1'))?.integrations).toEqual([elead, { ...cdk, dealerId: '3PA2' }]);
  });

  test('reports accounts with an unknown parent sales account', async () => {
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

  test('may be long, with the lines of one account far apart', async () => {
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

describe('a file with errors', () => {
  test('is imported without the wrong accounts, none of them in part', async () => {
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
      out: [
        '9 lines read: 1 accounts added, 0 replaced, 8 lines rejected',
        `The rejected lines, each with its reason: ${file}.rejected.csv`,
        'Correct its column "text" and import that file\n',
      ].join('\n'),
      err: '',
    });
    expect(await ids()).toEqual(['D-1', 'D-2']);
    expect(await account('D-1')).toMatchObject({ effectiveStatus: 'Cancelled' });
    const unclosed = 'has a quote that is not closed (a field cannot hold a line break)';
    expect(rejected().map(({ line, reason }) => [line, reason])).toEqual([
      ['2', 'line 4 of the same account: dms_id is missing for dms_vendor cdk'],
      ['4', 'dms_id is missing for dms_vendor cdk'],
      ['5', unclosed],
      ['6', 'name differs in the lines 6 and 7'],
      ['7', 'name differs in the lines 6 and 7'],
      ['8', `line 5 of the same account: ${unclosed}`],
      ['10', 'time_zone: must be an IANA time zone such as America/Chicago'],
      ['11', 'is longer than 65536 bytes'],
    ]);
    expect(rejected()[2]?.text).toBe(lines[3]);
    expect(statSync(`${file}.rejected.csv`).mode & 0o777, 'it names dealers').toBe(0o600);
  });

  test('rejects an account with too many lines', async () => {
    write(Array.from({ length: 101 }, () => 'D-1,Kia,Active,,,,,,'));
    writeFileSync(`${file}.rejected.csv.new`, 'of an import that was killed', { mode: 0o644 });
    expect(await run()).toMatchObject({ code: 1, out: expect.stringContaining('101 lines rejected') });
    expect(rejected()[0]?.reason).toBe('account D-1 has more than 100 lines');
    expect(statSync(`${file}.rejected.csv`).mode & 0o777).toBe(0o600);
    expect(await ids()).toEqual([]);
  });
});

describe('a file as people export it', () => {
  const ofCase = (name: string) => writeFileSync(file, readFileSync(`../shared/cases/${name}`));
  const accountsThere = () => database.db.select().from(accounts).orderBy(accounts.id);

  test('from Excel, with blank cells at the end of the header and of some lines', async () => {
    ofCase('accounts-excel-trailing.csv');
    expect(await run()).toMatchObject({ code: 0, err: '' });
    expect(await accountsThere()).toMatchObject([
      { id: 'D-9001', name: 'Alpha Ford', integrations: [{ kind: 'crm', vendor: 'elead', dealerId: '00123' }] },
      { id: 'D-9002', name: 'Beta Kia', integrations: [{ kind: 'crm', vendor: 'elead', dealerId: '00124' }] },
    ]);
  });

  test('of two exports joined, with a second header and a vendor in another spelling', async () => {
    ofCase('accounts-repeated-header.csv');
    const { code, out } = await run();
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('A header again, by which the lines below it were read: line 3\n'),
    ]);
    expect(await accountsThere()).toMatchObject([
      { id: 'D-9004', integrations: [{ kind: 'crm', vendor: 'reynolds', dealerId: '1' }] },
      { id: 'D-9005', integrations: [{ kind: 'crm', vendor: 'elead', dealerId: '00126' }] },
    ]);
  });

  test('with a separator line and column titles instead of names', async () => {
    ofCase('accounts-sep-line.csv');
    expect(await run()).toMatchObject({ code: 0, err: '' });
    expect(await accountsThere()).toMatchObject([
      {
        id: 'D-9003',
        effectiveStatus: 'Cancelled',
        timeZone: 'America/Chicago',
        integrations: [
          { kind: 'crm', vendor: 'elead', dealerId: '00125' },
          { kind: 'dms', vendor: 'dealervault', dealerId: 'DV1' },
        ],
      },
    ]);
  });

  test('with a second header that cannot be understood changes nothing', async () => {
    write(['D-1,Kia,Active,,,,,,', 'id,name,status', 'D-2,Ford,Active']);
    const { code, err } = await run();
    expect(code).toBe(2);
    expect(err).toContain('Line 3, a header again, has no column effective_status, parent_sales_account_id');
    expect(await ids()).toEqual([]);
  });

  test('reports the vendors without a procedure and their number of accounts', async () => {
    write([
      'D-1,Kia,Active,,,Lead Pilot,1,Dealer  Vault,2',
      'D-2,Ford,Active,,,lead pilot,1,Dealertrack,2',
      'D-3,VW,Active,,,"Reynolds & Reynolds",1,CDK Drive,2',
    ]);
    const { code, out } = await run();
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('(number of accounts): crm/lead pilot (2), dms/dealertrack (1)\n'),
    ]);
    expect((await account('D-3'))?.integrations).toMatchObject([{ vendor: 'reynolds' }, { vendor: 'cdk' }]);
  });

  test('reports IDs that differ only in case, in the file and in the registry', async () => {
    write(['U-16,Kia,Active,,,,,,']);
    await run();
    write(['u-15,Kia,Active,,,,,,', 'U-15,Kia,Active,,,,,,', 'u-16,Kia,Active,,,,,,', 'U-17,Kia,Active,,,,,,']);
    const { code, out } = await run();
    expect([code, out]).toEqual([0, expect.stringContaining('different accounts: U-15 and u-15, U-16 and u-16\n')]);
  });

  test.each([
    ['MacRoman', 0x8e, 'RenŽ Ford'],
    ['CP850', 0x82, 'Ren‚ Ford'],
    ['windows-1252', 0xe9, 'René Ford'],
  ])('reports the lines that are not UTF-8, as in %s, and how they were read', async (_encoding, byte, name) => {
    const inUtf8 = Buffer.from(`${columns}\nD-1,Señor Kia,Active,,,,,,\n`);
    const other = [Buffer.from('D-2,Ren'), Buffer.from([byte]), Buffer.from(' Ford,Active,,,,,,\n')];
    writeFileSync(file, Buffer.concat([inUtf8, ...other]));
    const { code, out } = await run();
    expect([code, out]).toEqual([0, expect.stringContaining(`(MacRoman, CP850): line 3 (${name})\n`)]);
    expect(out).toContain('These lines are not UTF-8 and were read as windows-1252');
    expect(await account('D-1')).toMatchObject({ name: 'Señor Kia' });
  });

  test.each([
    ['in a file that says that it is UTF-8', '\uFEFF', 'D-2,Ren'],
    ['beside characters that are UTF-8', '', 'D-2,Señor Ren'],
  ])('rejects a line with damaged UTF-8, %s', async (_where, mark, begin) => {
    const before = Buffer.from(`${mark}${columns}\nD-1,Señor Kia,Active,,,,,,\n${begin}`);
    writeFileSync(file, Buffer.concat([before, Buffer.from([0xe9]), Buffer.from(' Ford,Active,,,,,,\n')]));
    const { code, out } = await run();
    expect([code, out]).toEqual([1, expect.stringContaining('1 accounts added, 0 replaced, 1 lines rejected')]);
    expect(readFileSync(`${file}.rejected.csv`, 'utf8')).toContain('"3","mixes UTF-8 with bytes that are not UTF-8: ');
    expect(await account('D-2')).toBeUndefined();
  });

  test('imports windows-1252 whose bytes look like UTF-8 in one place', async () => {
    const bytes = [Buffer.from(`${columns}\nD-1,REN`), Buffer.from([0xc9, 0x92]), Buffer.from('S CAF')];
    writeFileSync(file, Buffer.concat([...bytes, Buffer.from([0xc9]), Buffer.from(',Active,,,,,,\n')]));
    const { code, out } = await run();
    expect([code, out]).toEqual([0, expect.stringContaining('line 2 (RENÉ’S CAFÉ)\n')]);
    expect(await account('D-1')).toMatchObject({ name: 'RENÉ’S CAFÉ' });
  });

  test('has a bounded report, however long the file is', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => [`D-${n},Ren\xe9,Active,,,crm${n}x,1,,`, columns].join('\n'));
    writeFileSync(file, Buffer.from([columns, ...lines].join('\n'), 'latin1'));
    const { out } = await run();
    expect(out).toContain(
      'lines 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41 and 10 more',
    );
    expect(out).toContain('40 (René) and 10 more');
    expect(out.match(/crm\/crm\d+x \(1\)/g)).toHaveLength(20);
  });
});

describe('identifiers as spreadsheets damage them', () => {
  const { cases } = JSON.parse(readFileSync('../shared/cases/identifiers.json', 'utf8')) as {
    cases: { value: string; do: 'reject' | 'clean' | 'keep'; to?: string; where?: string }[];
  };
  const vendorOf = (where?: string) => (where === 'VinSolutions dealer ID' ? 'vinsolutions' : 'elead');
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

  test('are cleaned, or rejected with column and reason', async () => {
    write(cases.map(({ value, where }, n) => `D-${n},Kia,Active,,,${vendorOf(where)},${quoted(value)},,`));
    await run();
    for (const [n, { value, do: what, to }] of cases.entries()) {
      const kept = (await account(`D-${n}`))?.integrations[0]?.dealerId;
      expect([value, kept]).toEqual([value, what === 'reject' ? undefined : (to ?? value)]);
    }
    const reasons = rejected().map(({ line, reason }) => [line, reason]);
    const wrong = cases.flatMap(({ value, do: what }, n) => (what === 'reject' ? [[String(n + 2), value]] : []));
    expect(reasons).toEqual(
      wrong.map(([line, value]) => [line, expect.stringContaining(`crm_id: is ${JSON.stringify(value)}: `)]),
    );
  });

  test('are cleaned or rejected in every ID column', async () => {
    write([
      '5.55E+11,Kia,Active,,,,,,',
      'D-2,Kia,Active,TRUE,,,,,',
      'D-3,Kia,Active,,,,,cdk,1/2/2026',
      '="D-4",Kia,Active,="P-4",,,,cdk,="3PA4"',
    ]);
    await run();
    expect(rejected().map(({ reason }) => reason?.split(': ')[0])).toEqual(['id', 'parent_sales_account_id', 'dms_id']);
    expect(await account('D-4')).toMatchObject({ parentSalesAccountId: 'P-4', integrations: [{ dealerId: '3PA4' }] });
  });
});

test('the file of rejected lines has no formulas, and can be corrected and imported', async () => {
  writeFileSync(
    file,
    [
      'name;id;effective_status;parent_sales_account_id;crm_vendor;crm_id',
      `=HYPERLINK("http://example.com")&A1;D-1;Active;;;`,
      '="Kia";D-2;Active;;elead;#REF!',
      '@SUM(1);D-3;Active;;elead;5,999',
      "'=Ford;D-4;Activ\u0007;;;",
      columns,
      'D-5,VW,Active,P-1,Mars/Olympus,,,,',
    ].join('\n'),
  );
  expect(await run()).toMatchObject({ code: 1 });
  const rejectedFile = `${file}.rejected.csv`;
  const text = readFileSync(rejectedFile, 'utf8');
  for (const cell of parse(text, { bom: true }).flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);

  writeFileSync(
    rejectedFile,
    text
      .replace('=HYPERLINK(""http://example.com"")&A1', '=One & Only')
      .replace('elead;#REF!', 'elead;=""007""')
      .replace('elead;5,999', 'elead;5999')
      .replace('Activ\u0007', 'Active')
      .replace('Mars/Olympus', 'America/Denver'),
  );
  expect(await run([rejectedFile])).toMatchObject({
    code: 0,
    out: expect.stringContaining('5 lines read: 5 accounts added'),
  });
  const there = await database.db.select().from(accounts).orderBy(accounts.id);
  expect(there.map(({ id, name, timeZone, integrations }) => [id, name, timeZone, integrations[0]?.dealerId])).toEqual([
    ['D-1', '=One & Only', 'America/Chicago', undefined],
    ['D-2', 'Kia', 'America/Chicago', '007'],
    ['D-3', '@SUM(1)', 'America/Chicago', '5999'],
    ['D-4', '=Ford', 'America/Chicago', undefined],
    ['D-5', 'VW', 'America/Denver', undefined],
  ]);
});

describe('an unusable argument changes nothing and is reported in one line', () => {
  const fails = async (message: string, ...given: Parameters<typeof run>) => {
    const { code, out, err } = await run(...given);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(existsSync(`${file}.rejected.csv`)).toBe(false);
  };

  test('files', async () => {
    await fails(`There is no file ${file}`);
    await fails(`${folder} cannot be read: EISDIR`, [folder]);
    writeFileSync(file, '');
    await fails(`${file} is empty: its first line must be ${columns}`);
    writeFileSync(file, 'dealer;name\n1;Kia\n');
    await fails(
      'The first line has no column id, effective_status, parent_sales_account_id, and has unknown columns: "dealer"',
    );
    await fails("missing required argument 'file'", []);
  });

  test('databases', async () => {
    write(['D-1,Kia,Active,,,,,,']);
    const nobody = `postgres://user:secret@127.0.0.1:${await freePort()}/none`;
    await fails('PostgreSQL does not answer at ', [file], { DATABASE_URL: nobody });
    await fails('No database: set DATABASE_URL, or run npm start first', [file], { DEALEROPS_DATA_DIR: folder });
    await fails('or set DEALEROPS_DATA_DIR as for npm start', [file], { DEALEROPS_DATA_DIR: folder });
    await fails('DATABASE_URL: env:NOWHERE is empty or not set', [file], { DATABASE_URL: 'env:NOWHERE' });
    const url = new URL(database.url);
    url.pathname = '/postgres';
    await fails('The database has no tables yet: run npm run migrate', [file], { DATABASE_URL: url.href });
  });
});

test('without DATABASE_URL the database of npm start is used', async () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'settings.json'), JSON.stringify({ databaseUrl: database.url, ports: {} }));
  write(['D-1,Kia,Active,,,,,,']);
  expect(await run([file], { DEALEROPS_DATA_DIR: join(folder, 'data') })).toMatchObject({ code: 0 });
  expect(await ids()).toEqual(['D-1']);
});
