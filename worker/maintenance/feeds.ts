import { v5 as uuidOf } from 'uuid';
import { endLostRun, type OpenRun, someOpenRuns } from '../../db/queries/feeds/runs.ts';
import { someEnding, someNotApplied } from '../../db/queries/feeds/schedules.ts';
import { applyFeedImportWorkflow, endFeedImportWorkflow } from '../../domain/feeds/workflowStarts.ts';
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

const lost = 'its workflow was stopped in Temporal, or failed';

/** Runs whose workflow does not go on: nobody would end their rows, and the import's next run would wait for them. */
export function runsCheck({ database: { db }, temporal }: Services): () => Promise<void> {
  let after: OpenRun | undefined;
  return async () => {
    const some = await someOpenRuns(db, { after, limit: batch });
    after = some.length === batch ? some.at(-1) : undefined;
    for (const { id, workflowId } of some) {
      const run = await runOf(temporal, workflowId);
      // Another one may have been started under the same ID, such as that of the same date.
      if (!run || uuidOf(workflowId, run.firstRunId) !== id) await endLostRun(db, id, lost);
    }
  };
}
