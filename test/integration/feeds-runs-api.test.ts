import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOfSubject } from '../../db/queries/events.ts';
import { feedFiles, feedImports, feedRuns } from '../../db/schema/feeds.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { apiOf } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { createImport, importBody } from '../support/feedImports.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });
const { sftp } = service.sandbox;
const sales = 'DealNumber,SoldDate,Amount.Financed,Term,VIN,CustomerNumber\n';
const workOrders = 'WONumber,RO.Amount,VIN,CustomerNumber\n';

let id: string;
beforeEach(async () => {
  await service.db.delete(feedImports);
  // A machine that is too busy at first is answered 503.
  id = await eventually(async () => {
    const { status, body } = await createImport(api, importBody(sftp));
    return status === 201 && body.id;
  });
});

function put(name: string, text: string, folder = 'lakeside/IDS'): void {
  mkdirSync(join(sftp.folder, folder), { recursive: true });
  writeFileSync(join(sftp.folder, folder, name), text);
}

describe('the test of an import', () => {
  interface Tested {
    works: boolean;
    problem: { code: string; message: string } | null;
    files: { name: string; header: string | null; isTaken: boolean; reason: string | null }[];
    more: boolean;
  }
  const test = async () => (await api.post<Tested>('finn', `/v1/feeds/imports/${id}/test`)).body;

  it('says what would be taken, whose each file is by its header, and why the rest would not be', async () => {
    put('a_SL.csv', `${sales}1,1/2/2026,,60,,C1\n`);
    put('b_SL.csv', `${workOrders}1,20,,C1\n`);
    put('c_SL.csv', 'SoldDate,WONumber\n');
    put('d_SL.csv', 'Name,Street\n');
    put('e_SL.csv', '');
    put('a_SL.csv.tmp', sales);
    mkdirSync(join(sftp.folder, 'lakeside/IDS/done_SL.csv'));
    const { works, problem, files, more } = await test();
    expect([works, problem, more]).toEqual([true, null, false]);
    const said = Object.fromEntries(files.map((one) => [one.name, [one.header, one.isTaken, one.reason]]));
    expect(said).toEqual({
      'a_SL.csv': ['sales', true, null],
      'b_SL.csv': ['service', false, expect.stringContaining('of the other kind')],
      'c_SL.csv': ['both', false, expect.stringContaining('set aside')],
      'd_SL.csv': ['neither', false, expect.stringContaining('set aside')],
      'e_SL.csv': ['empty', false, expect.stringContaining('empty')],
      'a_SL.csv.tmp': [null, false, 'Its name does not match.'],
      'done_SL.csv': [null, false, 'It is a folder.'],
    });
    expect(files[0]!.name).toBe('a_SL.csv');
  });

  it('says what is wrong with the server, the key or the password, and shows no secret', async () => {
    put('a_SL.csv', sales);
    const change = (to: object) =>
      api.call<{ version: number }>('finn', 'PATCH', `/v1/feeds/imports/${id}`, { body: to });
    await change({ version: 1, hostKeys: [sftp.nextHostKey] });
    expect(await test()).toMatchObject({ works: false, files: [], problem: { code: 'SftpHostKeyChanged' } });
    expect(sftp.seen.credentials).toBe(0);
    await change({ version: 2, hostKeys: [sftp.hostKey], directory: 'nowhere' });
    expect(await test()).toMatchObject({ works: false, problem: { code: 'SftpNoSuchFolder' } });
    await change({ version: 3, directory: 'lakeside/IDS', password: 'sandbox-username' });
    const refused = await test();
    expect(refused).toMatchObject({ works: false, problem: { code: 'SftpUnauthorized' } });
    expect(JSON.stringify(refused)).not.toContain(sftp.username);
  });

  it('is not possible where feeds cannot connect to any server', async () => {
    const without = await apiOf(service, { feeds: {} });
    expect(await without.post('finn', `/v1/feeds/imports/${id}/test`)).toMatchObject({
      status: 409,
      body: { type: '/problems/not-configured' },
    });
    await without.close();
  });
});

