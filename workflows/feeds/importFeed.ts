import { CancellationScope, continueAsNew, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { ImportFeedStart } from '../../domain/feeds/messages.ts';
import { noteOf, outcomeOf } from '../../domain/feeds/runs.ts';
import { failureOf, reasonOf, wasCanceled } from '../shared/failures.ts';
import { beginRun, FeedRun, type FeedRunResult, type RunSoFar } from './feedRun.ts';

// A run is short: it ends with the build that it began with. A worker without a deployment may not say so.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
  importFeed,
);

/**
 * Takes the files of one feed import, once: what matches is listed, looked at again until it has stopped growing, imported, and
 * removed from the server after its commit. What cannot be taken now is taken by the next run.
 * @param date the local date of a scheduled run; null of one that was triggered
 * @param before what the run of the workflow before has handed over: a folder of many files takes several
 */
export async function importFeed(
  start: ImportFeedStart,
  date: string | null = null,
  before?: RunSoFar,
): Promise<FeedRunResult> {
  const begun = before ?? (await beginRun(start, date));
  if ('notRun' in begun) return { outcome: 'not_run', reason: begun.notRun };
  const run = new FeedRun(start, begun);
  try {
    const listed = await run.list();
    const files = await run.untilSteady(listed);
    for (const [index, file] of files.entries()) {
      run.show('importing', { file, left: files.length - index });
      const { fileId, state } = await run.importFile(file);
      if (fileId && run.mayRemove(state)) await run.removeFile(file, fileId);
    }
    if (listed.more) await continueAsNew<typeof importFeed>(start, date, run.toHandOver(listed.files.at(-1)!));
    return await run.end(outcomeOf(run.tally), noteOf(run.tally));
  } catch (error) {
    const isCanceled = wasCanceled(error);
    const reason = isCanceled ? 'the run was canceled in Temporal' : reasonOf(error);
    if (reason === undefined) throw error;
    const ended = await CancellationScope.nonCancellable(() => run.fail(reason, failureOf(error)?.type ?? undefined));
    if (isCanceled) throw error;
    return ended;
  }
}
