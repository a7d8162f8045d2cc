import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pMap from 'p-map';
import { type ImportIdentity, importFeedWorkflow } from '../../domain/feeds/workflowStarts.ts';
import { answersTo } from '../completions.ts';
import { type Figure, parts, percentile, rateOf } from '../measure.ts';
import type { Servers } from '../servers.ts';
import { claimedTasks } from '../tasks.ts';
import { insertFeed, makeFile } from './files.ts';

const rowsOfFile = 20;
/** As many as a run has, and its pause between two looks at the folder. */
const minimalOfRun = { activities: 7, timers: 1, updates: 0 };
/** As people do it: a few at the same moment. */
const peopleAtOnce = 2;

/**
 * Runs of many feeds that are due at the same moment, each with a small file, against minimal workflows with as many activities;
 * and how long people's Updates take meanwhile, against before.
 * @throws Error when a run has not imported its file
 */
export async function due(servers: Servers, feeds: number, accounts: string[]): Promise<Figure[]> {
  const { client, http, start } = servers;
  await servers.startWorker();
  const worker = await servers.startFeedsWorker();
  await servers.startBaselineWorker();
  await pMap(accounts, start, { concurrency: 8 });
  const [before, meanwhile] = parts(await claimedTasks(servers, accounts.length), 2);
  const imports = await pMap(
    Array.from({ length: feeds }, (_, n) => n),
    (n) => feedWithFile(servers, n),
    { concurrency: 8 },
  );

  const complete = async (share: NonNullable<typeof before>) => {
    const times: number[] = [];
    const completeOne = async ({ id, content }: (typeof share)[number]) => {
      const begun = performance.now();
      await http.post(`/v1/tasks/${id}/complete`, { answers: answersTo(content) });
      times.push(performance.now() - begun);
    };
    await pMap(share, completeOne, { concurrency: peopleAtOnce });
    return percentile(times, 50);
  };
  const all = (starts: { type: string; options: Parameters<typeof client.workflow.start>[1] }[]) => async () => {
    const handles = await pMap(starts, ({ type, options }) => client.workflow.start(type, options), {
      concurrency: 50,
    });
    return Promise.all(handles.map((handle) => handle.result()));
  };
  const minimal = { type: 'minimal', options: { taskQueue: 'baseline', args: [minimalOfRun] } };
  const baseline = await rateOf(
    feeds,
    all(imports.map(() => ({ ...minimal, options: { ...minimal.options, workflowId: `minimal/${randomUUID()}` } }))),
  );
  const beforeMs = await complete(before!);
  let outcomes: { outcome: string }[] = [];
  const [ours, meanwhileMs] = await Promise.all([
    rateOf(feeds, async () => {
      const starts = imports.map((of) => importFeedWorkflow(of, { requestId: randomUUID(), trigger: 'manual' }));
      outcomes = await all(starts.map((options) => ({ type: 'importFeed', options })))();
    }),
    complete(meanwhile!),
  ]);
  const missed = outcomes.filter(({ outcome }) => outcome !== 'imported');
  if (missed.length > 0) throw new Error(`${missed.length} feeds were not imported: ${JSON.stringify(missed[0])}`);
  worker.process.kill('SIGTERM');
  await worker.ended;
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
