import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activities, contacts, feedFiles, feedRejectedRows } from '../../db/schema/feeds.ts';
import { badRow, type FeedTables, feedTables, type TestRow, tableState } from '../support/feedRows.ts';

let tables: FeedTables;
beforeAll(async () => {
  tables = await feedTables();
});
beforeEach(async () => {
  await tables.pool.query('truncate activities, contacts, feed_files, feed_rejected_rows');
});
afterAll(() => tables.close());

const kim = { number: 'C1', email: 'kim@example.com' };
const counts = (of: Partial<Record<'inserted' | 'updated' | 'unchanged' | 'superseded' | 'rejected', number>>) => {
  const all = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, rejected: 0, ...of };
  return { read: Object.values(all).reduce((sum, one) => sum + one, 0), ...all };
};
/** Where each activity's row is stored, which changes when it is written. */
const written = async () =>
  (await tables.pool.query('select key, ctid::text, updated_at::text from activities order by key')).rows;
const rejected = () => tables.db.select().from(feedRejectedRows).orderBy(feedRejectedRows.line);

describe('rows of a file', () => {
  test('become activities with a contact, and the file a row of the ledger', async () => {
    const fileId = randomUUID();
    const row = {
      key: 'deal:1',
      occurredOn: '2026-01-10',
      customer: { ...kim, phone: '+15125550100', firstName: 'Kim', lastName: 'Example', nameKey: 'example kim' },
      ...{ amountFinanced: '25000.00', term: 120, monthlyPayment: '310.50', finalPaymentOn: '2036-01-10' },
      ...{
        vin: '1M8GDM9AXKP042788',
        stockNumber: 'A1',
        unitYear: 2026,
        unitMake: 'Jayco',
        unitModel: 'Eagle',
        unitType: 'RV',
      },
    };
    const result = await tables.importFile([row], { fileId, path: 'a_SL.csv' });
    expect(result).toMatchObject({
      ...{ fileId, state: 'imported', counts: counts({ inserted: 1 }), contactsFound: 0, contactsCreated: 1 },
    });
    const { customer, ...values } = row;
    expect(await tables.db.select().from(activities)).toMatchObject([
      {
        ...values,
        account: 'D-1',
        dms: 'ids',
        type: 'sold_unit',
        contactRule: 'created',
        contactCandidates: 0,
        fileId,
        line: 2,
      },
    ]);
    const { number, ...others } = customer;
    expect(await tables.db.select().from(contacts)).toMatchObject([
      { account: 'D-1', dms: 'ids', customerNumber: number, ...others },
    ]);
    expect(await tables.db.select().from(feedFiles)).toMatchObject([
      { id: fileId, path: 'a_SL.csv', state: 'imported', counts: counts({ inserted: 1 }), contactsCreated: 1 },
    ]);
  });

  test('with characters that COPY, NUL and encodings give a meaning of their own stay as they are, without NUL', async () => {
    const odd = 'a\\b\tc\nd\re\\N "f" \u2028 \u{1F690}';
    await tables.importFile([
      { key: '\\.', customer: { lastName: odd, nameKey: 'x' }, description: `${odd}\0` },
      { key: '\\N', customer: { lastName: '\x1e\x1f', nameKey: 'y', email: 'a\x1fb@example.com' }, unitMake: '\ud800' },
    ]);
    expect(await tableState(tables)).toMatchObject({
      activities: [
        { key: '\\.', description: odd },
        { key: '\\N', unit_make: '\ufffd' },
      ],
      contacts: expect.arrayContaining([
        expect.objectContaining({ last: odd }),
        expect.objectContaining({ name_key: 'y' }),
      ]),
    });
  });

  test('that are unchanged are not written again; a changed one is, and knows the file and line', async () => {
    const rows = [1, 2, 3].map((n) => ({ key: `deal:${n}`, customer: kim, amountFinanced: `${n}.00` }));
    await tables.importFile(rows);
    const before = await written();
    const fileId = randomUUID();
    const again = [rows[2]!, { ...rows[1]!, amountFinanced: '20.00' }, rows[0]!];
    expect(await tables.importFile(again, { fileId })).toMatchObject({ counts: counts({ unchanged: 2, updated: 1 }) });
    const after = await written();
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1].updated_at > before[1].updated_at).toBe(true);
    expect(await tables.db.select().from(activities).where(eq(activities.key, 'deal:2'))).toMatchObject([
      { amountFinanced: '20.00', fileId, line: 3 },
    ]);
    // The first record again: what was written last is what counts as known.
    expect(await tables.importFile([rows[1]!])).toMatchObject({ counts: counts({ updated: 1 }) });
  });

  test('of each kind are activities of their own', async () => {
    const row = { key: '1', customer: kim };
    await tables.importFile([row]);
    expect(await tables.importFile([row], { scope: { type: 'work_order', importId: randomUUID() } })).toMatchObject({
      ...{ counts: counts({ inserted: 1 }), contactsFound: 1, contactsCreated: 0 },
    });
  });

  test('of another import of the same dealer, DMS and kind are the same activities', async () => {
    const row = { key: '1', customer: kim };
    await tables.importFile([row]);
    expect(await tables.importFile([row], { scope: { importId: randomUUID() } })).toMatchObject({
      counts: counts({ unchanged: 1 }),
    });
  });

  test('without a date leave the activity its own', async () => {
    const row = { key: '1', customer: kim, occurredOn: '2026-01-01', isFileDate: true, amount: '1.00' };
    await tables.importFile([row]);
    await tables.importFile([{ ...row, occurredOn: '2026-02-02', amount: '2.00' }]);
    expect(await tables.db.select().from(activities)).toMatchObject([{ occurredOn: '2026-01-01', amount: '2.00' }]);
    expect(await tables.importFile([{ ...row, occurredOn: '2026-03-03', amount: '2.00' }])).toMatchObject({
      counts: counts({ unchanged: 1 }),
    });
  });

  test('that a new mapping reads to the same values are unchanged, and known by their new hash', async () => {
    const rows = [1, 2].map((n) => ({ key: `deal:${n}`, customer: kim }));
    await tables.importFile(rows);
    const before = await written();
    const times = (all: { updated_at: string }[]) => all.map(({ updated_at }) => updated_at);
    expect(await tables.importFile([...rows, badRow('x')], { version: 2 })).toMatchObject({
      counts: counts({ unchanged: 2, rejected: 1 }),
    });
    expect(times(await written())).toEqual(times(before));
    // Known now: nothing is read, as a mapping shows that would change everything.
    const reads = () => ({ key: 'deal:9' });
    expect(await tables.importFile(rows.toReversed(), { version: 2, reads })).toMatchObject({
      counts: counts({ unchanged: 2 }),
    });
  });

  test('of a whole file are imported or none', async () => {
    const failing = tables.importFile(
      [
        { key: '1', customer: kim },
        { key: '2', customer: kim, amount: '1'.repeat(20) },
      ],
      {},
    );
    await expect(failing).rejects.toThrow(/^PostgreSQL did not carry out a statement: 22003/);
    expect(await tableState(tables)).toEqual({ activities: [], contacts: [] });
    expect(await tables.db.select().from(feedFiles)).toEqual([]);
  });
});

