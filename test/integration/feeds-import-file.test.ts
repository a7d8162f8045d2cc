import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { eq, sql } from 'drizzle-orm';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpoolFile } from '../../activities/feeds/spool.ts';
import { activities, contacts, feedRejectedRows, feedRuns, type RunProgress } from '../../db/schema/feeds.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { feedRunId } from '../../domain/feeds/runIds.ts';
import type { ListedFile } from '../../domain/feeds/runs.ts';
import { feedOf } from '../support/feeds.ts';
import { startService, type TestService } from '../support/service.ts';
import { importFile, removeFile } from '../support/takeFile.ts';

/** The whole way of a file: from the SFTP server to activities and contacts. */
let service: TestService;
beforeAll(async () => {
  service = await startService({ bulkWorker: true, secondLookMs: 100 });
});
afterAll(() => service.close());

const header =
  'CustomerNumber,CustomerFirst,CustomerLast,Email,VIN,SoldDate,Amount.Financed,Term,Monthly Payment,LastPayment';
const rows = [
  'C1,Kim,Example,kim@example.com,1HGBH41JXMN109186,1/10/2030,"25,000.00",120,310.50,1/10/2040',
  'C2,Ana,Sample,ana@example.com,1M8GDM9AXKP042788,1/11/2030,,,,',
  'C3,Bo,Test,bo@example.com,,31/31/2030,1,2,3,',
];
const file = (...lines: string[]) => [header, ...lines, ''].join('\r\n');

type Feed = Awaited<ReturnType<typeof feedOf>>;

/** Imports one file without a run's workflow. */
const imported = (
  feed: Feed,
  of: ListedFile,
  {
    runId = randomUUID(),
    environment = new MockActivityEnvironment(),
  }: { runId?: string; environment?: MockActivityEnvironment } = {},
) => importFile(environment, service.outside, { importId: feed.id, runId, file: of });

const activitiesOf = (importId: string) =>
  service.db.select().from(activities).where(eq(activities.importId, importId)).orderBy(activities.occurredOn);

/** All rows of the tables that an import writes, with the times at which they were written. */
async function tablesOf(feed: Feed) {
  const { db } = service;
  return Promise.all([
    activitiesOf(feed.id),
    db.select().from(contacts).where(eq(contacts.account, feed.row.account)).orderBy(contacts.id),
    db.select().from(feedRejectedRows).where(eq(feedRejectedRows.importId, feed.id)),
  ]);
}

it('a file becomes activities of contacts, keeps its rejected row, and is deleted on the server', async () => {
  const feed = await feedOf(service, { account: 'F-way-1', maxRejectedShare: 0.5 });
  feed.put('day1_SL.csv', file(...rows));
  expect(await feed.run()).toMatchObject({ outcome: 'imported' });
  const [financed, cash] = await activitiesOf(feed.id);
  expect(financed).toMatchObject({
    type: 'sold_unit',
    amountFinanced: '25000.00',
    term: 120,
    finalPaymentOn: '2040-01-10',
  });
  expect(cash).toMatchObject({ amountFinanced: null, occurredOn: '2030-01-11', contactRule: 'created' });
  const people = await service.db.select().from(contacts).where(eq(contacts.account, 'F-way-1'));
  expect(people.map(({ email }) => email).sort()).toEqual(['ana@example.com', 'kim@example.com']);
  const [rejected, ...others] = await service.db
    .select()
    .from(feedRejectedRows)
    .where(eq(feedRejectedRows.importId, feed.id));
  expect(others).toEqual([]);
  expect(rejected).toMatchObject({ line: 4, column: 'SoldDate' });
  const raw = service.outside.cipher.decrypt(rejected!.raw).toString();
  expect(raw).toContain('bo@example.com');
  expect(rejected!.raw.includes('bo@example.com')).toBe(false);
  expect(feed.left()).toEqual([]);
  const [ledger] = await feed.files();
  expect(ledger).toMatchObject({
    state: 'imported',
    counts: { read: 3, inserted: 2, rejected: 1 },
    removalProblem: null,
  });
  expect(ledger!.removedAt).not.toBeNull();
  expect(await readdir(service.outside.feeds.spoolDir!)).toEqual([]);
});

