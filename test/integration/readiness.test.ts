import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { migrateDatabase } from '../../db/migrate.ts';
import type { Readiness } from '../../domain/shared/readiness.ts';
import { searchAttributeNames } from '../../domain/shared/searchAttributes.ts';
import { taskQueues } from '../../domain/shared/taskQueues.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { diskHasRoom } from '../../service/readiness/disk.ts';
import { readinessOf } from '../../service/readiness/readiness.ts';
import { makeCurrent } from '../../worker/deployment.ts';
import { startWorker } from '../../worker/worker.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { freePort } from '../support/freePort.ts';
import { ownTemporal } from '../support/ownServers.ts';
import { startProduction } from '../support/production.ts';
import { buildTimeout } from '../support/release.ts';
import { startService, type TestService, testBundle } from '../support/service.ts';
import { startSilentProxy } from '../support/silentProxy.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

async function serve(options: Parameters<typeof startService>[0], more: Parameters<typeof apiOf>[1] = {}) {
  const service: TestService = await startService({ bulkWorker: true, ...options });
  const api: TestApi = await apiOf(service, more);
  closing.push(service, api);
  return { service, api };
}

async function ready(api: TestApi) {
  const { status, body } = await api.call<Readiness>(null, 'GET', '/readyz');
  const wrong = body.checks.filter((check) => check.status !== 'ok');
  return { status, is: body.status, wrong };
}

/** Looked at again until it is so: what was found is kept for two seconds. */
const eventuallyReady = (api: TestApi) => expect.poll(() => ready(api), { timeout: 20_000, interval: 500 });

const account = 'D-1302';

it('lists each part as ready, however often it is called', async () => {
  const { api } = await serve({});
  const { status, body } = await api.call<Readiness>(null, 'GET', '/readyz');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    checks: ['postgres', 'temporal', 'workers', 'bulk_workers', 'workflows', 'mail', 'outside_systems'].map((name) => ({
      name,
      status: 'ok',
    })),
  });
  for (const url of ['/readyz', '/healthz']) {
    const answers = await Promise.all(Array.from({ length: 300 }, () => api.call(null, 'GET', url)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  }
});

it('is degraded without a worker for bulk work, since all else goes on', async () => {
  const { api } = await serve({ bulkWorker: false });
  const reason = 'imports wait: no worker polls the task queue dealerops-bulk of Temporal: start one';
  expect(await ready(api)).toEqual({
    status: 200,
    is: 'degraded',
    wrong: [{ name: 'bulk_workers', status: 'degraded', reason }],
  });
  expect((await api.start({ account })).status).toBe(202);
});

