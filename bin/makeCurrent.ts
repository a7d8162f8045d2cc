import { Client } from '@temporalio/client';
import { Command } from 'commander';
import { deploymentSettings } from '../service/config.ts';
import { connectTemporal } from '../service/parts.ts';
import { expectOpenHistoriesReplay } from '../service/replay.ts';
import { runProgram } from '../service/runProgram.ts';
import { firstLine, StartError } from '../service/startError.ts';
import { buildIdOf } from '../worker/buildId.ts';
import { makeCurrent } from '../worker/deployment.ts';
import { workflowBundle } from '../worker/worker.ts';

/** A worker that waits for work begins its next poll within a minute. */
const withinMs = 90_000;

/**
 * `npm run make-current`: workflows continue with this build, as soon as its worker polls, if this build can replay every
 * open one; safe to run again.
 */
const program = new Command('make-current')
  .description('Makes this build the one on which workflows start and continue')
  .option('--skip-replay', 'do not replay the open workflows first: those that this build cannot replay will stop')
  .action(({ skipReplay }: { skipReplay?: boolean }) => runProgram(() => makeThisBuildCurrent(!skipReplay)));

await program.parseAsync();

async function makeThisBuildCurrent(replayFirst: boolean): Promise<void> {
  const { temporal, keyring, deployment } = deploymentSettings();
  const bundle = await workflowBundle();
  const buildId = buildIdOf(bundle);
  const connection = await connectTemporal(temporal);
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    if (replayFirst) await expectOpenHistoriesReplay(client, keyring, bundle);
    await makeCurrent(client, { deployment, buildId }, withinMs).catch((error: Error) => {
      throw new StartError(
        `The build ${buildId} of ${deployment} could not be made current (${firstLine(error)}): start the workers of this build, for every task queue`,
      );
    });
  } finally {
    await connection.close();
  }
  console.log(`The build ${buildId} of ${deployment} is current`);
}
