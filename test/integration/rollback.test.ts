import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Readiness } from '../../domain/shared/readiness.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { startWorker, workflowBundle } from '../../worker/worker.ts';
import { apiOf, type TestApi } from '../support/api.ts';
import { dealerOf } from '../support/dealer.ts';
import { freePort } from '../support/freePort.ts';
import { type ReleasedProgram, type RunningProgram, runReleased } from '../support/program.ts';
import { buildTimeout, builtRelease } from '../support/release.ts';
import { startService, type TestService } from '../support/service.ts';

/** A release whose code for Elead differs without `patched`, and then a return to this one. */
let service: TestService;
let api: TestApi;
let environment: Record<string, string>;
let release: string;
const programs: RunningProgram[] = [];
const keys = `k1:${randomBytes(32).toString('base64')}`;
const workflowId = 'cancellation/crm/elead/D-1201';

const changedBundle = () =>
  workflowBundle({
    webpackConfigHook: (config) => {
      const loader = new URL('../support/changedElead.cjs', import.meta.url).pathname;
      config.module?.rules?.push({
        test: /workflows[\\/]cancellations[\\/]vendorProcedures\.ts$/,
        enforce: 'pre',
        loader,
      });
      return config;
    },
  });

/** A worker of the other release, which does not come to its end by itself. */
async function otherRelease() {
  const { namespace, dataConverter, outside, native: connection } = service;
  return startWorker({ connection, namespace, dataConverter, outside, bundle: await changedBundle() });
}

function run(name: ReleasedProgram, more: Record<string, string> = {}): RunningProgram {
  const program = runReleased(release, name, { ...environment, ...more });
  programs.push(program);
  return program;
}

beforeAll(async () => {
  release = await builtRelease();
  service = await startService({ withoutWorker: true, keyring: parseKeyring(keys) });
  api = await apiOf(service);
  environment = {
    DATABASE_URL: service.database.url,
    TEMPORAL_ADDRESS: service.address,
    TEMPORAL_NAMESPACE: service.namespace,
    DEALEROPS_CODEC_KEYS: 'env:KEYS',
    KEYS: keys,
    SMTP_URL: service.sandbox.smtp.url,
    MAIL_FROM: 'Dealerops <dealerops@example.com>',
    WORKER_DEPLOYMENT: 'dealerops',
  };
}, buildTimeout);
afterAll(async () => {
  for (const program of programs) program.process.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await api?.close();
  await service?.close();
});

test('make-current names the open workflows that a build would stop, and the API shows stopped workflows', async () => {
  let other = await otherRelease();
  service.sandbox.faults.smtp.next = Array(1_000).fill('451');
  const dealer = dealerOf(service, 'D-1201');
  const { id, ended } = await dealer.cancel(['crm/elead']);
  interface View {
    integrations: { state: string; stopped?: string; steps: { waitingOn?: string }[] }[];
  }
  const view = async () => (await api.get<View>('reader', `/v1/cancellations/${id}`)).body.integrations?.[0];
  await expect.poll(view, { timeout: 90_000 }).toMatchObject({ steps: [{ waitingOn: 'the mail server' }] });
  expect((await view())!.stopped).toBeUndefined();

  const named = `  ${workflowId} (run `;
  const replay = run('replayOpenHistories');
  expect(await replay.ended).toBe(1);
  expect(replay.printed()).toContain('This build cannot replay 1 of 2 open workflows: it would stop them.');
  expect(replay.printed()).toContain(named);
  expect(replay.printed()).not.toMatch(/^\s+at /m);
  const current = run('makeCurrent');
  expect(await current.ended).toBe(1);
  expect(current.printed()).toContain(named);
  const described = service.client.workflowService.describeWorkerDeployment({
    namespace: service.namespace,
    deploymentName: 'dealerops',
  });
  await expect(described, 'make-current has made nothing current').rejects.toThrow();

  // The return to this release, in spite of that.
  const METRICS_PORT = String(await freePort());
  const HEALTH_PORT = String(await freePort());
  const worker = run('worker', { METRICS_PORT, HEALTH_PORT, WORKER_DEPLOYMENT: '' });
  await worker.prints('The worker runs');
  await other.shutdown();
  service.sandbox.faults.smtp.next = [];
  // Whatever wakes it.
  await service.client.workflow.getHandle(workflowId).signal('wake');
  await expect.poll(async () => (await view())?.stopped, { timeout: 240_000 }).toContain('NonDeterministicError');
  expect(await view()).toMatchObject({ steps: [{ waitingOn: 'an engineer' }] });
  const ready = async () => {
    const { status, body } = await api.call<Readiness>(null, 'GET', '/readyz');
    return { http: status, status: body.status, workflows: body.checks.find(({ name }) => name === 'workflows') };
  };
  await expect.poll(ready, { timeout: 180_000 }).toMatchObject({
    http: 200,
    status: 'degraded',
    workflows: { reason: expect.stringMatching(/^1 workflows? fails? at each try \(NonDeterministicError\)/) },
  });
  const metrics = async () => (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
  await expect.poll(metrics, { timeout: 90_000, interval: 1_000 }).toMatch(/^\w*dealerops_stopped_workflows\S* 1$/m);

  // Forward again.
  other = await otherRelease();
  worker.process.kill('SIGTERM');
  await worker.ended;
  expect(await ended()).toEqual({ 'crm/elead': 'ended' });
  await other.shutdown();
  await expect.poll(ready, { timeout: 180_000 }).toMatchObject({ workflows: { status: 'ok' } });
  const empty = run('replayOpenHistories');
  expect(await empty.ended).toBe(0);
  expect(empty.printed()).toContain('This build replays all 0 open workflows');
}, 400_000);
