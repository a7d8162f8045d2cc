import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { liveFeeds } from '../../embedded/liveFeeds.ts';
import { portAnswers } from '../../embedded/ports.ts';
import { commandOf } from '../../service/children.ts';
import { type RunningProgram, runCommand, runProgram } from '../support/program.ts';

let dataDir: string;
let service: RunningProgram;
const start = (more: Record<string, string> = {}) =>
  runProgram('bin/start.ts', { DEALEROPS_DATA_DIR: dataDir, ...more });
const settings = () => JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8'));
/** Of Temporal and PostgreSQL; an ended server has none. */
const serverPids = () =>
  ['temporal/temporal.pid', 'postgres/data/postmaster.pid']
    .map((file) => join(dataDir, file))
    .filter((file) => existsSync(file))
    .map((file) => Number(readFileSync(file, 'utf8').split('\n')[0]));
/** Other programs of this machine may have freed a usual port since. */
function expectSamePorts(before: Record<string, number>): void {
  const usual: Record<string, number> = { api: 8080, temporal: 7233 };
  for (const [name, port] of Object.entries<number>(settings().ports))
    expect([before[name], usual[name]]).toContain(port);
}
const isSome = (count: number) => count > 0;
const running = (pids: number[]) => pids.filter((pid) => commandOf(pid) !== null);