it('the same content under another name counts once, and is deleted too', async () => {
  const feed = await feedOf(service, { account: 'F-way-2' });
  feed.put('a_SL.csv', file(...rows.slice(0, 2)));
  await feed.run();
  const before = await activitiesOf(feed.id);
  feed.put('b_SL.csv', file(...rows.slice(0, 2)), new Date('2020-01-01'));
  await feed.run();
  expect(await activitiesOf(feed.id)).toEqual(before);
  expect((await feed.files()).map(({ path, state }) => [path.slice(-8), state])).toEqual([
    ['a_SL.csv', 'imported'],
    ['b_SL.csv', 'known'],
  ]);
  expect(feed.left()).toEqual([]);
});

it('files of the other feed, of both or of neither, and a dry run leave all as it is', async () => {
  const feed = await feedOf(service, { account: 'F-way-3' });
  feed.put('service_SL.csv', 'WONumber,RO.Amount,Email\r\n1,2.00,kim@example.com\r\n');
  feed.put('both_SL.csv', 'WONumber,SoldDate,Amount.Financed,Email\r\n1,1/1/2030,2.00,kim@example.com\r\n');
  feed.put('missing_SL.csv', 'SoldDate,Email\r\n1/1/2030,kim@example.com\r\n');
  feed.put('good_SL.csv', file(rows[0]!));
  expect((await feed.run('dry_run')).outcome).toBe('needs_person');
  expect(await activitiesOf(feed.id)).toEqual([]);
  expect(await feed.files()).toEqual([]);
  expect((await feed.run()).outcome).toBe('needs_person');
  expect(feed.left()).toEqual(['both_SL.csv', 'missing_SL.csv', 'service_SL.csv']);
  const states = Object.fromEntries((await feed.files()).map(({ path, state }) => [path.split('/').at(-1), state]));
  expect(states).toEqual({
    'service_SL.csv': 'other_kind',
    'both_SL.csv': 'set_aside',
    'missing_SL.csv': 'rejected',
    'good_SL.csv': 'imported',
  });
  await feed.task('feed-files-set-aside');
  await feed.task('feed-file-rejected');
});

it.each([[1], [50], [99]])(
  'a connection that is cut at $0 percent of a file is continued, and the file is imported once, whole',
  async (percent) => {
    const feed = await feedOf(service, { account: `F-cut-${percent}` });
    const many = Array.from(
      { length: 20_000 },
      (_, n) => `C${n},Kim,Example,k${n}@example.com,,1/10/2030,100.00,12,9.00,1/10/2031`,
    );
    feed.put('big_SL.csv', file(...many));
    service.sandbox.faults.sftp.next.push({ cutAt: percent / 100 });
    expect(await feed.run()).toMatchObject({ outcome: 'imported' });
    expect(service.sandbox.faults.sftp.next).toEqual([]);
    const [run] = await feed.runs();
    expect(run!.counts).toMatchObject({ read: 20_000, inserted: 20_000, rejected: 0 });
  },
);

it('a file of which a required column is missing is rejected before anything is written', async () => {
  const feed = await feedOf(service, { account: 'F-way-5', maxRejectedShare: 1 });
  feed.put('day1_SL.csv', file(...rows));
  await feed.run();
  const before = await tablesOf(feed);
  expect(before.map(({ length }) => length)).toEqual([2, 2, 1]);
  const without = (line: string) => line.replace(/Amount\.Financed,|"25,000\.00",|(?<=\/2030),/, '');
  feed.put(
    'day2_SL.csv',
    [header, ...rows]
      .map((line) => `${without(line)}\r\n`)
      .join('')
      .replaceAll('example.com', 'example.org'),
  );
  expect((await feed.run()).outcome).toBe('needs_person');
  expect((await feed.files()).at(-1)).toMatchObject({
    ...{ state: 'rejected', counts: noRows },
    reason: expect.stringContaining('no column Amount.Financed'),
  });
  expect(await tablesOf(feed)).toEqual(before);
});

