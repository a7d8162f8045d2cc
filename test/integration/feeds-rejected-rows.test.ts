import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { listEvents } from '../../db/queries/events.ts';
import { activities, feedRejectedRows } from '../../db/schema/feeds.ts';
import { feedOf } from '../support/feeds.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ bulkWorker: true, secondLookMs: 50 });

interface Row {
  id: string;
  line: number;
  path: string;
  column: string | null;
  state: string;
  cells: { column: string; value: string; correction: string | null }[] | null;
  cellsMissing: string | null;
  isCorrected: boolean;
  correctedBy: string | null;
  activityId: string | null;
  version: number;
}
interface Refused {
  type: string;
  detail: string;
  errors: { path: string; message: string }[];
}

const header = 'DealNumber,SoldDate,Amount.Financed,Term,CustomerFirst,CustomerLast,Email';
const good = (deal: number) => `${deal},1/5/2026,,,Lee,Example,lee@example.com`;
const lines = [
  header,
  good(1),
  '2,soon,"25,000.00",60,Kim,Example,kim@example.com',
  good(3),
  '4,1/6/2026,,,Ana,Example,ana@example.com,left over',
];
const content = `${lines.join('\r\n')}\r\n`;

async function imported() {
  const feed = await feedOf(service);
  feed.put('a_SL.csv', content);
  expect(await feed.run()).toMatchObject({ outcome: 'imported' });
  const at = `/v1/feeds/imports/${feed.id}/rejected-rows`;
  const list = async (query = '', who: 'finn' | 'reader' = 'finn') =>
    (await api.get<{ rows: Row[]; nextCursor: string }>(who, `${at}${query}`)).body;
  const correct = <T = Row>(row: Row, cells: object, version = row.version) =>
    api.call<T>('finn', 'PUT', `/v1/feeds/rejected-rows/${row.id}/correction`, { body: { version, cells } });
  const importRows = (body: object = {}, key: string = randomUUID()) =>
    api.post<{ result: object }>('finn', `${at}/import`, body, { 'idempotency-key': key });
  return { feed, list, correct, importRows };
}

it('are listed with their reason; their cells only to those who may see them', async () => {
  const { feed, list } = await imported();
  const { rows } = await list();
  expect(rows).toMatchObject([
    { line: 3, column: 'SoldDate', code: 'bad_date', state: 'open', isCorrected: false, path: expect.any(String) },
    { line: 5, column: null, code: 'too_many_cells' },
  ]);
  expect(rows[0]!.cells).toContainEqual({ column: 'Email', value: 'kim@example.com', correction: null });
  expect(rows[1]!.cells!.at(-1)).toEqual({ column: 'Column 8', value: 'left over', correction: null });
  const others = await list('', 'reader');
  expect(others.rows).toMatchObject([{ cells: null, cellsMissing: expect.stringContaining('contacts:read') }, {}]);
  expect(JSON.stringify(others)).not.toContain('example.com');
  const first = await list('?limit=1');
  expect(first.rows.map(({ id }) => id)).toEqual([rows[0]!.id]);
  expect(await list(`?limit=1&cursor=${first.nextCursor}`)).toMatchObject({ rows: [{ id: rows[1]!.id }] });
  expect((await list('?state=corrected')).rows).toEqual([]);
  const [run] = await feed.runs();
  expect((await list(`?run=${run!.id}`)).rows).toHaveLength(2);
  expect((await list(`?run=${randomUUID()}`)).rows).toEqual([]);
  expect((await api.get<Row>('reader', `/v1/feeds/rejected-rows/${rows[0]!.id}`)).body).toMatchObject({ line: 3 });
  expect((await api.get('reader', `/v1/feeds/rejected-rows/${randomUUID()}`)).status).toBe(404);
});

it('are kept as corrected only when they can be read, and each time by one person', async () => {
  const { list, correct } = await imported();
  const row = (await list()).rows[0]!;
  const wrong = await correct<Refused>(row, { SoldDate: 'tomorrow' });
  expect(wrong).toMatchObject({ status: 422, body: { type: '/problems/invalid-request' } });
  expect(wrong.body.errors).toEqual([{ path: '/cells/SoldDate', message: expect.stringContaining('SoldDate') }]);
  const several = await correct<Refused>(row, { SoldDate: '1/7/2026', Term: 'long', 'Amount.Financed': 'much' });
  expect(several.body.errors.map(({ path }) => path)).toEqual(['/cells/Amount.Financed']);
  const unknown = await correct<Refused>(row, { 'Sold/Date': '1/7/2026' });
  expect(unknown.body.errors).toEqual([{ path: '/cells/Sold~1Date', message: 'is not a column of the file' }]);
  expect(unknown.body.detail).toBe('The row cannot be read with these values: the file has no column "Sold/Date".');
  expect((await list()).rows[0]).toEqual(row);

  const kept = await correct(row, { SoldDate: '1/7/2026', CustomerFirst: 'Kimberly' });
  expect(kept).toMatchObject({
    status: 200,
    body: { isCorrected: true, correctedBy: 'finn', state: 'open', version: 2 },
  });
  expect(kept.body.cells).toContainEqual({ column: 'SoldDate', value: 'soon', correction: '1/7/2026' });
  expect(await correct(row, { SoldDate: '1/8/2026' })).toMatchObject({
    status: 409,
    body: { type: '/problems/conflict' },
  });
});