describe('the same key twice in a file', () => {
  const [early, late] = [
    { key: '1', customer: kim, amount: '1.00' },
    { key: '1', customer: kim, amount: '2.00' },
  ];
  const other = { key: '2', customer: kim };

  test('the last line counts, and three imports of the same rows give the same table and counts that add up', async () => {
    const rows = [early, other, late];
    expect(await tables.importFile(rows)).toMatchObject({ counts: counts({ inserted: 2, superseded: 1 }) });
    const before = { state: await tableState(tables), written: await written() };
    expect(before.state.activities[0]).toMatchObject({ amount: '2.00' });
    for (const more of ['3', '4']) {
      const again = await tables.importFile([...rows, { key: more, customer: kim }]);
      expect(again).toMatchObject({ counts: counts({ inserted: 1, superseded: 1, unchanged: 2 }) });
    }
    expect((await written()).slice(0, 2)).toEqual(before.written);
  });

  test('the known one counts in a later line, and not in an earlier one', async () => {
    await tables.importFile([late]);
    expect(await tables.importFile([early, other, late])).toMatchObject({
      counts: counts({ superseded: 1, inserted: 1, unchanged: 1 }),
    });
    expect((await tableState(tables)).activities[0]).toMatchObject({ amount: '2.00' });
    expect(await tables.importFile([late, early])).toMatchObject({ counts: counts({ superseded: 1, updated: 1 }) });
    expect((await tableState(tables)).activities[0]).toMatchObject({ amount: '1.00' });
    // Known, unknown, known.
    expect(await tables.importFile([early, late, early])).toMatchObject({
      counts: counts({ superseded: 2, unchanged: 1 }),
    });
    // Known twice before another one.
    expect(await tables.importFile([early, early, late])).toMatchObject({
      counts: counts({ superseded: 2, updated: 1 }),
    });
  });

  test('an identical record twice is one superseded and one unchanged, also when it is new', async () => {
    expect(await tables.importFile([early, early])).toMatchObject({ counts: counts({ superseded: 1, inserted: 1 }) });
    expect(await tables.importFile([early, early, other])).toMatchObject({
      counts: counts({ superseded: 1, unchanged: 1, inserted: 1 }),
    });
  });

  test('a superseded row makes no contact', async () => {
    await tables.importFile([{ ...early, customer: { number: 'C9' } }, late]);
    expect((await tableState(tables)).contacts).toMatchObject([{ number: 'C1', keys: ['1'] }]);
  });
});

