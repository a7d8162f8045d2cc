import { parseArgs } from 'node:util';
import type { SandboxDealer } from '../sandbox/shared/dealers.ts';
import { completions } from './completions.ts';
import type { Figure } from './measure.ts';
import { startServers } from './servers.ts';
import { starts } from './starts.ts';
import { vinSolutions } from './vinSolutions.ts';
import { waiting } from './waiting.ts';

/**
 * `npm run bench`: the figures, ours and the baseline's in one run on the same servers; a table, and one line of JSON.
 * `--only starts` (or completions, vinsolutions, waiting) measures a part, `--waiting 1000` with fewer cancellations.
 */
const { values } = parseArgs({ options: { only: { type: 'string' }, waiting: { type: 'string', default: '10000' } } });
const wanted = (part: string) => values.only === undefined || values.only === part;

const vinSolutionsDealers = dealers('V', 321, 'vinsolutions');
const startDealers = dealers('S', 1_650, 'dealersocket');
const completionDealers = dealers('C', 280, 'dealersocket');
const waitingDealers = dealers('W', Number(values.waiting), 'dealersocket');
const ids = (of: SandboxDealer[]) => of.map(({ id }) => id);

const figures: Figure[] = [];
if (values.only !== 'waiting') {
  const servers = await startServers([...vinSolutionsDealers, ...startDealers, ...completionDealers], { onDisk: true });
  try {
    if (wanted('starts')) figures.push(await starts(servers, ids(startDealers)));
    await servers.startWorker();
    if (wanted('completions')) figures.push(await completions(servers, ids(completionDealers)));
    if (wanted('vinsolutions')) {
      await servers.startBaselineWorker();
      figures.push(await vinSolutions(servers, ids(vinSolutionsDealers)));
    }
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
    target: 'below' in target ? `below ${target.below}${unit}` : `at least ${target.atLeastRatio}`,
  })),
);
console.log(JSON.stringify({ figures, node: process.version, at: new Date().toISOString() }));

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
