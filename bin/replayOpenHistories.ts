import { Client } from '@temporalio/client';
import { replaySettings } from '../service/config.ts';
import { connectTemporal } from '../service/parts.ts';
import { expectOpenHistoriesReplay } from '../service/replay.ts';
import { runProgram } from '../service/runProgram.ts';
import { workflowBundle } from '../worker/worker.ts';

/**
 * `npm run replay-open-histories`: whether this build can go on with every open workflow; run it before a release is made
 * current. It only reads. Exits with 1 and names the workflows that this build would stop.
 */
await runProgram(async () => {
  const { temporal, keyring } = replaySettings();
  const connection = await connectTemporal(temporal);
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    await expectOpenHistoriesReplay(client, keyring, await workflowBundle());
  } finally {
    await connection.close();
  }
});