it('are imported one by one or all, once; the same file later changes nothing', async () => {
  const { feed, list, correct, importRows } = await imported();
  const [first, second] = (await list()).rows;
  expect((await importRows()).body.result).toEqual({ imported: 0, stillRejected: 2 });
  await correct(first!, { SoldDate: '1/7/2026', CustomerFirst: 'Kimberly' });
  await correct(second!, {});
  const key = randomUUID();
  const one = await importRows({ ids: [first!.id] }, key);
  expect(one).toMatchObject({ status: 202, body: { result: { imported: 1, stillRejected: 0 } } });
  expect((await importRows({ ids: [first!.id] }, key)).headers['idempotency-replayed']).toBe('true');
  expect((await list()).rows.map(({ id }) => id)).toEqual([second!.id]);
  expect((await importRows()).body.result).toEqual({ imported: 1, stillRejected: 0 });
  const { rows } = await list('?state=corrected');
  expect(rows).toMatchObject([
    { id: first!.id, correctedBy: 'finn', activityId: expect.any(String) },
    { id: second!.id },
  ]);
  expect(await correct(rows[0]!, { SoldDate: '1/9/2026' })).toMatchObject({ status: 409 });

  const { account } = feed.row;
  const stored = await service.db.select().from(activities).where(eq(activities.account, account));
  expect(stored.find(({ key: its }) => its === 'deal:2')).toMatchObject({
    occurredOn: '2026-01-07',
    line: 3,
    term: 60,
  });
  expect(stored).toHaveLength(4);
  feed.put('again_SL.csv', `${content}${good(5)}\r\n`);
  await feed.run();
  expect((await feed.runs()).at(-1)!.counts).toMatchObject({ read: 5, inserted: 1, unchanged: 4, rejected: 0 });
});

it('leave nothing personal in the audit trail, and nothing readable in the table', async () => {
  const { feed, list, correct, importRows } = await imported();
  await correct((await list()).rows[0]!, { SoldDate: '1/7/2026', Email: 'kimberly@example.com' });
  await importRows();
  const events = await listEvents(service.db, { process: 'feeds', subject: feed.id, limit: 9 });
  expect(events).toMatchObject([
    { action: 'Rejected rows imported', by: 'finn', detail: '1 row' },
    { action: 'Rejected row corrected', by: 'finn', detail: 'line 3: SoldDate, Email' },
  ]);
  const [row] = await service.db.select().from(feedRejectedRows).where(eq(feedRejectedRows.importId, feed.id));
  for (const sealed of [row!.raw, row!.correction!]) expect(sealed.includes('example.com')).toBe(false);
});

it('are not imported any more when their import has ended', async () => {
  const { feed, importRows } = await imported();
  await feed.change({ state: 'ended' });
  expect(await importRows()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('has ended') } });
});

it('are reported by a dry run, with what would be; nothing is kept but the report, encrypted', async () => {
  const feed = await feedOf(service);
  feed.put('a_SL.csv', content);
  feed.put('b_SL.csv', 'WONumber,RO.Amount\r\nW1,20\r\n');
  expect(await feed.run('dry_run')).toMatchObject({ outcome: 'imported' });
  const [run] = await feed.runs();
  expect(run!.report!.includes('lee@example.com')).toBe(false);
  const seenBy = async (who: 'finn' | 'reader') => (await api.get<object>(who, `/v1/feeds/runs/${run!.id}`)).body;
  const activity = { type: 'sold_unit', occurredOn: '2026-01-05', isCashPurchase: true, contactRule: 'created' };
  const counts = { read: 4, inserted: 2, rejected: 2 };
  const rejections = [
    { line: 3, column: 'SoldDate', code: 'bad_date', reason: expect.any(String) },
    { line: 5, column: null, code: 'too_many_cells', reason: expect.any(String) },
  ];
  expect(await seenBy('finn')).toMatchObject({
    ...{ outcome: 'imported', counts, contactsCreated: 1, files: [], reportMissing: null },
    report: {
      files: [
        {
          ...{ path: `${feed.row.directory}a_SL.csv`, state: 'imported', counts, rejections, contactsCreated: 1 },
          sample: [{ ...activity, contact: { firstName: 'Lee', email: 'lee@example.com' } }, activity],
        },
        { path: `${feed.row.directory}b_SL.csv`, state: 'other_kind', rejections: [], sample: [] },
      ],
    },
  });
  const others = await seenBy('reader');
  expect(others).toMatchObject({ report: { files: [{ rejections, sample: null }, {}] } });
  expect(JSON.stringify(others)).not.toContain('example.com');
  expect(await service.db.$count(activities, eq(activities.account, feed.row.account))).toBe(0);
});
