import type { Client } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { encryptingDataConverter } from '../worker/codec.ts';
import type { Keyring } from '../worker/keyring.ts';
import { replayOpenHistories } from '../worker/replay.ts';
import { firstLine, StartError } from './startError.ts';

const mostNamed = 20;

/**
 * Replays the histories of all open workflows with this build and says how many.
 * @throws StartError that names the workflows that this build would stop
 */
export async function expectOpenHistoriesReplay(
  client: Client,
  keyring: Keyring,
  bundle: WorkflowBundleWithSourceMap,
): Promise<void> {
  // What fails is named below; the SDK's own lines would hide it.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }), forward: {} } },
  });
  const { replayed, failed } = await replayOpenHistories(client, {
    bundle,
    dataConverter: encryptingDataConverter(keyring),
    onReplayed: (count) => {
      if (count % 1_000 === 0) console.log(`Replayed ${count} open workflows`);
    },
  });
  if (failed.length === 0) return console.log(`This build replays all ${replayed} open workflows`);
  const named = failed
    .slice(0, mostNamed)
    .map(({ workflowId, runId, error }) => `  ${workflowId} (run ${runId}): ${firstLine(error)}`);
  const more = failed.length > mostNamed ? [`  and ${failed.length - mostNamed} more`] : [];
  throw new StartError(
    [
      `This build cannot replay ${failed.length} of ${replayed} open workflows: it would stop them. Put what has changed in their code behind patched (docs/production.md, Upgrading).`,
      ...named,
      ...more,
    ].join('\n'),
  );
}
