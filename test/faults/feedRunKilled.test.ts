import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { feedRejectedRows, feedRuns } from '../../db/schema/feeds.ts';
import { bulkTaskQueue } from '../../domain/shared/taskQueues.ts';
import { feedFile } from '../../sandbox/sftp/feedFile.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { apiOf } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { createImport, importBody } from '../support/feedImports.ts';
import { tableState } from '../support/feedRows.ts';
import { startService, testBundle } from '../support/service.ts';
import { failedTries } from './failedTries.ts';
import { startWorkerProcess, workerSettings } from './workerSettings.ts';

/** The bulk worker is killed while runs of feed imports are in the middle of a file, and another one takes them over. */

const rows = 20_000;
const content = Buffer.concat([
  ...feedFile({ rows, seed: 15, dms: 'ids', kind: 'sales', customers: 4_000, badShare: 0.01 }),
]);

const folder = mkdtempSync(join(tmpdir(), 'dealerops-faults-'));
const keyring = `faults:${randomBytes(32).toString('base64')}`;
const service = await startService({ keyring: parseKeyring(keyring), secondLookMs: 100 });
const api = await apiOf(service);
const bundleFile = join(folder, 'bundle.js');
writeFileSync(bundleFile, (await testBundle()).code);
let worker: ChildProcess | undefined;
afterAll(async () => {
  await killWorker();
  await api.close();
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startBulkWorker(): Promise<void> {
  const started = startWorkerProcess(workerSettings(service, { keyring, bundleFile, queue: bulkTaskQueue }));
  worker = started.worker;
  await started.running;
}
async function killWorker(): Promise<void> {
  if (!worker || worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}

interface Run {
  outcome: string | null;
  reason: string | null;
  counts: Record<string, number>;
  contactsCreated: number;
  progress: { stage: string; totalBytes: number } | null;
  files: Record<string, unknown>[];
}

/** An import with a file on the server, whose run a person has started. */
async function startedRun(account: string) {
  // A machine that is too busy at first is answered 503.
  const id = await eventually(async () => {
    const body = importBody(service.sandbox.sftp, { account, directory: `${account}/IDS/` });
    const created = await createImport(api, body, account);
    return created.status === 201 && created.body.id;
  });
  const path = join(service.sandbox.sftp.folder, account, 'IDS', 'day_SL.csv');
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  const key = { 'idempotency-key': randomUUID() };
  const address = await eventually(async () => {
    const { status, body } = await api.post<{ address: string }>('finn', `/v1/feeds/imports/${id}/run`, {}, key);
    return status === 202 && body.address;
  });
  const run = async () => (await api.get<Run>('reader', address)).body;
  return {
    run,
    ended: () =>
      eventually(async () => {
        const now = await run();
        return now.outcome !== null && now;
      }),
    isOnServer: () => existsSync(path),
    runs: async () => (await api.get<{ runs: unknown[] }>('reader', `/v1/feeds/imports/${id}/runs`)).body.runs,
    rejectedRows: () => service.db.$count(feedRejectedRows, eq(feedRejectedRows.importId, id)),
    state: () => tableState(service.database, account),
    async failedTries() {
      const [row] = await service.db.select().from(feedRuns).where(eq(feedRuns.importId, id));
      return failedTries(service, row!.workflowId);
    },
  };
}

const spooledBytes = () => {
  const { spoolDir } = service.outside.feeds;
  const names = existsSync(spoolDir!) ? readdirSync(spoolDir!) : [];
  return Math.max(0, ...names.map((name) => statSync(join(spoolDir!, name)).size));
};

it('a bulk worker killed during a download and during a transaction: another takes both runs over, and nothing is lost or twice', async () => {
  await startBulkWorker();
  const { sftp } = service.sandbox.faults;
  sftp.next.push({ stallAt: content.length / 2 });
  const downloading = await startedRun('D-1001');
  await eventually(async () => sftp.next.length === 0 && spooledBytes() > content.length / 4);
  expect(await downloading.run()).toMatchObject({
    outcome: null,
    progress: { stage: 'download', totalBytes: content.length },
  });

  const lock = await service.outside.bulkDatabase.pool.connect();
  await lock.query('begin');
  await lock.query('lock activities in share mode');
  const saving = await startedRun('D-1002');
  await eventually(async () => {
    const { rowCount } = await lock.query(
      `select from pg_locks where relation = 'activities'::regclass and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    const { progress } = await saving.run();
    return rowCount! > 0 && (progress?.stage === 'match' || progress?.stage === 'save');
  });
  await killWorker();
  for (const one of [downloading, saving]) {
    expect(await one.run()).toMatchObject({ outcome: null, files: [] });
    expect(one.isOnServer()).toBe(true);
  }
  await lock.query('rollback');
  lock.release();
  await startBulkWorker();

  const ended = [await downloading.ended(), await saving.ended()];
  const clean = await startedRun('D-1003');
  const expected = await clean.ended();
  expect(expected).toMatchObject({
    ...{ outcome: 'imported', reason: null, progress: null, counts: { read: rows } },
    files: [{ state: 'imported', size: content.length, removedAt: expect.any(String), removalProblem: null }],
  });
  const { activities, contacts } = await clean.state();
  expect([activities.length, contacts.length]).toEqual([expected.counts.inserted, expected.contactsCreated]);
  for (const [index, one] of [downloading, saving].entries()) {
    const { outcome, reason, progress, counts, contactsCreated, files } = ended[index]!;
    expect({ outcome, reason, progress, counts, contactsCreated }).toEqual({
      ...{ outcome: 'imported', reason: null, progress: null },
      ...{ counts: expected.counts, contactsCreated: expected.contactsCreated },
    });
    expect(files).toMatchObject([{ state: 'imported', removedAt: expect.any(String), removalProblem: null }]);
    expect(one.isOnServer()).toBe(false);
    expect(await one.state()).toEqual({ activities, contacts });
    expect(await one.rejectedRows()).toBe(expected.counts.rejected);
    expect(await one.runs()).toHaveLength(1);
    expect(await one.failedTries()).toEqual([{ activity: 'importFile', failure: 'no heartbeat' }]);
  }
  expect(spooledBytes()).toBe(0);
  expect((await api.get<{ tasks: unknown[] }>('finn', '/v1/tasks')).body.tasks).toEqual([]);
});
