import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenes } from '../demo/cancellations.ts';
import { type DemoService, inSandbox, Stage } from '../demo/stage.ts';
import { askedToEnd, runProgram } from '../service/runProgram.ts';
import { StartError } from '../service/startError.ts';

/** `npm run demo`: walks every procedure through on the running `npm start`, playing the people. */
await runProgram(async () => {
  const service = await runningService();
  const noFaults = () =>
    inSandbox(service, 'PUT', '/sandbox/faults', {
      cst: { errors: 0, invalidResponse: 0, slowMs: 0, failingDealerIds: [] },
      smtp: { next: [] },
      vinSolutions: { next: [] },
      fortellis: { next: [] },
    });
  void askedToEnd().then(async () => {
    await noFaults().catch(() => {});
    process.exit(1);
  });
  try {
    // An earlier run may have been killed.
    await noFaults();
    console.log(`Plays ${scenes.length} scenes on the running service, with its people and outside systems.`);
    const dealers = [...new Set(scenes.map(({ account }) => account))].sort().join(', ');
    console.log(`A cancellation in progress of one of its dealers is withdrawn first, also yours: ${dealers}.`);
    console.log(`Watch them in the console, ${service.consoleUrl}/, with Olivia's key. Ctrl-C stops it.`);
    for (const [index, { title, account, end = 'ended', play = begin }] of scenes.entries()) {
      console.log(`\n${index + 1}. ${title} (dealer ${account})`);
      const stage = new Stage(service, account);
      await stage.clear();
      await play(stage);
      await stage.playToEnd(end);
    }
  } finally {
    // What went wrong before is what is told.
    await noFaults().catch(() => {});
  }
  console.log(`\nAll ${scenes.length} scenes are complete. They can be played again at any time.`);
});

function begin(stage: Stage): Promise<void> {
  return stage.start();
}

/** @throws StartError when `npm start` does not run */
async function runningService(): Promise<DemoService> {
  const folder = process.env.DEALEROPS_DATA_DIR || '.dealerops';
  const service = keptService(folder);
  await fetch(`${service.url}/readyz`, { signal: AbortSignal.timeout(10_000) }).catch(() => {
    throw new StartError(`npm start does not answer at ${service.url}: run it in another terminal`);
  });
  return service;
}

function keptService(folder: string): DemoService {
  try {
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const { ports } = read('settings.json');
    const { apiKeys, cstToken } = read('keys.json');
    return {
      url: `http://127.0.0.1:${ports.api}`,
      consoleUrl: `http://localhost:${ports.api}`,
      keys: apiKeys,
      cst: { url: `http://127.0.0.1:${ports.cst}`, token: cstToken },
    };
  } catch {
    throw new StartError(
      `Nothing to show it on: run npm start first, in another terminal (it keeps its addresses in ${folder}), or set DEALEROPS_DATA_DIR as for npm start`,
    );
  }
}
