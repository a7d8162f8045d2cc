import { fileURLToPath } from 'node:url';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { workflowBundle } from '../../worker/worker.ts';
import { readHistories } from './histories.ts';
import { type Mutation, mutations } from './mutations.ts';
import { replayErrors } from './replaying.ts';

/**
 * Shows that the recorded histories protect a release: makes one change of workflow code after another and replays them, until one
 * does not fit. `npm run mutate-workflows`, or with a part of a change's name for some of them.
 */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});
const histories = readHistories();
const chunkSize = 12;

/** @returns the first history that does not fit, if any */
async function caughtBy({ file, from, to }: Mutation): Promise<string | undefined> {
  const loader = fileURLToPath(new URL('./mutateLoader.cjs', import.meta.url));
  const resource = fileURLToPath(new URL(`../../workflows/${file}`, import.meta.url));
  const bundle = await workflowBundle({
    webpackConfigHook: (config) => {
      config.module?.rules?.push({ resource, enforce: 'pre', use: { loader, options: { from, to } } });
      return config;
    },
  });
  for (let first = 0; first < histories.length; first += chunkSize) {
    const some = histories.slice(first, first + chunkSize);
    const [error] = await replayErrors(some, bundle);
    if (error) return some.find(({ runId }) => runId === error.runId)?.name ?? error.workflowId;
  }
  return undefined;
}

const [only = ''] = process.argv.slice(2);
let [caught, missed] = [0, 0];
const accepted: string[] = [];
for (const mutation of mutations.filter(({ name }) => name.includes(only))) {
  const began = Date.now();
  const by = await caughtBy(mutation);
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  console.log(`${by ? `caught by ${by}` : 'accepted'}: ${mutation.name} (${seconds} s)`);
  if (mutation.harmless) {
    if (by) accepted.push(`${mutation.name} changes no command, but is not accepted`);
  } else if (by) caught += 1;
  else missed += 1;
}
const all = caught + missed;
console.log(`${caught} of ${all} changes caught${accepted.map((line) => `; ${line}`).join('')}`);
// At least 18 of 20.
if (missed > all / 10 || accepted.length > 0) process.exitCode = 1;
