import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, parts, percentile } from './measure.ts';
import { largestMemoryMiB } from './processes.ts';
import type { Servers } from './servers.ts';
import { openTasks } from './tasks.ts';

/** In waves, as a batch's dealers come: thousands that begin at once are read again and again by a worker that caches few. */
const perBatch = 250;
const looks = 500;

/** So many cancellations wait for people: the worker's largest memory, and the task list's first page. */
export async function waiting(servers: Servers, worker: { pid: number }, accounts: string[]): Promise<Figure[]> {
  const { http, database } = servers;
  const batches = parts(accounts, Math.ceil(accounts.length / perBatch));
  let begun = 0;
  for (const batch of batches) {
    const items = batch.map((account) => ({ account, reason: 'subscription_canceled' }));
    await http.post('/v1/cancellations/batch', { items }, { 'idempotency-key': randomUUID() });
    begun += batch.length;
    while ((await openTasks(database.db)) < begun) await sleep(250);
  }
  const times: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    const begun = performance.now();
    await http.get('/v1/tasks');
    times.push(performance.now() - begun);
  }
  return [
    {
      name: `worker's largest memory, ${accounts.length} cancellations waiting`,
      ours: largestMemoryMiB(worker.pid),
      unit: ' MiB',
      target: { below: 512 },
    },
    {
      name: `task list's first page of ${accounts.length}, 99th percentile`,
      ours: percentile(times, 99),
      unit: ' ms',
      target: { below: 50 },
    },
  ];
}
