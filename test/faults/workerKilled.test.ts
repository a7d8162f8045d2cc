import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../db/schema.ts';
import type { StepProgress } from '../../domain/cancellations.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { apiOf } from '../support/api.ts';
import { startService, testBundle } from '../support/service.ts';
import { manyDealers } from './dealers.ts';

/** The worker is killed at random moments while 50 cancellations run. A seed is one such run; FAULT_SEEDS=100 for more. */
const seeds = Number(process.env.FAULT_SEEDS ?? 10);
const cancellationsPerSeed = 50;

/** Mulberry32: the same seed is the same moments. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let folder: string;
let bundleFile: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dealerops-faults-'));
  bundleFile = join(folder, 'bundle.js');
  writeFileSync(bundleFile, (await testBundle()).code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Task {
  id: string;
  kind: string;
  account: string;
  assignee: string | null;
  state: string;
  content: {
    texts: { label: string; value: string }[];
    fields: { name: string; type: string; choices?: { value: string }[] }[];
  };
}

describe('a worker killed with SIGKILL', () => {
  it.concurrent.each(Array.from({ length: seeds }, (_, index) => index + 1))(
    'at the moments of seed %i loses and doubles nothing',
    async (seed) => {
      const random = randomOf(seed);
      const keyringText = `faults:${randomBytes(32).toString('base64')}`;
      const service = await startService({
        withoutWorker: true,
        keyring: parseKeyring(keyringText),
        dealers: manyDealers(cancellationsPerSeed),
      });
      const api = await apiOf(service);
      const { sandbox } = service;
      sandbox.faults.cst.runMs = 400;
      const settings = JSON.stringify({
        address: service.address,
        namespace: service.namespace,
        databaseUrl: service.database.url,
        keyring: keyringText,
        cst: { url: sandbox.cst.url, token: sandbox.cst.token },
        salesforce: {
          url: sandbox.salesforce.url,
          clientId: sandbox.salesforce.clientId,
          clientSecret: sandbox.salesforce.clientSecret,
        },
        smtpUrl: sandbox.smtp.url,
        bundleFile,
      });
      let worker: ChildProcess | undefined;
      const startWorker = () => {
        const tsx = createRequire(import.meta.url).resolve('tsx');
        const script = new URL('./workerProcess.ts', import.meta.url).pathname;
        worker = spawn(process.execPath, ['--import', tsx, script], {
          env: { ...process.env, WORKER_SETTINGS: settings },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        return new Promise<void>((resolve) => worker!.stdout!.once('data', () => resolve()));
      };
      let over = false;
      const kills: number[] = [];
      const killing = (async () => {
        await startWorker();
        for (let left = 3 + Math.floor(random() * 2); left > 0 && !over; left -= 1) {
          const wait = Math.round(200 + random() * 1_500);
          await sleep(wait);
          kills.push(wait);
          worker!.kill('SIGKILL');
          await startWorker();
        }
      })();

      try {
        const ids = await Promise.all(
          manyDealers(cancellationsPerSeed).map(async ({ id }) => {
            const started = await api.start({ account: id });
            expect(started.status).toBe(202);
            return started.body.id;
          }),
        );
        const open = new Set(ids);
        const play = async (task: Task) => {
          const answers = Object.fromEntries(
            task.content.fields.map((field) => [field.name, answerTo(task, field)] as const),
          );
          if (task.state === 'open') await api.post('olivia', `/v1/tasks/${task.id}/claim`);
          // A worker that was killed answers late: the same decision is then sent again.
          await api.post('olivia', `/v1/tasks/${task.id}/complete`, { answers });
        };
        const answerTo = (task: Task, field: Task['content']['fields'][number]) => {
          if (field.type === 'confirm') return true;
          if (field.type === 'text') return 'T-1';
          // The person looks whether the mail has arrived.
          const code = task.content.texts.find((text) => text.label === 'Subject')?.value ?? '';
          const arrived = sandbox.smtp.messages.some((mail) => mail.subject === code);
          if (task.kind === 'elead-mail-unknown') return arrived ? 'accepted' : 'send_again';
          return 'retry';
        };
        for (const deadline = Date.now() + 240_000; open.size > 0; await sleep(100)) {
          if (Date.now() > deadline) throw new Error(`not ended: ${[...open].join(', ')}`);
          const { tasks } = (await api.get<{ tasks: Task[] }>('olivia', '/v1/tasks?state=open&state=claimed&limit=100'))
            .body;
          await Promise.all(tasks.map(play));
          const { cancellations } = (
            await api.get<{ cancellations: { id: string; state: string }[] }>('reader', '/v1/cancellations?limit=100')
          ).body;
          for (const one of cancellations) if (one.state === 'closed') open.delete(one.id);
        }
        over = true;
        await killing;

        const { cancellations } = (
          await api.get<{
            cancellations: { account: string; integrations: { state: string; steps: StepProgress[] }[] }[];
          }>('reader', '/v1/cancellations?limit=100')
        ).body;
        expect(cancellations).toHaveLength(cancellationsPerSeed);
        for (const { integrations } of cancellations) {
          for (const { state, steps } of integrations) {
            expect(state).toBe('ended');
            expect(steps.map((step) => step.state)).toEqual(steps.map(() => 'done'));
          }
        }
        const mails = (await service.db.select().from(outbox)).filter((mail) => mail.kind === 'vendor_request');
        expect(mails).toHaveLength(cancellationsPerSeed / 5);
        for (const mail of mails) {
          expect(mail.state).toBe('accepted');
          expect(sandbox.smtp.messages.filter((one) => one.messageId === mail.messageId)).toHaveLength(1);
        }
        const removed = sandbox.state.runs.flatMap((run) => run.results.map((result) => result.dealerId));
        expect(removed.length).toBe(cancellationsPerSeed / 5);
        expect(new Set(removed).size).toBe(removed.length);
        expect(sandbox.state.dmsProviders.size).toBe(
          manyDealers(cancellationsPerSeed).filter((one) =>
            one.integrations.some((integration) => /dealervault|reynolds/.test(integration.vendor)),
          ).length,
        );
        expect((await api.get<{ tasks: Task[] }>('olivia', '/v1/tasks')).body.tasks).toEqual([]);
      } catch (error) {
        throw new Error(`seed ${seed}, killed after ${kills.join(', ')} ms: ${(error as Error).message}`, {
          cause: error,
        });
      } finally {
        over = true;
        await killing.catch(() => {});
        worker?.kill('SIGKILL');
        await api.close();
        await service.close();
      }
    },
  );
});
