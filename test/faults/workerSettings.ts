import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import type { TaskQueue } from '../../domain/shared/taskQueues.ts';
import type { TestService } from '../support/service.ts';

/**
 * What `workerProcess.ts` needs to work for a test's service, as it reads it.
 * @param own.queue the interactive one when absent
 */
export function workerSettings(
  { address, namespace, database, sandbox, outside }: TestService,
  own: { keyring: string; bundleFile: string; queue?: TaskQueue },
): string {
  return JSON.stringify({
    address,
    namespace,
    databaseUrl: database.url,
    connectors: { cst: sandbox.cst, salesforce: sandbox.salesforce },
    smtpUrl: sandbox.smtp.url,
    feeds: outside.feeds,
    ...own,
  });
}

/**
 * A worker in a process of its own, to be killed.
 * @returns `running` resolves when it polls; never when it is killed before
 */
export function startWorkerProcess(settings: string): { worker: ChildProcess; running: Promise<void> } {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const script = new URL('./workerProcess.ts', import.meta.url).pathname;
  const worker = spawn(process.execPath, ['--import', tsx, script], {
    env: { ...process.env, WORKER_SETTINGS: settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { worker, running: new Promise((resolve) => worker.stdout.once('data', () => resolve())) };
}