describe('Temporal', () => {
  it('without the namespace: not ready, and starting a cancellation answers 503', async () => {
    const { service, api } = await serve({});
    const { Client } = await import('@temporalio/client');
    const temporal = new Client({ connection: service.client.connection, namespace: 'nowhere' });
    const lost = await apiOf({ ...service, client: temporal });
    closing.push(lost);
    const reason = 'there is no namespace nowhere in Temporal: create it, or set TEMPORAL_NAMESPACE';
    expect(await ready(lost)).toMatchObject({ status: 503, is: 'not_ready' });
    expect((await ready(lost)).wrong).toContainEqual({ name: 'temporal', status: 'failed', reason });
    const started = await lost.start({ account });
    expect(started).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
    expect(started.body).toMatchObject({ detail: expect.stringContaining('TEMPORAL_NAMESPACE') });
    expect((await api.start({ account })).status).toBe(202);
  });

  it('without the search attributes: not ready, and starting a cancellation answers 503', async () => {
    const { service, api } = await serve({});
    const { operatorService } = service.client.connection as never as {
      operatorService: { removeSearchAttributes(request: object): Promise<unknown> };
    };
    await operatorService.removeSearchAttributes({
      namespace: service.namespace,
      searchAttributes: [searchAttributeNames[0]],
    });
    await eventuallyReady(api).toMatchObject({
      status: 503,
      wrong: [{ name: 'temporal', reason: expect.stringContaining('run npm run migrate') }],
    });
    const start = async () => (await api.start({ account })).status;
    // Temporal's frontend learns of it a little later than its visibility does.
    await expect.poll(start, { timeout: 90_000 }).toBe(503);
  });

  it('with no current build that polls: not ready until make-current', async () => {
    const { service, api } = await serve({ withoutWorker: true, bulkWorker: false });
    expect(await ready(api)).toMatchObject({
      status: 503,
      wrong: [
        { name: 'workers', reason: 'no worker polls the task queue dealerops of Temporal: start one' },
        { name: 'bulk_workers' },
      ],
    });
    const { namespace, dataConverter, outside, native: connection, client } = service;
    const bundle = await testBundle();
    const deployment = 'dealerops';
    const workers = await Promise.all(
      taskQueues.map((queue) =>
        startWorker({ connection, namespace, dataConverter, outside, bundle, queue, deployment }),
      ),
    );
    for (const worker of workers) closing.push({ close: () => worker.shutdown() });
    const reason = 'no build of the workers is current, so that nothing runs: run npm run make-current';
    await eventuallyReady(api).toMatchObject({
      status: 503,
      wrong: [
        { name: 'workers', status: 'failed', reason },
        { name: 'bulk_workers', status: 'degraded', reason: `imports wait: ${reason}` },
      ],
    });
    await makeCurrent(client, { deployment, buildId: workers[0]!.build! }, 90_000);
    await eventuallyReady(api).toMatchObject({ status: 200, is: 'ready' });
  });

  it('down or not responding: not ready within seconds, and ready again when it is back', async () => {
    const server = await ownTemporal();
    closing.push(server);
    const proxy = await startSilentProxy({ port: Number(server.address.split(':')[1]) });
    closing.push(proxy);
    const { api } = await serve({ temporalAddress: `127.0.0.1:${proxy.port}` });
    await eventuallyReady(api).toMatchObject({ status: 200 });
    proxy.silence();
    await eventuallyReady(api).toMatchObject({ status: 503 });
    // The client notices by its pings, within 45 seconds.
    await expect.poll(() => ready(api), { timeout: 180_000, interval: 1_000 }).toMatchObject({ status: 200 });
    await server.stop();
    await eventuallyReady(api).toMatchObject({ status: 503 });
    await server.start();
    await expect.poll(() => ready(api), { timeout: 180_000, interval: 1_000 }).toMatchObject({ status: 200 });
  }, 300_000);
});

it('is degraded while the mail server rejects the service, and says why without showing an address', async () => {
  const { service, api } = await serve({});
  const reply = '550 5.7.60 not allowed to send as dealerops@example.com';
  service.sandbox.faults.smtp.next = Array(1_000).fill({ at: 'mail', reply });
  const { status } = await api.start({ account: 'D-1201' });
  expect(status).toBe(202);
  const wrong = [
    { name: 'mail' },
    { name: 'outside_systems', reason: expect.stringMatching(/^Mail server fails since /) },
  ];
  await eventuallyReady(api).toMatchObject({ status: 200, is: 'degraded', wrong });
  const [{ reason } = {}] = (await ready(api)).wrong;
  expect(reason).toMatch(/^since .+Z the mail server rejects this service, and 1 mail waits: 550 5\.7\.60 not allowed/);
  expect(reason).not.toContain('@');
  service.sandbox.faults.smtp.next = [];
  await eventuallyReady(api).toMatchObject({ status: 200, is: 'ready', wrong: [] });
});

describe('PostgreSQL', () => {
  it('read-only: not ready, and writes answer 503', async () => {
    const { service, api } = await serve({});
    const url = new URL(service.database.url);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const other = openDatabase(url.href, { max: 1 });
    closing.push(other);
    const readOnly = async (to: 'on' | 'off') => {
      await other.pool.query(`alter database ${name} set default_transaction_read_only = ${to}`);
      await other.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    };
    await readOnly('on');
    await eventuallyReady(api).toMatchObject({
      status: 503,
      wrong: [{ name: 'postgres', status: 'failed', reason: expect.stringContaining('only allows reading') }],
    });
    const started = await api.start({ account });
    expect(started).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
    expect(started.body).toMatchObject({ detail: expect.stringContaining('only allows reading') });
    expect((await api.get('reader', '/v1/cancellations')).status).toBe(200);

    await readOnly('off');
    await eventuallyReady(api).toMatchObject({ status: 200 });
    expect((await api.start({ account })).status).toBe(202);
  });

  it("with an older release's tables: not ready", async () => {
    const { service, api } = await serve({});
    await service.database.pool.query('delete from drizzle.__drizzle_migrations');
    await eventuallyReady(api).toMatchObject({
      status: 503,
      wrong: [{ name: 'postgres', reason: 'the tables are those of an older release: run npm run migrate' }],
    });
  });

  it('with tables that another release made in another way: not ready', async () => {
    const { service, api } = await serve({});
    await service.database.pool.query("update drizzle.__drizzle_migrations set hash = 'another'");
    await eventuallyReady(api).toMatchObject({
      status: 503,
      wrong: [{ name: 'postgres', reason: expect.stringContaining('a release that this one does not continue') }],
    });
  });
});