it('the same rows are the same table in every encoding: unchanged, and not written again', async () => {
  const feed = await feedOf(service, { account: 'F-way-6' });
  const text = file(...rows.slice(0, 2).map((row) => row.replace('Example', 'Müller').replace('Sample', 'Peña')));
  const encoded: [string, Buffer][] = [
    ['windows-1252', iconv.encode(text, 'windows-1252')],
    ['utf-8', Buffer.from(text)],
    ['utf-8 with BOM', Buffer.from(`\ufeff${text}`)],
    ['utf-16le with BOM', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be with BOM', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ];
  let first: Awaited<ReturnType<typeof tablesOf>> | undefined;
  for (const [index, [name, content]] of encoded.entries()) {
    feed.put('a_SL.csv', content);
    await feed.run();
    const { counts } = (await feed.runs()).at(-1)!;
    expect([name, counts]).toEqual([name, { ...noRows, read: 2, [index === 0 ? 'inserted' : 'unchanged']: 2 }]);
    const now = await tablesOf(feed);
    first ??= now;
    expect([name, now]).toEqual([name, first]);
  }
  expect(first![1].map(({ lastName }) => lastName).sort()).toEqual(['Müller', 'Peña']);
});

it('a file that grows while it is looked at is imported once, whole', async () => {
  const feed = await feedOf(service);
  const row = (n: number) => `C${n},Kim,Example,k${n}@example.com,,1/10/2030,100.00,12,9.00,1/10/2031\r\n`;
  feed.put('a_SL.csv', `${header}\r\n${row(0)}`);
  const { seen } = service.sandbox.sftp;
  const before = seen.connections;
  const run = await feed.start();
  let rowsOfAll = 1;
  while (seen.connections < before + 5) {
    appendFileSync(join(feed.folder, 'a_SL.csv'), row(rowsOfAll));
    rowsOfAll += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await run.result()).toEqual({ outcome: 'imported' });
  expect(await feed.files()).toMatchObject([{ counts: { ...noRows, read: rowsOfAll, inserted: rowsOfAll } }]);
  expect(await activitiesOf(feed.id)).toHaveLength(rowsOfAll);
  expect(feed.left()).toEqual([]);
});

it('a file is moved after its commit where the import says so, and not taken again', async () => {
  const moveTo = 'F-way-7/taken/';
  const feed = await feedOf(service, { directory: 'F-way-7/IDS/', deleteFromServer: false, moveTo });
  const folder = join(service.sandbox.sftp.folder, moveTo);
  mkdirSync(folder);
  feed.put('a_SL.csv', file(...rows.slice(0, 2)));
  expect(await feed.run()).toEqual({ outcome: 'imported' });
  expect([feed.left(), readdirSync(folder)]).toEqual([[], ['a_SL.csv']]);
  const [moved] = await feed.files();
  expect(moved).toMatchObject({ state: 'imported', removedAt: expect.any(Date), removalProblem: null });
  expect(await feed.run()).toEqual({ outcome: 'no_files' });
  expect(await feed.files()).toEqual([moved]);
});

it('a backfill takes the files of the folder that it is given, and leaves those of the import’s own', async () => {
  const feed = await feedOf(service);
  const directory = `${feed.id}/2025/`;
  const folder = join(service.sandbox.sftp.folder, directory);
  mkdirSync(folder);
  writeFileSync(join(folder, 'old_SL.csv'), file(rows[0]!));
  feed.put('own_SL.csv', file(rows[1]!));
  expect(await feed.run('backfill', { directory })).toEqual({ outcome: 'imported' });
  expect(await feed.files()).toMatchObject([{ path: `${directory}old_SL.csv`, state: 'imported' }]);
  expect(await activitiesOf(feed.id)).toMatchObject([{ occurredOn: '2030-01-10' }]);
  expect([readdirSync(folder), feed.left()]).toEqual([[], ['own_SL.csv']]);
});

it('shows how far an import is, in heartbeats and in the row of its run', async () => {
  const feed = await feedOf(service);
  feed.put('a_SL.csv', file(...rows.slice(0, 2)));
  // Maintenance ends the row of a run whose workflow is not running.
  const workflowId = `feeds/import/${feed.id}/${randomUUID()}`;
  const start = { workflowId, taskQueue: 'without-worker', args: [] };
  const { firstExecutionRunId } = await service.client.workflow.start('importFeed', start);
  const runId = feedRunId(workflowId, firstExecutionRunId);
  const run = { id: runId, importId: feed.id, importVersion: 1, workflowId, counts: noRows };
  await service.db.insert(feedRuns).values({ ...run, trigger: 'manual' });
  const environment = new MockActivityEnvironment();
  const beats: RunProgress[] = [];
  environment.on('heartbeat', (beat: RunProgress) => beats.push(beat));
  const of = feed.listed('a_SL.csv');
  expect((await imported(feed, of, { runId, environment })).state).toBe('imported');
  const [path, all] = [of.path, of.size];
  const [atBegin, atEnd] = [
    { bytes: 0, rows: 0 },
    { bytes: all, rows: 2 },
  ];
  expect(beats[0]).toMatchObject({ file: path, stage: 'download', totalBytes: all, ...atBegin });
  expect(beats.find(({ stage }) => stage === 'read')).toMatchObject({ file: path, totalBytes: all, ...atBegin });
  expect(beats.at(-1)).toMatchObject({ file: path, stage: 'save', totalBytes: all, ...atEnd });
  expect([...new Set(beats.map(({ stage }) => stage))]).toEqual(['download', 'read', 'match', 'save']);
  const [kept] = await feed.runs();
  expect(kept!.progress).toMatchObject({ file: path, stage: 'save', totalBytes: all, ...atEnd });
});

it('a file of more than 10 GB is set aside without a connection', async () => {
  const feed = await feedOf(service);
  feed.put('a_SL.csv', file(rows[0]!));
  const { connections } = service.sandbox.sftp.seen;
  const huge = { ...feed.listed('a_SL.csv'), size: 11 * 2 ** 30 };
  expect(await imported(feed, huge)).toMatchObject({ state: 'set_aside', reason: expect.stringContaining('10 GB') });
  expect(service.sandbox.sftp.seen.connections).toBe(connections);
  expect(await feed.files()).toMatchObject([{ size: huge.size, state: 'set_aside' }]);
});

describe('a file that changes after it was listed', () => {
  const first = file(...rows.slice(0, 2));
  const other = file(...rows.slice(0, 2).map((row) => row.replace('example.com', 'example.org')));
  const path = (feed: Feed) => join(feed.folder, 'a_SL.csv');

  it.each<[string, (feed: Feed) => void, { of: string; inserted: number }]>([
    ['renamed', (feed) => renameSync(path(feed), join(feed.folder, 'b_SL.csv')), { of: 'b_SL.csv', inserted: 2 }],
    ['replaced by one of the same size', (feed) => feed.put('a_SL.csv', other), { of: 'a_SL.csv', inserted: 2 }],
    ['replaced by one of neither feed', (feed) => feed.put('a_SL.csv', 'Email\r\n'), { of: 'a_SL.csv', inserted: 0 }],
    ['truncated', (feed) => truncateSync(path(feed), first.indexOf('C2,')), { of: 'a_SL.csv', inserted: 1 }],
    ['truncated to nothing', (feed) => truncateSync(path(feed)), { of: 'a_SL.csv', inserted: 0 }],
  ])('%s, is not taken as it was, but as it is now by the next run', async (_, change, { of, inserted }) => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', first, new Date('2026-01-01'));
    const listed = feed.listed('a_SL.csv');
    change(feed);
    const { state } = await imported(feed, listed);
    expect([state, await feed.files(), await activitiesOf(feed.id)]).toEqual(['not_taken', [], []]);
    await feed.run();
    expect(await feed.files()).toMatchObject([{ path: `${feed.row.directory}${of}`, counts: { inserted } }]);
    expect(await activitiesOf(feed.id)).toHaveLength(inserted);
  });
});

it('a file with more rejected rows than can be kept is not imported, whatever share of them is allowed', async () => {
  const feed = await feedOf(service, { account: 'F-way-4', maxRejectedShare: 1 });
  const unknown = Array.from({ length: 5_000 }, (_, n) => `Unknown ${n}`);
  feed.put('a_SL.csv', `SoldDate,Amount.Financed,${unknown.join(',')}\n${'soon,1.00\n'.repeat(6_000)}`);
  expect((await feed.run()).outcome).toBe('needs_person');
  const { content } = await feed.task('feed-file-rejected');
  expect(JSON.stringify(content)).toMatch(/More rows cannot be read than can be kept/);
  const kept = await service.db.select().from(feedRejectedRows).where(eq(feedRejectedRows.importId, feed.id));
  expect(kept).toEqual([]);
});

it('continues with what a process that was killed has downloaded, and not with what another one uses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spool-'));
  try {
    const first = await SpoolFile.open(folder, 'key');
    await first.write(Buffer.from('half of '));
    const other = await SpoolFile.open(folder, 'key');
    expect(other.size).toBe(0);
    await other.close({ keep: false });
    await first.close({ keep: true });
    const [name] = await readdir(folder);
    await writeFile(join(folder, name!.replace(`-${process.pid}-`, '-999999999-')), 'half of ');
    await rm(join(folder, name!));
    const next = await SpoolFile.open(folder, 'key');
    expect(next.size).toBe(8);
    await next.write(Buffer.from('it'));
    expect(next.sha256().toString('hex')).toBe(createHash('sha256').update('half of it').digest('hex'));
    await next.close({ keep: false });
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Does something in PostgreSQL, in the same transaction, for each activity that is inserted. */
async function onInsert(feed: Feed, statement: string) {
  const name = `on_insert_${feed.id.replaceAll('-', '_')}`;
  const isOfFeed = `new.import_id = '${feed.id}'`;
  await service.db.execute(
    sql.raw(`create function ${name}() returns trigger language plpgsql as
      $$ begin if ${isOfFeed} then ${statement}; end if; return new; end $$;
      create trigger ${name} before insert on activities for each row execute function ${name}()`),
  );
}

it.each([
  ['ends', { state: 'ended' }, 'the import has ended'],
  ['is paused', { state: 'paused' }, 'the import is paused'],
])('imports nothing where the import %s before the commit', async (_, { state }, message) => {
  const feed = await feedOf(service);
  await onInsert(feed, `update feed_imports set state = '${state}' where id = '${feed.id}'`);
  feed.put('a_SL.csv', file(...rows.slice(0, 2)));
  await expect(imported(feed, feed.listed('a_SL.csv'))).rejects.toMatchObject({
    ...{ type: 'FeedImportStopped', nonRetryable: true, message },
  });
  expect([await feed.files(), await activitiesOf(feed.id)]).toEqual([[], []]);
});

it('says at once, without the values, that PostgreSQL cannot store what a file has', async () => {
  const feed = await feedOf(service);
  await onInsert(feed, `raise exception 'of %', new.key using errcode = '22021'`);
  feed.put('a_SL.csv', file(...rows.slice(0, 2)));
  await expect(imported(feed, feed.listed('a_SL.csv'))).rejects.toMatchObject({
    ...{ type: 'UnstorableFile', nonRetryable: true, message: 'PostgreSQL cannot store what the file has (22021)' },
  });
});

it('leaves a file on the server where the settings say so before it is removed', async () => {
  const feed = await feedOf(service);
  feed.put('a_SL.csv', file(...rows.slice(0, 2)));
  const of = feed.listed('a_SL.csv');
  const { fileId } = await imported(feed, of);
  await feed.change({ deleteFromServer: false });
  const removal = { importId: feed.id, fileId: fileId!, file: of };
  await removeFile(new MockActivityEnvironment(), service.outside, removal);
  expect(feed.left()).toEqual(['a_SL.csv']);
  expect(await feed.files()).toMatchObject([{ state: 'imported', removedAt: null, removalProblem: null }]);
});
