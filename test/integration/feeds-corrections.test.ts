import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listEvents } from '../../db/queries/events.ts';
import { importCorrected } from '../../db/queries/feeds/importCorrected.ts';
import { activities, feedRejectedRows } from '../../db/schema/feeds.ts';
import { badRow, type FeedTables, feedTables, tableState } from '../support/feedRows.ts';

let tables: FeedTables;
beforeAll(async () => {
  tables = await feedTables();
});
beforeEach(async () => {
  await tables.pool.query('truncate activities, contacts, feed_files, feed_rejected_rows, events');
});
afterAll(() => tables.close());

const kim = { number: 'C1' };
const good = { key: 'g', customer: kim };
const row = (key: string, amount = '1.00') => ({ key, occurredOn: '2026-01-05', customer: kim, amount });
const rejected = () => tables.db.select().from(feedRejectedRows).orderBy(feedRejectedRows.line);
const correct = async (key: string, amount?: string) => {
  const open = (await rejected()).filter(({ state }) => state === 'open');
  await tables.db.update(feedRejectedRows).set({ correction: Buffer.from('sealed') });
  return importCorrected(tables.bulk, {
    ...{ scope: tables.scope, by: 'olivia' },
    rows: open.map(({ id, version }) => ({ id, version, row: row(key, amount) })),
  });
};

test('a corrected row becomes an activity of its file and line, once, with one event', async () => {
  const { fileId } = await tables.importFile([good, badRow('x')]);
  const [before] = await rejected();
  expect(await correct('1')).toBe(1);
  const [activity] = await tables.db.select().from(activities).where(eq(activities.key, '1'));
  expect(activity).toMatchObject({ amount: '1.00', fileId, line: 3, contactRule: 'customer_number' });
  expect(await rejected()).toMatchObject([{ state: 'corrected', correctedBy: 'olivia', activityId: activity!.id }]);
  const again = { scope: tables.scope, by: 'olivia', rows: [{ id: before!.id, version: 2, row: row('2') }] };
  expect(await importCorrected(tables.bulk, again)).toBe(0);
  expect(await listEvents(tables.db, { process: 'feeds', limit: 9 })).toMatchObject([
    { subject: tables.scope.importId, by: 'olivia', action: 'Rejected rows imported', detail: '1 row' },
  ]);
});

test('its record counts as unchanged when it arrives again, and a valid row of the same key wins', async () => {
  await tables.importFile([good, badRow('x')]);
  await correct('1');
  const again = await tables.importFile([badRow('x'), good, { key: 'n' }]);
  expect(again.counts).toMatchObject({ unchanged: 2, inserted: 1, rejected: 0 });
  expect(await rejected()).toMatchObject([{ state: 'corrected' }]);
  for (let day = 1; day <= 2; day += 1) {
    const rows = [row('1', '9.00'), badRow('x'), { key: `day ${day}` }];
    expect((await tables.importFile(rows)).counts).toMatchObject({
      updated: day === 1 ? 1 : 0,
      inserted: 1,
      rejected: 0,
    });
    expect((await tableState(tables)).activities[0]).toMatchObject({ key: '1', amount: '9.00' });
  }
});

test('it counts as unchanged under a new mapping too', async () => {
  await tables.importFile([good, badRow('x')]);
  await correct('1');
  const reads = (one: object) => ('bad' in one ? row('1', '7.00') : one);
  expect((await tables.importFile([badRow('x'), good, { key: 'n' }], { version: 2, reads })).counts).toMatchObject({
    unchanged: 2,
  });
  expect((await tableState(tables)).activities[0]).toMatchObject({ key: '1', amount: '1.00' });
});

test('a correction of a row does not replace what a later file has written', async () => {
  await tables.importFile([good, badRow('x')]);
  await tables.importFile([row('1', '9.00')]);
  expect(await correct('1', '1.00')).toBe(1);
  expect((await tableState(tables)).activities).toMatchObject([{ key: '1', amount: '9.00' }, { key: 'g' }]);
  expect(await rejected()).toMatchObject([{ state: 'corrected', activityId: expect.any(BigInt) }]);
});
