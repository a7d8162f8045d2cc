/** `npm run demo`: plays every procedure on the running `npm start`, with its people; `npm run demo -- feeds` plays a feed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import type { DemoService } from '../demo/api.ts';
import { scenes } from '../demo/cancellations.ts';
import { failDemosDealer, hasOtherFaults } from '../demo/faults.ts';
import { clearFeed, playFeed } from '../demo/feeds.ts';
import { leaveOpen, leftOpen } from '../demo/leftOpen.ts';
import { Stage } from '../demo/stage.ts';
import { keptKeyPair } from '../sandbox/sftp/keys.ts';
import { askedToEnd, runProgram } from '../service/runProgram.ts';
import { StartError } from '../service/startError.ts';

const notTheDemos = 'a cancellation of this dealer is in progress that the demo did not start';

const program = new Command('demo')
  .description('Plays cancellations, which leave some tasks open, or a feed on the running npm start, with its people')
  .addArgument(new Argument('[process]', 'what to play').choices(['cancellations', 'feeds']).default('cancellations'))
  .option('--clear', 'only withdraw or end what earlier runs of both have left in progress');
const { clear } = program.parse().opts<{ clear?: boolean }>();
const [played] = program.processedArgs;

await runProgram(async () => {
  const service = await runningService();
  const endFault = () => failDemosDealer(service, false);
  void askedToEnd().then(async () => {
    await endFault().catch(() => {});
    process.exit(1);
  });
  try {
    // An earlier run may have been killed.
    await endFault();
    if (await hasOtherFaults(service))
      console.log(`Faults that you have set stay: where one stops the demo, end it at ${service.consoleUrl}/sandbox`);
    if (clear) await clearAll(service);
    else if (played === 'feeds') await playFeed(service);
    else await playAll(service);
  } finally {
    // What went wrong before is what is told.
    await endFault().catch(() => {});
  }
});

async function playAll(service: DemoService): Promise<void> {
  console.log(`Plays ${scenes.length} scenes on the running service, with its people and external systems.`);
  console.log('A cancellation that you have started is not touched: its scene is skipped.');
  console.log(`Watch them in the console, ${service.consoleUrl}/, as Olivia. Ctrl-C stops it.`);
  let skipped = 0;
  for (const [index, { title, account, end = 'ended', play = begin }] of scenes.entries()) {
    console.log(`\n${index + 1}. ${title} (dealer ${account})`);
    const stage = new Stage(service, account);
    if (!(await stage.clear())) {
      console.log(`  Skipped: ${notTheDemos}`);
      skipped += 1;
      continue;
    }
    await play(stage);
    await stage.playToEnd(end);
  }
  console.log('\nLeft open for you, in the console under Work:');
  for (const one of leftOpen) {
    const left = await leaveOpen(new Stage(service, one.account), one);
    console.log(`  ${one.account}  ${left ? one.title : `skipped: ${notTheDemos}`}`);
  }
  const which = skipped
    ? `${scenes.length - skipped} scenes are complete, ${skipped} skipped.`
    : `All ${scenes.length} scenes are complete.`;
  console.log(`\n${which} They can be played again at any time; npm run demo -- --clear withdraws what is left open.`);
}

async function clearAll(service: DemoService): Promise<void> {
  for (const { account } of [...scenes, ...leftOpen]) await new Stage(service, account).clear();
  await clearFeed(service);
  console.log('Nothing of the demo is in progress any more.');
}

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
    const sftp = join(folder, 'sandbox', 'sftp');
    return {
      url: `http://127.0.0.1:${ports.api}`,
      consoleUrl: `http://localhost:${ports.api}`,
      keys: apiKeys,
      cst: { url: `http://127.0.0.1:${ports.cst}`, token: cstToken },
      sftp: {
        host: '127.0.0.1',
        port: ports.sftp,
        hostKey: keptKeyPair(join(sftp, 'keys'), 'host').fingerprint,
        folder: join(sftp, 'files'),
      },
    };
  } catch {
    throw new StartError(
      `npm start does not run: run it first, in another terminal (it keeps its addresses in ${folder}), or set DEALEROPS_DATA_DIR as for npm start`,
    );
  }
}
