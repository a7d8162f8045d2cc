import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { encryptingDataConverter } from '../../worker/codec.ts';
import { workflowBundle } from '../../worker/worker.ts';
import type { RecordedHistory } from './histories.ts';
import { replayKeyring } from './keyring.ts';

const dataConverter = encryptingDataConverter(replayKeyring);

let present: Promise<WorkflowBundleWithSourceMap> | undefined;
/** Of the workflows as they are now; made once. */
export function presentBundle(): Promise<WorkflowBundleWithSourceMap> {
  present ??= workflowBundle();
  return present;
}

/** Replays histories with the present code, or another. @returns one error for each that the code does not fit */
export async function replayErrors(
  recorded: { workflowId: string; history: RecordedHistory }[],
  bundle: WorkflowBundleWithSourceMap | Promise<WorkflowBundleWithSourceMap> = presentBundle(),
): Promise<{ workflowId: string; runId: string; error: Error }[]> {
  const errors: { workflowId: string; runId: string; error: Error }[] = [];
  const replays = Worker.runReplayHistories({ workflowBundle: await bundle, dataConverter }, recorded);
  for await (const { workflowId, runId, error } of replays) if (error) errors.push({ workflowId, runId, error });
  return errors;
}