describe('an activity of several files', () => {
  const of = (modifiedAt: string, ...rows: TestRow[]) => tables.importFile(rows, { modifiedAt: new Date(modifiedAt) });
  const sale = (key: string, term: number): TestRow => ({ key, customer: { number: `C${key}` }, term });
  const terms = async () =>
    Object.fromEntries((await tables.db.select().from(activities)).map(({ key, term }) => [key, term]));

  test('is what the newest says, in whatever order they come', async () => {
    await of('2026-03-02T10:00:00Z', sale('a', 24), sale('b', 36));
    const older = await of('2019-01-01T10:00:00Z', sale('a', 12), sale('c', 12));
    expect(older.counts).toEqual(counts({ inserted: 1, superseded: 1 }));
    expect(await terms()).toEqual({ a: 24, b: 36, c: 12 });
    const newer = await of('2026-03-03T10:00:00Z', sale('a', 48), sale('b', 36), sale('c', 60));
    expect(newer.counts).toEqual(counts({ updated: 2, unchanged: 1 }));
    expect(await terms()).toEqual({ a: 48, b: 36, c: 60 });
  });

  test('can be changed after a file whose time is in the future', async () => {
    await of('2099-01-01T10:00:00Z', sale('a', 12));
    const next = await of(new Date(Date.now() + 60_000).toISOString(), sale('a', 24));
    expect(next.counts).toEqual(counts({ updated: 1 }));
    expect(await terms()).toEqual({ a: 24 });
  });
});

