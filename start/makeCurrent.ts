import { Client } from '@temporalio/client';
import { buildIdOf } from '../worker/buildId.ts';
import { makeCurrent } from '../worker/deployment.ts';
import { workflowBundle } from '../worker/worker.ts';
import { deploymentSettings } from './config.ts';
import { connectTemporal } from './parts.ts';
import { runProgram } from './runProgram.ts';
import { firstLine, StartError } from './startError.ts';

const withinMs = 60_000;

/** `npm run make-current`: processes go on with this build, as soon as its worker polls; safe to run again. */
await runProgram(async () => {
  const { temporal, deployment } = deploymentSettings();
  const buildId = buildIdOf(await workflowBundle({ prebuilt: true }));
  const connection = await connectTemporal(temporal);
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    await makeCurrent(client, { deployment, buildId }, withinMs).catch((error: Error) => {
      throw new StartError(
        `The build ${buildId} of ${deployment} could not be made current (${firstLine(error)}): is a worker of this build running?`,
      );
    });
  } finally {
    await connection.close();
  }
  console.log(`The build ${buildId} of ${deployment} is current`);
});
