import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findCancellation } from '../../db/queries/cancellations/cancellations.ts';
import { createKey, findKey } from '../../db/queries/keys.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { manyDealers } from '../faults/dealers.ts';
import { playUntilClosed, startSurely } from '../faults/people.ts';
import { workerSettings } from '../faults/workerSettings.ts';
import { apiOf } from '../support/api.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';
import { startService, type TestService, testBundle } from '../support/service.ts';

/** Processes whose clocks are off write no time of theirs: a workflow's times are Temporal's, all others PostgreSQL's. */

let folder: string;
let bundleFile: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dealerops-clocks-'));
  bundleFile = join(folder, 'bundle.js');
  writeFileSync(bundleFile, (await testBundle()).code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The earliest and the latest time in each column of each table. */
async function timesInTables({ database: { pool } }: TestService) {
  const columns = await pool.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and data_type like 'timestamp%' order by 1, 2`,
  );
  const times: { column: string; earliest: Date; latest: Date }[] = [];
  for (const { table_name, column_name } of columns.rows) {
    const { rows } = await pool.query(
      `select min("${column_name}") as earliest, max("${column_name}") as latest from "${table_name}"`,
    );
    if (rows[0].earliest) times.push({ column: `${table_name}.${column_name}`, ...rows[0] });
  }
  return times;
}

describe.each([
  ['behind', -600_000],
  ['ahead', 600_000],
])('a worker whose clock is ten minutes %s', (_name, shift) => {
  it('keeps the record of a cancellation in order', async () => {
    const keyring = `clocks:${randomBytes(32).toString('base64')}`;
    const dealers = manyDealers(5);
    const service = await startService({ withoutWorker: true, keyring: parseKeyring(keyring), dealers });
    const begun = Date.now();
    const api = await apiOf(service);
    let worker: RunningProgram | undefined;
    try {
      worker = runProgram('test/support/shiftedWorker.ts', {
        WORKER_SETTINGS: workerSettings(service, { keyring, bundleFile }),
        CLOCK_SHIFT_MS: String(shift),
      });
      await worker.prints('running');
      const ids = await Promise.all(dealers.map(({ id }) => startSurely(api, id)));
      await playUntilClosed(api, service, ids);
      const over = Date.now();

      for (const { column, earliest, latest } of await timesInTables(service)) {
        // What people are to do is due later.
        if (column === 'tasks.due_at') continue;
        expect(earliest.getTime(), column).toBeGreaterThanOrEqual(begun - 1);
        expect(latest.getTime(), column).toBeLessThanOrEqual(over + 1);
      }
      for (const id of ids) {
        const record = (await findCancellation(service.db, id))!;
        const steps = record.integrations.flatMap((one) => one.steps);
        const times = [
          ...record.requests.map((one) => one.requestedAt),
          ...steps.flatMap((one) => [one.startedAt, one.endedAt]),
          ...record.tasks.flatMap((one) => [one.openedAt, one.claimedAt, one.closedAt]),
          ...record.events.map((one) => one.at),
        ].map((time) => new Date(time!).getTime());
        expect(times.filter(Number.isNaN)).toEqual([]);
        expect(record.startedAt.getTime()).toBeLessThanOrEqual(Math.min(...times));
        expect(record.closedAt!.getTime()).toBeGreaterThanOrEqual(Math.max(...times));
        for (const step of steps) expect(step.endedAt! >= step.startedAt!, step.step).toBe(true);
        for (const { openedAt, claimedAt, closedAt, dueAt } of record.tasks) {
          expect([openedAt <= claimedAt!, claimedAt! <= closedAt!, openedAt < dueAt]).toEqual([true, true, true]);
        }
        expect(record.events[0]!.action).toBe('Cancellation requested');
      }
    } finally {
      worker?.process.kill('SIGKILL');
      await worker?.ended;
      await api.close();
      await service.close();
    }
  });
});

describe('an API whose clock is an hour off', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ withoutWorker: true });
  });
  afterEach(() => vi.useRealTimers());
  afterAll(() => service.close());
  const shift = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

  it.each([-3_600_000, 3_600_000])("accepts a key until it expires by PostgreSQL's clock (%i ms)", async (off) => {
    const right = Date.now();
    const keyUntil = async (ms: number) =>
      (await createKey(service.db, { name: 'timed', scopes: ['read'], expiresAt: new Date(right + ms) })).key;
    const [valid, ended] = [await keyUntil(600_000), await keyUntil(-600_000)];
    shift(off);
    expect(await findKey(service.db, valid)).toMatchObject({ id: 'key:timed' });
    expect(await findKey(service.db, ended)).toBeNull();
  });

  it.each([-3_600_000, 3_600_000])("revokes keys and dates reports by PostgreSQL's clock (%i ms)", async (off) => {
    const right = Date.now();
    const api = await apiOf(service);
    shift(off);
    const { body } = await api.post<{ id: string }>('admin', '/v1/api-keys', {
      name: 'made',
      scopes: ['read'],
      expiresAt: new Date(right + 600_000).toISOString(),
    });
    expect((await api.call('admin', 'DELETE', `/v1/api-keys/${body.id}`)).status).toBe(204);
    const { keys } = (await api.get<{ keys: { id: string; revokedAt: string }[] }>('admin', '/v1/api-keys')).body;
    const revokedAt = Date.parse(keys.find(({ id }) => id === body.id)!.revokedAt);
    expect(Math.abs(revokedAt - right)).toBeLessThan(600_000);
    await api.close();
  });
});
