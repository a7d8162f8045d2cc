import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FeedTables, feedTables, type TestRow, tableState } from '../support/feedRows.ts';

/** Two files of one dealer at the same time. */
let tables: FeedTables;
beforeAll(async () => {
  tables = await feedTables();
});
beforeEach(async () => {
  await tables.pool.query('truncate activities, contacts, feed_files, feed_rejected_rows');
});
afterAll(() => tables.close());

const rowsOf = (customers: number, prefix: string): TestRow[] =>
  Array.from({ length: 3 * customers }, (_, n) => ({
    key: `${prefix}${n}`,
    customer: n % 2 ? { number: `C${n % customers}` } : { email: `c${n % customers}@example.com` },
  }));

/** Resolves for all when so many have come. */
function meeting(of: number): () => Promise<void> {
  let come = () => {};
  const all = new Promise<void>((resolve) => {
    come = resolve;
  });
  let left = of;
  return () => {
    left -= 1;
    if (left === 0) come();
    return all;
  };
}

test('sales and service are read side by side, and make each contact once', async () => {
  const bothRead = meeting(2);
  const once = () => {
    let is = false;
    return async () => {
      if (is) return;
      is = true;
      await bothRead();
    };
  };
  const results = await Promise.all(
    (['sold_unit', 'work_order'] as const).map((type) =>
      tables.importFile(rowsOf(51, type), {
        scope: { type, importId: randomUUID() },
        batchSize: 40,
        beforeBatch: once(),
      }),
    ),
  );
  expect(results.map(({ counts }) => counts.inserted)).toEqual([153, 153]);
  const created = results.map(({ contactsCreated }) => contactsCreated).sort((a, b) => a - b);
  expect(created[0]).toBe(0);
  const { contacts } = await tableState(tables);
  expect(contacts).toHaveLength(created[1]!);
  expect(new Set(contacts.map(({ number, email }) => number ?? email)).size).toBe(contacts.length);
});

test('two files of the same activities follow one another: the later one sees what the earlier one has changed', async () => {
  const row = (amount: string): TestRow => ({ key: '1', customer: { number: 'C1' }, amount });
  const [one, two] = [row('1.00'), row('2.00')];
  await tables.importFile([one]);
  let second: ReturnType<FeedTables['importFile']> | undefined;
  const first = tables.importFile([two], {
    beforeBatch: async () => {
      // It knows the record of before, which the first one replaces meanwhile.
      second = tables.importFile([one, { key: '2' }], { scope: { importId: randomUUID() } });
      await expect
        .poll(
          async () =>
            (await tables.pool.query(`select from pg_locks where locktype = 'advisory' and not granted`)).rowCount,
        )
        .toBe(1);
    },
  });
  expect(await first).toMatchObject({ counts: { updated: 1 } });
  expect(await second!).toMatchObject({ counts: { updated: 1, inserted: 1, unchanged: 0 } });
  expect((await tableState(tables)).activities[0]).toMatchObject({ amount: '1.00' });
});

test('an import that is canceled while it waits for another one ends, and leaves nothing', async () => {
  const abort = new AbortController();
  let waiting: Promise<unknown> | undefined;
  await tables.importFile([{ key: '1' }], {
    beforeBatch: async () => {
      waiting = tables.importFile([{ key: '2' }], { signal: abort.signal }).catch((error) => error);
      await expect
        .poll(
          async () =>
            (await tables.pool.query(`select from pg_locks where locktype = 'advisory' and not granted`)).rowCount,
        )
        .toBe(1);
      abort.abort(new Error('canceled'));
      expect(await waiting).toMatchObject({ message: 'canceled' });
    },
  });
  expect((await tableState(tables)).activities).toMatchObject([{ key: '1' }]);
  // PostgreSQL notices that the client has disconnected, and cancels its wait for the lock.
  await expect
    .poll(async () => (await tables.pool.query(`select from pg_locks where locktype = 'advisory'`)).rowCount)
    .toBe(0);
});

test('an import that is canceled while rows are copied ends at once', async () => {
  const abort = new AbortController();
  const rows = rowsOf(200, 'x');
  const ended = tables.importFile(rows, {
    signal: abort.signal,
    beforeBatch: async (index) => {
      if (index === 50) abort.abort(new Error('canceled'));
    },
  });
  await expect(ended).rejects.toThrow('canceled');
  expect(tables.bulk.pool.totalCount).toBe(0);
  expect((await tableState(tables)).activities).toEqual([]);
});