describe('rejected rows', () => {
  const good = { key: '1', customer: kim };

  test('are kept once each, encrypted, with line and reason, and know the last file that had them', async () => {
    expect(await tables.importFile([good, badRow('a'), badRow('b'), badRow('a')])).toMatchObject({
      ...{ state: 'imported', counts: counts({ inserted: 1, rejected: 3 }) },
      firstRejections: [3, 4, 5].map((line) => ({
        line,
        column: 'SoldDate',
        code: 'bad_date',
        reason: 'is not a date',
      })),
    });
    const first = await rejected();
    expect(first).toMatchObject([
      { line: 4, column: 'SoldDate', code: 'bad_date', reason: 'is not a date', state: 'open' },
      { line: 5, state: 'open' },
    ]);
    const raw = first[0]!.raw.toString();
    expect(raw.startsWith('sealed:')).toBe(true);
    expect(JSON.parse(raw.slice(7))).toEqual({
      header: ['SoldDate'],
      delimiter: ',',
      record: JSON.stringify(badRow('b')),
    });

    const fileId = randomUUID();
    expect(await tables.importFile([badRow('b'), good], { fileId })).toMatchObject({
      counts: counts({ unchanged: 1, rejected: 1 }),
    });
    const second = await rejected();
    expect(second).toMatchObject([
      { id: first[0]!.id, line: 2, fileId },
      { id: first[1]!.id, line: 5 },
    ]);
    expect(second[0]!.raw).toEqual(first[0]!.raw);
  });

  test('that a new mapping reads are closed by the import that has them again; others get their new reason', async () => {
    await tables.importFile([good, badRow('2'), badRow('3')]);
    const reads = (row: TestRow): TestRow =>
      row.bad && row.key === '2'
        ? { ...good, key: '2' }
        : row.bad
          ? { bad: { code: 'no_key', reason: 'no key' } }
          : row;
    const result = await tables.importFile([badRow('2'), badRow('3'), good], { version: 2, reads });
    expect(result).toMatchObject({ counts: counts({ inserted: 1, rejected: 1, unchanged: 1 }) });
    const [activity] = await tables.db.select().from(activities).where(eq(activities.key, '2'));
    expect(await rejected()).toMatchObject([
      { line: 2, state: 'corrected', correctedBy: 'dealerops', activityId: activity!.id },
      { line: 3, state: 'open', column: null, code: 'no_key', reason: 'no key' },
    ]);
    // The mapping may lose it again.
    await tables.importFile([badRow('2'), good], { version: 3 });
    expect(await rejected()).toMatchObject([{ line: 2, state: 'open', activityId: null }, { state: 'open' }]);
  });

  test('of many files and batches are all kept', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) =>
      n % 2 ? badRow(String(n)) : { key: String(n), customer: kim },
    );
    expect(await tables.importFile(rows, { batchSize: 250, maxRejectedShare: 0.6 })).toMatchObject({
      counts: counts({ inserted: 1_500, rejected: 1_500 }),
    });
    expect((await tables.importFile(rows.slice(1), { batchSize: 700, maxRejectedShare: 0.6 })).counts).toEqual(
      counts({ unchanged: 1_499, rejected: 1_500 }),
    );
    expect(await rejected()).toHaveLength(1_500);
  });
});