/** A disk of its own; only root can have one. */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'dealerops-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'dealerops-test', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.runIf(mayMount)('a full disk', () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'dealerops-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=192m,mode=0755', 'dealerops-test', disk]);
    closing.push({
      async close() {
        execFileSync('umount', [disk]);
        rmSync(disk, { recursive: true });
      },
    });
  });
  const fill = () => execFileSync('sh', ['-c', `dd if=/dev/zero of=${disk}/filler bs=1M 2>/dev/null || true`]);

  it('of PostgreSQL: not ready and writes answer 503 until there is room again', async () => {
    const postgres = await startPostgres({
      folder: join(disk, 'postgres'),
      port: await freePort(),
      password: 'of a test',
    });
    closing.push({ close: () => postgres.stop() });
    await migrateDatabase(postgres.url);
    const { service, api } = await serve({ postgresUrl: postgres.url });
    await eventuallyReady(api).toMatchObject({ status: 200 });
    fill();
    await eventuallyReady(api).toMatchObject({
      status: 503,
      wrong: [{ name: 'postgres', reason: 'PostgreSQL has no room left on its disk: make room' }],
    });
    // Until the pages that it has are full, PostgreSQL can still write.
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const body = { name: `Account ${index}`.padEnd(150), effectiveStatus: 'Cancelled', parentSalesAccountId: null };
        return api.call<{ detail: string }>('admin', 'PUT', `/v1/accounts/DISK-${index}`, { body });
      }),
    );
    const statuses = new Set(outcomes.map(({ status }) => status));
    expect(statuses).toContain(503);
    expect([...statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);

    rmSync(join(disk, 'filler'));
    await eventuallyReady(api).toMatchObject({ status: 200 });
    expect((await api.start({ account })).status).toBe(202);
    expect(service.database.pool.totalCount).toBeGreaterThan(0);
  });

  it("of npm start's servers: degraded, then not ready", async () => {
    const look = readinessOf({ disk: diskHasRoom(disk) });
    expect(await look()).toMatchObject({
      status: 'degraded',
      checks: [{ reason: expect.stringContaining('MiB are left') }],
    });
    fill();
    await expect.poll(look, { timeout: 20_000 }).toMatchObject({ status: 'not_ready' });
  });
});

it(
  'a worker without Temporal is alive but not ready; one whose build is not current is degraded',
  async () => {
    const server = await ownTemporal();
    closing.push(server);
    const production = await startProduction();
    closing.push(production);
    const { HEALTH_PORT } = production.environment;
    const worker = production.run('worker', { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default' });
    await worker.prints('The worker runs');
    const get = (path: string) => fetch(`http://127.0.0.1:${HEALTH_PORT}${path}`);
    const isReady = async () => {
      const answer = await get('/readyz');
      const { status, checks } = (await answer.json()) as Readiness;
      return { http: answer.status, status, wrong: checks.filter((check) => check.status !== 'ok') };
    };
    const notCurrent = {
      http: 200,
      status: 'degraded',
      wrong: ['worker', 'bulk_worker'].map((name) => ({
        name,
        reason: expect.stringMatching(/^this worker's build \w{16} is not current: run/),
      })),
    };
    await expect.poll(isReady, { timeout: 20_000, interval: 500 }).toMatchObject(notCurrent);
    await server.stop();
    await expect.poll(isReady, { timeout: 20_000, interval: 500 }).toMatchObject({ http: 503, status: 'not_ready' });
    expect((await get('/healthz')).status).toBe(200);
    await server.start();
    await expect.poll(isReady, { timeout: 180_000, interval: 500 }).toMatchObject(notCurrent);
  },
  180_000 + buildTimeout,
);
