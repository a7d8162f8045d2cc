import type { WorkflowExecutionDescription } from '@temporalio/client';
import proto from '@temporalio/proto';
import { v5 as uuidOf } from 'uuid';
import { tellOfSilence } from '../../activities/feeds/deliveries.ts';
import { startRun } from '../../activities/feeds/startRun.ts';
import { describedWorkflow, firstRunOf } from '../../activities/shared/workflows.ts';
import { timeOf } from '../../db/clock.ts';
import { someMaybeSilent } from '../../db/queries/feeds/deliveries.ts';
import { someOpenOnboardings } from '../../db/queries/feeds/onboardings.ts';
import { endLostRun, importById, type OpenRun, someOpenRuns } from '../../db/queries/feeds/runs.ts';
import { someEnding, someNotApplied } from '../../db/queries/feeds/schedules.ts';
import { onboardingWorkflow } from '../../domain/feeds/onboardingStarts.ts';
import { feedRunId } from '../../domain/feeds/runIds.ts';
import { applyFeedImportWorkflow, endFeedImportWorkflow } from '../../domain/feeds/workflowStarts.ts';
import { bulkTaskQueue } from '../../domain/shared/taskQueues.ts';
import { describeQueue } from '../pollers.ts';
import { runOf, type Services } from './shared.ts';

/** The feeds' workflows that should run, by what the tables say. */

/** How many rows are checked each time. */
const batch = 50;

/** Schedules that are not as their imports say: such as when the API was stopped right after a change. */
export function schedulesCheck({ database: { db }, temporal }: Services): () => Promise<void> {
  return async () => {
    for (const row of await someNotApplied(db, batch))
      await temporal.workflow.start('applyFeedImport', applyFeedImportWorkflow(row));
  };
}

/** Imports that are to end on a date, each of which needs a workflow that waits for it; a few are checked each time. */
export function endsCheck({ database: { db }, temporal }: Services): () => Promise<void> {
  let after: string | undefined;
  return async () => {
    const some = await someEnding(db, { after, limit: batch });
    after = some.length === batch ? some.at(-1)!.id : undefined;
    for (const row of some) {
      const { signal, ...start } = endFeedImportWorkflow(row);
      if (!(await runOf(temporal, start.workflowId))) await temporal.workflow.start('endFeedImport', start);
    }
  };
}

/** Onboardings in progress, each of which needs its workflow: such as when the API was stopped right before it started it. */
export function onboardingsCheck({ database: { db }, temporal }: Services): () => Promise<void> {
  let after: string | undefined;
  return async () => {
    const some = await someOpenOnboardings(db, { after, limit: batch });
    after = some.length === batch ? some.at(-1)!.id : undefined;
    for (const { id: onboardingId, account, dms, kinds } of some) {
      const start = onboardingWorkflow({ onboardingId, account, dms, kinds });
      if (!(await runOf(temporal, start.workflowId))) await temporal.workflow.start('onboardFeed', start);
    }
  };
}

/** Active imports that have delivered nothing for longer than they say, each of which needs a person. */
export function silenceCheck(
  { database: { db }, temporal }: Services,
  { everyMs = 60_000 }: { everyMs?: number } = {},
): () => Promise<void> {
  let after: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - lookedAt < everyMs) return;
    const some = await someMaybeSilent(db, { after, limit: batch });
    after = some.length === batch ? some.at(-1)!.id : undefined;
    // The next ones soon, those again after a while.
    if (!after) lookedAt = performance.now();
    const now = await timeOf(db);
    for (const row of some) await tellOfSilence({ db, temporal }, row, now);
  };
}

const stopped = 'its workflow was stopped in Temporal, or failed';
const withoutWorker =
  'the workers of its build are gone, such as by an upgrade. The next run takes the remaining files; start a backfill again';

/**
 * Runs whose workflow does not go on: nobody would end their rows, and the import's next run would wait for them. A run stays with
 * the build that it began with: where that has no workers any more, another run takes its place.
 * @param goneAfterMs so long without a poll, and a build has no worker; a live one polls every minute
 */
export function runsCheck(
  { database: { db }, temporal }: Services,
  { goneAfterMs = 3 * 60_000 }: { goneAfterMs?: number } = {},
): () => Promise<void> {
  let after: OpenRun | undefined;

  async function isGone(build: string): Promise<boolean> {
    const { workflows } = await describeQueue(temporal, bulkTaskQueue);
    const since = Date.now() - goneAfterMs;
    return !workflows.some((one) => one.build === build && Number(one.polledAt) * 1_000 > since);
  }

  async function replace({ id, workflowId, importId, trigger }: OpenRun, runId: string): Promise<void> {
    await temporal.workflow.getHandle(workflowId, runId).terminate(withoutWorker);
    await endLostRun(db, id, withoutWorker);
    const row = trigger === 'schedule' || trigger === 'manual' ? await importById(db, importId) : undefined;
    if (row) await startRun(temporal, row, { requestId: uuidOf('again', id), by: 'dealerops' });
  }

  return async () => {
    const some = await someOpenRuns(db, { after, limit: batch });
    after = some.length === batch ? some.at(-1) : undefined;
    for (const open of some) {
      const run = await describedWorkflow(temporal, open.workflowId);
      // Another one may have been started under the same ID, such as that of the same date.
      const isItself = run?.status.name === 'RUNNING' && feedRunId(open.workflowId, firstRunOf(run)) === open.id;
      if (!isItself) await endLostRun(db, open.id, stopped);
      else {
        const build = pinnedTo(run);
        if (build && (await isGone(build))) await replace(open, run.runId);
      }
    }
  };
}

function pinnedTo({ raw }: WorkflowExecutionDescription): string | undefined {
  const { behavior, deploymentVersion } = raw.workflowExecutionInfo?.versioningInfo ?? {};
  const pinned = proto.temporal.api.enums.v1.VersioningBehavior.VERSIONING_BEHAVIOR_PINNED;
  return behavior === pinned ? (deploymentVersion?.buildId ?? undefined) : undefined;
}