describe('a file is not imported', () => {
  const rows = (good: number, bad: number) => [
    ...Array.from({ length: good }, (_, n) => ({ key: `g${n}`, customer: kim })),
    ...Array.from({ length: bad }, (_, n) => badRow(`b${n}`)),
  ];
  const files = () => tables.db.select().from(feedFiles);

  test('when more than the share of its rows cannot be read, and at least five; the first reasons are kept', async () => {
    const result = await tables.importFile(rows(44, 6), { maxRejectedShare: 0.1 });
    expect(result).toMatchObject({ state: 'rejected', counts: counts({ rejected: 50 }) });
    expect(result.reason).toBe(
      `6 of 50 rows cannot be read. ${[46, 47, 48, 49, 50].map((line) => `line ${line}, SoldDate: is not a date`).join('; ')}`,
    );
    expect(await tableState(tables)).toEqual({ activities: [], contacts: [] });
    expect(await rejected()).toEqual([]);
    expect(await files()).toMatchObject([{ id: result.fileId, state: 'rejected', reason: result.reason }]);

    expect(await tables.importFile(rows(45, 5), { maxRejectedShare: 0.1 })).toMatchObject({ state: 'imported' });
    expect(await tables.importFile(rows(1, 4), { maxRejectedShare: 0.1 })).toMatchObject({ state: 'imported' });
  });

  test('when none of its rows can be read', async () => {
    expect(await tables.importFile(rows(0, 1), { maxRejectedShare: 1 })).toMatchObject({ state: 'rejected' });
  });

  test('and has one row in the ledger as long as it stays the same; a person can approve it', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await tables.importFile(rows(3, 6), { fileId: first, maxRejectedShare: 0.1 });
    const runId = randomUUID();
    expect(await tables.importFile(rows(3, 6), { fileId: second, runId, maxRejectedShare: 0.1 })).toMatchObject({
      ...{ state: 'rejected', fileId: first },
    });
    expect(await files()).toMatchObject([{ id: first, runId }]);
    await tables.db.update(feedFiles).set({ approvedBy: 'olivia' });
    expect(await tables.importFile(rows(3, 6), { fileId: second, maxRejectedShare: 0.1 })).toMatchObject({
      ...{ state: 'imported', fileId: second, counts: counts({ inserted: 3, rejected: 6 }) },
    });
    expect(await rejected()).toHaveLength(6);
    expect(await files()).toMatchObject([
      { id: first, state: 'rejected', approvedBy: 'olivia' },
      { id: second, state: 'imported', approvedBy: 'olivia' },
    ]);
  });

  test('when it has no rows: each time it is empty', async () => {
    for (let day = 1; day <= 2; day += 1) {
      expect(await tables.importFile([])).toMatchObject({ state: 'empty', counts: counts({}) });
      expect(await files()).toHaveLength(day);
    }
  });

  test('when its content was imported before, under whatever name; another import does not know it', async () => {
    const [before, after] = [rows(2, 1), 'renamed_SL.csv'];
    await tables.importFile(before);
    expect(await tables.importFile(before, { path: after })).toMatchObject({ state: 'known', counts: counts({}) });
    expect(await files()).toMatchObject([{ state: 'imported' }, { state: 'known', path: after }]);
    expect(await tables.importFile(before, { scope: { importId: randomUUID() } })).toMatchObject({ state: 'imported' });
  });

  test('twice by two attempts of which the first was not heard of', async () => {
    const fileId = randomUUID();
    const first = await tables.importFile(rows(2, 1), { fileId });
    const { firstRejections: _, ...result } = first;
    expect(await tables.importFile(rows(2, 1), { fileId })).toMatchObject(result);
    expect(await files()).toHaveLength(1);
  });
});

describe('a dry run', () => {
  test('counts, shows a few activities, and leaves nothing behind', async () => {
    await tables.importFile([{ key: '1', customer: kim }]);
    const before = { state: await tableState(tables), written: await written() };
    const rows = [
      { key: '1', customer: kim, amount: '1.00' },
      badRow('x'),
      ...Array.from({ length: 9 }, (_, n) => ({ key: `n${n}`, customer: { number: `N${n}` } })),
    ];
    const result = await tables.importFile(rows, { dryRun: true });
    expect(result).toMatchObject({
      ...{ state: 'imported', counts: counts({ inserted: 9, updated: 1, rejected: 1 }), contactsCreated: 9 },
      firstRejections: [{ line: 3 }],
    });
    expect(result.fileId).toBeUndefined();
    expect(
      result.sample.map(({ activity, contact }) => [activity.key, activity.amount, contact.customerNumber]),
    ).toEqual([['1', '1.00', 'C1'], ...[0, 1, 2, 3].map((n) => [`n${n}`, null, `N${n}`])]);
    expect({ state: await tableState(tables), written: await written() }).toEqual(before);
    expect(await tables.db.select().from(feedFiles)).toHaveLength(1);
    expect(await rejected()).toEqual([]);
  });

  test('of a file that would not be imported says so', async () => {
    expect(await tables.importFile([badRow('x')], { dryRun: true })).toMatchObject({ state: 'rejected' });
    expect(await tables.importFile([], { dryRun: true })).toMatchObject({ state: 'empty' });
    expect(await tables.db.select().from(feedFiles)).toEqual([]);
  });
});
