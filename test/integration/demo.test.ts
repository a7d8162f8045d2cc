import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { scenes } from '../../demo/cancellations.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 400_000 });

let dataDir: string;
let service: RunningProgram;
let ports: Record<string, number>;
const keys = () => JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'));
const demo = () => runProgram('bin/demo.ts', { DEALEROPS_DATA_DIR: dataDir });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealerops-demo-'));
  chmodSync(dataDir, 0o755);
  service = runProgram('bin/start.ts', { DEALEROPS_DATA_DIR: dataDir });
  await service.prints('Ready.');
  ({ ports } = JSON.parse(readFileSync(join(dataDir, 'settings.json'), 'utf8')));
});
afterAll(async () => {
  service?.process.kill('SIGINT');
  await service?.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

test('says what is missing when the service does not run', async () => {
  const elsewhere = runProgram('bin/demo.ts', { DEALEROPS_DATA_DIR: join(dataDir, 'none') });
  expect(await elsewhere.ended).toBe(1);
  expect(elsewhere.printed()).toMatch(
    /^npm start does not run: run it first.+ or set DEALEROPS_DATA_DIR as for npm start/,
  );
});

interface Task {
  account: string;
  state: string;
  assignee: string | null;
  dueAt: string;
  followUpAt: string | null;
}
async function ask<T>(path: string, body?: object, key: string = keys().apiKeys.offboarding): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${ports.api}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${key}`,
      ...(body && { 'idempotency-key': randomUUID(), 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  expect([path, response.ok]).toEqual([path, true]);
  return (await response.json()) as T;
}
const openOf = async (account: string) =>
  (await ask<{ cancellations: { id: string; state: string }[] }>(`/v1/cancellations?account=${account}`)).cancellations
    .filter(({ state }) => state === 'open')
    .map(({ id }) => id);
const openTasks = async () => {
  const { tasks } = await ask<{ tasks: Task[] }>('/v1/tasks?limit=100');
  // Of a dealer with several tasks, one with which something was done.
  const touched = [...tasks].sort((a, b) => Number(a.state !== 'open') - Number(b.state !== 'open'));
  return Object.fromEntries(touched.map((task) => [task.account, task]));
};

test('plays every scene, prints where to see each, and skips a dealer that the visitor is canceling', async () => {
  const mine = await ask<{ id: string }>('/v1/cancellations', { account: 'D-1701', reason: 'subscription_canceled' });
  const played = demo();
  expect([await played.ended, played.printed()]).toEqual([
    0,
    expect.stringContaining(`${scenes.length - 1} scenes are complete, 1 skipped`),
  ]);
  expect(await openOf('D-1701')).toEqual([mine.id]);
  const parts = played
    .printed()
    .split(/^\d+\. /m)
    .slice(1);
  expect(parts).toHaveLength(scenes.length);
  for (const [index, { title, account, end = 'ended' }] of scenes.entries()) {
    const part = parts[index]!;
    expect(part).toContain(`${title} (dealer ${account})\n`);
    if (account === 'D-1701') {
      expect(part).toContain('Skipped: a cancellation of this dealer is in progress that the demo did not start');
      continue;
    }
    expect(part).toMatch(new RegExp(`^  [^·]+: ${end}`, 'm'));
    const addresses = [
      ...part.matchAll(/^ {2}http:\/\/localhost:(\d+)\/temporal\/(\S+\/workflows\/[^/\s]+)(?:\/(\S+)\/timeline)?$/gm),
    ];
    expect(addresses.length).toBeGreaterThan(1);
    for (const [, port, workflow, run] of addresses) {
      expect(Number(port)).toBe(ports.api);
      const there = await fetch(`http://127.0.0.1:${port}/temporal/api/v1/${workflow}?execution.runId=${run ?? ''}`, {
        headers: { authorization: `Bearer ${keys().apiKeys.olivia}` },
      });
      expect([workflow, there.status]).toEqual([workflow, 200]);
    }
  }

  const tasks = await openTasks();
  expect(tasks['D-1901']).toMatchObject({ state: 'open', assignee: null, followUpAt: null });
  expect(tasks['D-1902']).toMatchObject({ state: 'claimed', assignee: 'olivia' });
  expect(tasks['D-1903']).toMatchObject({ state: 'escalated' });
  expect(Date.parse(tasks['D-1904']!.followUpAt!)).toBeGreaterThan(Date.now());
  expect(Date.parse(tasks['D-1905']!.dueAt)).toBeLessThan(Date.now());
  const [waiting] = await openOf('D-1906');
  const { integrations } = await ask<{ integrations: { state: string }[] }>(`/v1/cancellations/${waiting}`);
  expect(integrations).toMatchObject([{ state: 'waiting' }]);
});

test('plays every scene again after a killed run that left sandbox faults behind', async () => {
  const killed = demo();
  await killed.prints(/\n5\. .+\n.* waits for/);
  killed.process.kill('SIGKILL');
  await killed.ended;
  const left = await fetch(`http://127.0.0.1:${ports.cst}/sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys().cstToken}` },
    body: JSON.stringify({ cst: { failingDealerIds: ['555203'], errors: 3 } }),
  });
  expect(left.status).toBe(200);

  const before = await openTasks();
  const played = demo();
  expect([await played.ended, played.printed()]).toEqual([0, expect.stringContaining('scenes are complete')]);
  expect(played.printed()).toContain('A cancellation of an earlier run is in progress');
  const after = await openTasks();
  for (const account of ['D-1901', 'D-1902', 'D-1903', 'D-1904', 'D-1905'])
    expect(after[account]).toEqual(before[account]);
});

test('with --clear it withdraws what it has left open, and nothing else', async () => {
  const mine = await openOf('D-1701');
  const cleared = runProgram('bin/demo.ts', { DEALEROPS_DATA_DIR: dataDir }, ['--clear']);
  expect([await cleared.ended, cleared.printed()]).toEqual([
    0,
    expect.stringContaining('Nothing of the demo is in progress any more'),
  ]);
  for (const account of ['D-1901', 'D-1902', 'D-1903', 'D-1904', 'D-1905', 'D-1906'])
    expect([account, await openOf(account)]).toEqual([account, []]);
  expect(await openOf('D-1701')).toEqual(mine);
});
