import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../db/schema/shared.ts';
import { parseKeyring } from '../../worker/keyring.ts';
import { apiOf } from '../support/api.ts';
import { randomOf } from '../support/random.ts';
import { expectAllReplay } from '../support/replay.ts';
import { startService, testBundle } from '../support/service.ts';
import { manyDealers } from './dealers.ts';
import { playUntilClosed, startSurely } from './people.ts';
import { startWorkerProcess, workerSettings } from './workerSettings.ts';

/** The worker is killed at random moments while cancellations run. A seed is one such run; FAULT_SEEDS=100 for more and larger ones. */
const seeds = Number(process.env.FAULT_SEEDS ?? 10);
const cancellationsPerSeed = process.env.FAULT_SEEDS ? 50 : 20;

let folder: string;
let bundleFile: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dealerops-faults-'));
  bundleFile = join(folder, 'bundle.js');
  writeFileSync(bundleFile, (await testBundle()).code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a worker killed with SIGKILL', () => {
  it.concurrent.each(Array.from({ length: seeds }, (_, index) => index + 1))(
    'at the random moments of seed %i loses nothing and does nothing twice',
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
      const settings = workerSettings(service, { keyring: keyringText, bundleFile });
      let worker: ChildProcess | undefined;
      const startWorker = () => {
        const started = startWorkerProcess(settings);
        worker = started.worker;
        return started.running;
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
        const ids = await Promise.all(manyDealers(cancellationsPerSeed).map(({ id }) => startSurely(api, id)));
        const cancellations = await playUntilClosed(api, service, ids);
        over = true;
        await killing;

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
        expect((await api.get<{ tasks: unknown[] }>('olivia', '/v1/tasks')).body.tasks).toEqual([]);
        await expectAllReplay(service);
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