async function listOf<T>(path: string): Promise<T[]> {
  const { apiKeys } = JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'));
  const response = await fetch(`http://127.0.0.1:${settings().ports.api}/v1/${path}`, {
    headers: { authorization: `Bearer ${apiKeys.offboarding}` },
  });
  expect(response.status).toBe(200);
  const answer = (await response.json()) as Record<string, T[]>;
  return Object.values(answer).find(Array.isArray)!;
}
const cancellationsOf = (account: string) => listOf<{ state: string }>(`cancellations?account=${account}`);
/** Each feed import that there is, with its last run, once that has imported rows. */
const lastImports = () =>
  vi.waitFor(
    async () => {
      const imports = await listOf<{ id: string; lastRun: { id: string; outcome: string; counts: object } | null }>(
        'feeds/imports',
      );
      expect(imports).toMatchObject(liveFeeds.map(() => ({ lastRun: { outcome: 'imported' } })));
      return imports;
    },
    { timeout: 170_000, interval: 500 },
  );

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealerops-start-'));
  // As the project's folder usually is; for root, one that is closed to others is tested with the servers.
  chmodSync(dataDir, 0o755);
  service = start();
  await service.prints('Ready.');
});
afterAll(async () => {
  service.process.kill('SIGKILL');
  await service.ended;
  for (const pid of running(serverPids())) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('npm start prints addresses and the finished example, and no secrets where its output is no terminal', async () => {
  const { ports } = settings();
  const printed = service.printed();
  expect(printed).toContain(`http://localhost:${ports.api}/docs`);
  expect(printed).toMatch(new RegExp(`Temporal's Web UI +http://localhost:${ports.api}/temporal`));
  // Its own port has no login.
  expect(printed).not.toContain(`:${ports.webUi}`);
  expect(printed).toContain(`run DEALEROPS_DATA_DIR=${dataDir} npm run demo in another terminal`);
  expect(printed).toContain(`http://localhost:${ports.api}/sandbox`);
  expect(printed).toMatch(/Temporal +127\.0\.0\.1:\d+ \(.+: Server \d/);
  expect(printed).not.toMatch(/dok_|sign-in=/);
  for (const secret of secretsOf(readFileSync(join(dataDir, 'keys.json'), 'utf8')))
    expect(printed).not.toContain(secret);
  expect(printed).toContain(`in ${dataDir}/keys.json (npm start prints them only in a terminal)`);
  expect(printed).toContain(`As Olivia, of ops: sign in with Olivia's key, in ${dataDir}/keys.json`);
  expect(printed).toMatch(
    /Example: the cancellation of dealer D-1302 .+ is complete:\n +http:\/\/localhost:\d+\/temporal\/\S+D-1302/,
  );
  expect(await cancellationsOf('D-1302')).toMatchObject([{ state: 'closed' }]);
  const { apiKeys } = JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'));
  const webUi = await fetch(`http://127.0.0.1:${ports.api}/temporal/api/v1/settings`, {
    headers: { authorization: `Bearer ${apiKeys.olivia}` },
  });
  expect(await webUi.json()).toMatchObject({ DisableWriteActions: true, Codec: { Endpoint: '/codec' } });
  const ready = await fetch(`http://127.0.0.1:${ports.api}/readyz`);
  expect(ready.status).toBe(200);
  const { checks } = (await ready.json()) as { checks: { name: string; status: string }[] };
  expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  expect(checks.map(({ name }) => name)).toContain('disk');
});

test('feeds of two dealers import their files from the SFTP stand-in', async () => {
  for (const { lastRun } of await lastImports())
    expect(lastRun!.counts).toMatchObject({ read: 16, inserted: expect.toSatisfy(isSome) });
  expect(await listOf('tasks?team=feeds')).toEqual([]);
});

async function signIn(link: string) {
  const response = await fetch(`http://127.0.0.1:${settings().ports.api}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link }),
  });
  const body = (await response.json()) as { id?: string; sandbox?: boolean };
  return [response.status, body.id, body.sandbox];
}

/** Every text of a JSON document that is long enough to be one. */
function secretsOf(json: string): string[] {
  const secrets = json.match(/[\w+/=-]{20,}/g) ?? [];
  expect(secrets.length).toBeGreaterThan(3);
  return secrets;
}

test('the command makes a sign-in link', async () => {
  const { ports } = settings();
  const apiKeys = async (...args: string[]) => {
    const command = runProgram('bin/apiKeys.ts', { DEALEROPS_DATA_DIR: dataDir }, args);
    expect([await command.ended, command.printed()]).toEqual([0, expect.anything()]);
    return command.printed();
  };
  const [, id] = /^(\S+) +olivia /m.exec(await apiKeys('list'))!;
  const made = await apiKeys('sign-in-link', id!);
  expect(made).toMatch(new RegExp(`^http://localhost:${ports.api}/#sign-in=`));
  expect(await signIn(made.trim().split('=')[1]!)).toEqual([200, 'olivia', true]);
});

test('every data file and folder is closed to other users', () => {
  const all = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  expect(all).toEqual(expect.arrayContaining(['keys.json', 'settings.json', 'temporal/temporal.db', 'postgres/data']));
  const open = all.filter((file) => (statSync(join(dataDir, file), { throwIfNoEntry: false })?.mode ?? 0) & 0o077);
  expect(open).toEqual([]);
});

test('a second npm start on the same data is rejected in one line', async () => {
  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.printed().split('\n')[0]).toBe(
    `The service already runs on ${dataDir} (process ${service.process.pid}): end that one, or set DEALEROPS_DATA_DIR`,
  );
  expect(await cancellationsOf('D-1302')).toHaveLength(1);
});

test('Ctrl-C stops everything, and the next start has the same addresses and data', async () => {
  const before = settings();
  const imported = await lastImports();
  const pids = serverPids();
  expect(running(pids)).toHaveLength(2);
  service.process.kill('SIGINT');
  expect(await service.ended).toBe(0);
  expect(running(pids)).toEqual([]);
  for (const port of Object.values<number>(before.ports)) expect(await portAnswers(port)).toBe(false);

  expect(service.printed().trimEnd().split('\n').at(-1)).toBe(`Stopped; the data is kept in ${dataDir}`);

  service = start();
  await service.prints('Ready.');
  expectSamePorts(before.ports);
  expect(await cancellationsOf('D-1302')).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
  await vi.waitFor(
    async () => {
      for (const [index, { id, lastRun }] of (await lastImports()).entries()) {
        expect(id).toBe(imported[index]!.id);
        expect(lastRun!.id).not.toBe(imported[index]!.lastRun!.id);
        // Of rows of the file before, and others.
        expect(lastRun!.counts).toMatchObject({
          read: 16,
          inserted: expect.toSatisfy(isSome),
          updated: expect.toSatisfy(isSome),
        });
      }
    },
    { timeout: 170_000, interval: 500 },
  );
  expect(await listOf('tasks?team=feeds')).toEqual([]);
});

test('after a crash, the next start stops leftover processes and has the addresses and data', async () => {
  const pids = serverPids();
  const { ports } = settings();
  service.process.kill('SIGKILL');
  await service.ended;
  expect(running(pids)).toHaveLength(2);

  service = start({ CST_URL: 'foo' });
  await service.prints('Ready.');
  expect(running(pids)).toEqual([]);
  expectSamePorts(ports);
  expect(service.printed()).toMatch(/^CST_URL is ignored: /m);
  expect(await cancellationsOf('D-1302')).toHaveLength(3);
});

test('when a server ends by itself, everything stops and the message names it and its log', async () => {
  const pids = serverPids();
  process.kill(pids[1]!, 'SIGKILL');
  expect(await service.ended).toBe(1);
  expect(service.printed()).toMatch(/PostgreSQL has ended \(signal SIGKILL\); its log is .+postgres\.log/);
  expect(running(pids)).toEqual([]);

  service = start();
  await service.prints('Ready.');
});

test('a second Ctrl-C kills what has not stopped yet', async () => {
  const pids = serverPids();
  process.kill(pids[0]!, 'SIGSTOP');
  service.process.kill('SIGINT');
  await sleep(1_500);
  expect(service.process.exitCode).toBe(null);
  service.process.kill('SIGINT');
  expect(await service.ended).toBe(1);
  await expect.poll(() => running(pids), { timeout: 180_000 }).toEqual([]);
});

test('a requested port that is in use is rejected in one line', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const refused = start({ PORT: String(port) });
  expect(await refused.ended).toBe(1);
  expect(refused.printed().split('\n')[0]).toBe(`PORT: ${port} is in use: end what uses it, or set another`);
  other.close();
});

test('SIGTERM to npm start stops everything', async () => {
  service.process.kill('SIGKILL');
  await service.ended;
  service = runCommand('npm', ['start', '--silent'], { DEALEROPS_DATA_DIR: dataDir });
  await service.prints('Ready.');
  const pids = serverPids();
  service.process.kill('SIGTERM');
  await service.ended;
  await service.prints('npm has ended');
  await expect.poll(() => running(pids), { timeout: 180_000 }).toEqual([]);
  for (const port of Object.values<number>(settings().ports)) expect(await portAnswers(port)).toBe(false);
});

test('in a terminal, npm start prints the keys, and a sign-in link for Olivia and one for Lena, each of which signs in once', async () => {
  const program = 'node --import tsx bin/start.ts';
  service = runCommand('script', ['-qec', program, '/dev/null'], { DEALEROPS_DATA_DIR: dataDir });
  await service.prints('Ready.');
  const { ports } = settings();
  const printed = service.printed().replaceAll('\r', '');
  expect(printed.match(/dok_[\w-]{43}/g)).toHaveLength(6);
  const address = `http://localhost:${ports.api}/#sign-in=`;
  const links = [...printed.matchAll(new RegExp(`As (\\w+), .*: open ${address}([\\w-]{43})$`, 'gm'))];
  expect(links.map(([, name]) => name)).toEqual(['Olivia', 'Lena']);
  const [olivia, lena] = links.map(([, , token]) => token!);
  expect(await signIn(olivia!)).toEqual([200, 'olivia', true]);
  expect(await signIn(lena!)).toEqual([200, 'lena', true]);
  expect(await signIn(olivia!)).toEqual([401, undefined, undefined]);
  process.kill(Number(readFileSync(join(dataDir, 'running.pid'), 'utf8')), 'SIGINT');
  expect(await service.ended).toBe(0);
});