describe('a run', () => {
  interface Started {
    id: string;
    address: string;
    begun: boolean;
    detail: string;
  }
  const start = (what: string, body?: object, key: string = randomUUID()) =>
    api.post<Started>('finn', `/v1/feeds/imports/${id}/${what}`, body, { 'idempotency-key': key });
  const runsInTemporal = async () => {
    const found = [];
    for await (const one of service.client.workflow.list({ query: `WorkflowId STARTS_WITH 'feeds/import/${id}/'` }))
      found.push(one.workflowId);
    return found;
  };

  it('is started once for its Idempotency-Key, and is at its address as soon as it begins', async () => {
    const key = randomUUID();
    const [first, second] = [await start('run', undefined, key), await start('run', undefined, key)];
    expect(first).toMatchObject({ status: 202, body: { begun: false } });
    expect(first.headers.location).toBe(first.body.address);
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await api.get('reader', first.body.address)).toMatchObject({ status: 404 });
    await expect.poll(runsInTemporal, { timeout: 10_000 }).toHaveLength(1);
  });

  it.each([
    ['dry-run', undefined],
    ['backfill', { directory: undefined }],
    ['backfill', { directory: 'lakeside/archive/2025' }],
  ])('%s with %o', async (what, body) => {
    const key = randomUUID();
    expect(await start(what, body, key)).toMatchObject({ status: 202, body: { id: expect.any(String) } });
    await start(what, body, key);
    const trail = (await eventsOfSubject(service.db, 'feeds', id)).filter(({ action }) => action.endsWith('requested'));
    expect(trail).toMatchObject([
      {
        ...{ account: 'D-1001', by: 'finn', action: what === 'backfill' ? 'Backfill requested' : 'Dry run requested' },
        detail: what === 'backfill' ? `folder ${body?.directory ?? 'lakeside/IDS/'}` : null,
      },
    ]);
  });

  it('is not started from a folder of which another import takes the files', async () => {
    const other = await createImport(api, importBody(sftp, { account: 'D-1002', kind: 'service', directory: 'b/IDS' }));
    expect(other.status).toBe(201);
    expect(await start('backfill', { directory: '/B/ids/' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Both would take the same files') },
    });
  });

  it('is not started from a folder outside, nor while the import is paused or has ended', async () => {
    expect(await start('backfill', { directory: '../..' })).toMatchObject({ status: 400 });
    await api.post('finn', `/v1/feeds/imports/${id}/pause`, { reason: 'the dealer moves' });
    for (const what of ['run', 'backfill'])
      expect(await start(what, what === 'run' ? undefined : {})).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('resume it first') },
      });
    expect(await start('dry-run')).toMatchObject({ status: 202 });
    await service.db.update(feedImports).set({ state: 'ended' });
    expect(await start('dry-run')).toMatchObject({ status: 409 });
  });

  it('shows its counts, its progress and what became of each file; runs are listed, the newest first', async () => {
    const run = (more: Partial<typeof feedRuns.$inferInsert>) => ({
      ...{
        id: randomUUID(),
        importId: id,
        importVersion: 1,
        workflowId: `feeds/import/${id}/x`,
        trigger: 'schedule' as const,
      },
      ...{ counts: noRows, ...more },
    });
    const counts = { read: 10, inserted: 4, updated: 2, unchanged: 1, superseded: 1, rejected: 2 };
    const ended = run({
      ...{ startedAt: new Date('2026-03-01T10:00:00Z'), endedAt: new Date('2026-03-01T10:01:00Z') },
      ...{ outcome: 'imported', counts, contactsFound: 3, contactsCreated: 1, date: '2026-03-01' },
    });
    const endsAt = '2026-03-02T10:05:00.000Z';
    const progress = {
      file: 'a_SL.csv',
      stage: 'read',
      bytes: 5,
      totalBytes: 9,
      rows: 3,
      rowsPerSecond: 2,
      endsAt,
    } as const;
    const current = run({
      startedAt: new Date('2026-03-02T10:00:00Z'),
      trigger: 'manual',
      requestedBy: 'finn',
      progress,
    });
    await service.db.insert(feedRuns).values([ended, current]);
    await service.db.insert(feedFiles).values({
      ...{ id: randomUUID(), importId: id, runId: ended.id, path: 'lakeside/IDS/a_SL.csv', size: 9, counts },
      ...{ modifiedAt: new Date('2026-03-01T09:00:00Z'), state: 'imported', header: ['SoldDate'], encoding: 'utf-8' },
    });
    const seen = await api.get<Record<string, unknown>>('reader', `/v1/feeds/runs/${ended.id}`);
    expect(seen.body).toMatchObject({
      ...{ importId: id, account: 'D-1001', outcome: 'imported', counts, progress: null, moreFiles: false },
      files: [{ path: 'lakeside/IDS/a_SL.csv', state: 'imported', counts, header: ['SoldDate'] }],
    });
    expect((await api.get('reader', `/v1/feeds/runs/${current.id}`)).body).toMatchObject({ progress, outcome: null });
    const list = async (query = '') =>
      (await api.get<{ runs: { id: string }[]; nextCursor: string }>('reader', `/v1/feeds/imports/${id}/runs${query}`))
        .body;
    expect((await list()).runs).toMatchObject([
      { id: current.id, progress },
      { id: ended.id, progress: null },
    ]);
    const { runs, nextCursor } = await list('?limit=1');
    expect([runs[0]!.id, (await list(`?limit=1&cursor=${nextCursor}`)).runs[0]!.id]).toEqual([current.id, ended.id]);
    expect((await api.get<{ lastRun: object }>('reader', `/v1/feeds/imports/${id}`)).body.lastRun).toMatchObject({
      id: current.id,
    });
    expect((await api.get('reader', `/v1/feeds/imports/${randomUUID()}/runs`)).status).toBe(404);
  });
});
