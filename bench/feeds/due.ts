import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowStartOptions } from '@temporalio/client';
import pMap from 'p-map';
import { type ImportIdentity, importFeedWorkflow } from '../../domain/feeds/workflowStarts.ts';
import { completionMs } from '../completions.ts';
import { type Figure, parts, rateOf } from '../measure.ts';
import type { Servers } from '../servers.ts';
import { claimedTasks } from '../tasks.ts';
import { insertFeed, makeFile } from './files.ts';

const rowsOfFile = 20;
/** As many as a run has, and its pause between two looks at the folder. */
const minimalOfRun = { activities: 7, timers: 1, updates: 0 };

/**
 * Runs of many feeds that are due at the same moment, each with a small file, against minimal workflows with as many activities;
 * and how long people's Updates take meanwhile, against before.
 * @throws Error when a run has not imported its file
 */
export async function due(servers: Servers, feeds: number, accounts: string[]): Promise<Figure[]> {
  const { client, start } = servers;
  const workers = [await servers.startWorker(), await servers.startFeedsWorker()];
  await pMap(accounts, start, { concurrency: 8 });
  const [before, meanwhile] = parts(await claimedTasks(servers, accounts.length), 2);
  const imports = await pMap(
    Array.from({ length: feeds }, (_, n) => n),
    (n) => feedWithFile(servers, n),
    { concurrency: 8 },
  );

  const all = async (type: string, starts: WorkflowStartOptions[]) => {
    const handles = await pMap(starts, (options) => client.workflow.start(type, options), { concurrency: 50 });
    return Promise.all(handles.map((handle) => handle.result()));
  };
  const minimal = () => ({ workflowId: `minimal/${randomUUID()}`, taskQueue: 'baseline', args: [minimalOfRun] });
  const baseline = await rateOf(feeds, () => all('minimal', imports.map(minimal)));
  const beforeMs = await completionMs(servers, before!);
  const run = (of: ImportIdentity) => importFeedWorkflow(of, { requestId: randomUUID(), trigger: 'manual' });
  let outcomes: { outcome: string }[] = [];
  const [ours, meanwhileMs] = await Promise.all([
    rateOf(feeds, async () => {
      outcomes = await all('importFeed', imports.map(run));
    }),
    completionMs(servers, meanwhile!),
  ]);
  const missed = outcomes.filter(({ outcome }) => outcome !== 'imported');
  if (missed.length > 0) throw new Error(`${missed.length} feeds were not imported: ${JSON.stringify(missed[0])}`);
  for (const { process } of workers) process.kill('SIGTERM');
  await Promise.all(workers.map(({ ended }) => ended));
  return [
    {
      name: `${feeds} feeds due at once, with the minute between two looks`,
      ...{ baseline, ours, unit: ' runs/s', target: { atLeastRatio: 0.8 } },
    },
    {
      name: 'Update while they run',
      ...{ baseline: beforeMs, ours: meanwhileMs, unit: ' ms', target: { atMostRatio: 1.5 } },
    },
  ];
}

async function feedWithFile(servers: Servers, n: number): Promise<ImportIdentity> {
  const row = await insertFeed(servers, `due-${n}`);
  const folder = join(servers.sftp.folder, row.directory);
  mkdirSync(folder, { recursive: true });
  await makeFile(join(folder, `${n}_SL.csv`), [{ rows: rowsOfFile, seed: n + 1, dms: 'ids', kind: 'sales' }]);
  return row;
}
