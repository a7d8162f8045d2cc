import { parseArgs } from 'node:util';
import type { SandboxDealer } from '../sandbox/shared/dealers.ts';
import { bulk, bulkModes } from './bulk.ts';
import { completions } from './completions.ts';
import { feeds } from './feeds.ts';
import type { Figure } from './measure.ts';
import { startServers } from './servers.ts';
import { starts } from './starts.ts';
import { vinSolutions } from './vinSolutions.ts';
import { waiting } from './waiting.ts';

/**
 * `npm run bench`: the figures, ours and the baseline's in one run on the same servers; a table, and one line of JSON.
 * `--only starts` (or completions, vinsolutions, bulk, feeds, waiting) measures a part; `--waiting 1000` with fewer cancellations,
 * `--feeds-due 200`, `--feed-rows 100000` and `--feed-activities 5000000` with fewer or more of them.
 * `--peers /path/to/venv/bin` also loads the feeds' first file with dlt and sling: pip install "dlt[postgres,parquet]"
 * adbc-driver-postgresql "sling<1.5"
 * `--small` runs every part with a few cancellations and rows, to see that it works: its figures say nothing.
 */
const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    ...{ only: { type: 'string' }, waiting: { type: 'string' }, small: { type: 'boolean', default: false } },
    ...{ 'feeds-due': { type: 'string' }, 'feed-rows': { type: 'string' }, 'feed-activities': { type: 'string' } },
  },
});
const smallWithinMs = 10 * 60_000;
const cancellationParts = ['starts', 'completions', 'vinsolutions', 'bulk'];
const partNames = [...cancellationParts, 'feeds', 'waiting'];
if (values.only !== undefined && !partNames.includes(values.only))
  throw new Error(`--only must be one of ${partNames.join(', ')}`);
// What hangs must not hang whoever checks the benchmarks.
if (values.small) setTimeout(() => giveUp(), smallWithinMs).unref();
const wanted = (part: string) => values.only === undefined || values.only === part;

const sizes = values.small
  ? {
      starts: [8, 2],
      completions: [8, 2],
      vinSolutions: [9, 2],
      bulk: [8, 2],
      feeds: [4, 4_000, 4_000],
      feedDealers: 4,
      waiting: 20,
    }
  : {
      starts: [1_650, 11],
      completions: [280, 7],
      vinSolutions: [321, 4],
      bulk: [160, 5],
      feeds: [20, 1_000_000, 5_000_000],
      feedDealers: 100,
      waiting: 10_000,
    };
const [startDealers, startRounds] = part('S', sizes.starts, 'dealersocket');
const [completionDealers, completionRounds] = part('C', sizes.completions, 'dealersocket');
const [vinSolutionsDealers, vinSolutionsRounds] = part('V', sizes.vinSolutions, 'vinsolutions');
const bulkDealers = bulkModes.map((_, index) => dealers(`B${index}`, sizes.bulk[0]!, 'dealersocket'));
const feedDealers = dealers('F', sizes.feedDealers, 'dealersocket');
const waitingDealers = dealers('W', Number(values.waiting ?? sizes.waiting), 'dealersocket');
const ids = (of: SandboxDealer[]) => of.map(({ id }) => id);

const figures: Figure[] = [];
if (cancellationParts.some(wanted)) {
  const all = [...vinSolutionsDealers, ...startDealers, ...completionDealers, ...bulkDealers.flat()];
  const servers = await startServers(all, { onDisk: true });
  try {
    if (wanted('starts')) figures.push(await starts(servers, ids(startDealers), startRounds));
    if (wanted('bulk'))
      for (const [index, mode] of bulkModes.entries())
        figures.push(await bulk(servers, mode, ids(bulkDealers[index]!), sizes.bulk[1]!));
    if (wanted('completions') || wanted('vinsolutions')) await servers.startWorker();
    if (wanted('completions')) figures.push(await completions(servers, ids(completionDealers), completionRounds));
    if (wanted('vinsolutions')) {
      await servers.startBaselineWorker();
      figures.push(await vinSolutions(servers, ids(vinSolutionsDealers), vinSolutionsRounds));
    }
  } finally {
    await servers.close();
  }
}
if (wanted('feeds')) {
  const servers = await startServers(feedDealers, { onDisk: true });
  try {
    const [due, rows, activities] = sizes.feeds;
    const its = {
      due: Number(values['feeds-due'] ?? due),
      rows: Number(values['feed-rows'] ?? rows),
      activities: Number(values['feed-activities'] ?? activities),
      peers: values.peers,
    };
    figures.push(...(await feeds(servers, its, ids(feedDealers))));
  } finally {
    await servers.close();
  }
}
if (wanted('waiting')) {
  const servers = await startServers(waitingDealers, { onDisk: false });
  try {
    const worker = await servers.startWorker();
    figures.push(...(await waiting(servers, { pid: worker.process.pid! }, ids(waitingDealers))));
  } finally {
    await servers.close();
  }
}

console.table(
  figures.map(({ name, baseline, ours, unit, target }) => ({
    figure: name,
    baseline: baseline === undefined ? '' : `${baseline.toFixed(1)}${unit}`,
    ours: `${ours.toFixed(1)}${unit}`,
    ratio: baseline === undefined ? '' : (ours / baseline).toFixed(2),
    target: !target
      ? ''
      : 'below' in target
        ? `below ${target.below}${unit}`
        : 'atMostRatio' in target
          ? `at most ${target.atMostRatio}`
          : `at least ${target.atLeastRatio}`,
  })),
);
console.log(JSON.stringify({ figures, node: process.version, at: new Date().toISOString() }));

function giveUp(): never {
  console.error(`The small run did not end within ${smallWithinMs / 60_000} minutes`);
  process.exit(1);
}

/** The dealers of a part and its rounds. */
function part(prefix: string, [many = 0, rounds = 0]: number[], vendor: string): [SandboxDealer[], number] {
  return [dealers(prefix, many, vendor), rounds];
}

function dealers(prefix: string, many: number, vendor: string): SandboxDealer[] {
  return Array.from({ length: many }, (_, index) => ({
    id: `${prefix}-${index}`,
    name: `${vendor} ${index} Motors`,
    effectiveStatus: 'Cancelled',
    parentSalesAccountId: null,
    timeZone: 'America/Chicago',
    city: 'Exampletown',
    state: 'TX',
    integrations: [{ kind: 'crm', vendor, dealerId: String(10_000 + index) }],
  }));
}
