import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { scenes } from '../../demo/cancellations.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 120_000 });

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
    /^Nothing to show it on: run npm start first.+ or set DEALEROPS_DATA_DIR as for npm start/,
  );
});

test('plays every scene, even with a cancellation already in progress, and prints where to see each', async () => {
  const started = await fetch(`http://127.0.0.1:${ports.api}/v1/cancellations`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keys().apiKeys.offboarding}`,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ account: 'D-1104', reason: 'subscription_canceled' }),
  });
  expect(started.status).toBe(202);

  const played = demo();
  expect([await played.ended, played.printed()]).toEqual([0, expect.stringContaining('scenes are complete')]);
  expect(played.printed()).toMatch(
    /^A cancellation in progress of one of its dealers is withdrawn first, also yours: D-1001,.* D-1104, /m,
  );
  const parts = played
    .printed()
    .split(/^\d+\. /m)
    .slice(1);
  expect(parts).toHaveLength(scenes.length);
  for (const [index, { title, account, end = 'ended' }] of scenes.entries()) {
    const part = parts[index]!;
    expect(part).toContain(`${title} (dealer ${account})\n`);
    expect(part).toMatch(new RegExp(`^  [^·]+: ${end}`, 'm'));
    const addresses = [
      ...part.matchAll(/^ {2}http:\/\/localhost:(\d+)\/(\S+\/workflows\/[^/\s]+)(?:\/(\S+)\/timeline)?$/gm),
    ];
    expect(addresses.length).toBeGreaterThan(1);
    for (const [, port, workflow, run] of addresses) {
      expect(Number(port)).toBe(ports.webUi);
      const there = await fetch(`http://127.0.0.1:${port}/api/v1/${workflow}?execution.runId=${run ?? ''}`);
      expect([workflow, there.status]).toEqual([workflow, 200]);
    }
  }
  expect(parts[scenes.findIndex(({ account }) => account === 'D-1104')]).toContain(
    'An earlier cancellation is in progress',
  );
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

  const played = demo();
  expect([await played.ended, played.printed()]).toEqual([0, expect.stringContaining('scenes are complete')]);
  expect(played.printed()).toContain('An earlier cancellation is in progress');
});
