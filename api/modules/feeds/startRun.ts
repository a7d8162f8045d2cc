import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { findFeedRun } from '../../../db/queries/feeds/runLists.ts';
import type { FeedImportRow } from '../../../db/queries/feeds/runs.ts';
import type { FeedRunTrigger } from '../../../domain/feeds/feeds.ts';
import { feedRunId } from '../../../domain/feeds/runIds.ts';
import { importFeedWorkflow } from '../../../domain/feeds/workflowStarts.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions } from '../../server/options.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { workflowAddress } from '../../server/webUi/workflowAddress.ts';
import type { StartedRun } from './schemas.ts';

/** So long is waited for the run to begin, so that its address usually shows it at once. */
const [patienceMs, pauseMs] = [1_500, 100];

/** Starts a run of an import; started again for the same request it is the same run. */
export async function startRun(
  options: ApiOptions,
  row: FeedImportRow,
  run: { requestId: string; trigger: Exclude<FeedRunTrigger, 'schedule'>; by: string; directory?: string },
): Promise<StartedRun> {
  const workflow = importFeedWorkflow(row, run);
  const id = feedRunId(workflow.workflowId, await firstRunId(options, workflow, run.by));
  return {
    ...{ id, address: `/v1/feeds/runs/${id}`, begun: await hasBegun(options, id) },
    webUi: workflowAddress(options, workflow.workflowId),
  };
}

async function firstRunId(
  { temporal }: ApiOptions,
  workflow: ReturnType<typeof importFeedWorkflow>,
  by: string,
): Promise<string> {
  return temporal.withDeadline(temporalDeadline(), async () => {
    try {
      const { firstExecutionRunId } = await inNameOf(temporal, by).start('importFeed', workflow);
      return firstExecutionRunId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      const { raw, runId } = await temporal.workflow.getHandle(workflow.workflowId).describe();
      return raw.workflowExecutionInfo?.firstRunId || runId;
    }
  });
}

async function hasBegun({ database: { db } }: ApiOptions, id: string): Promise<boolean> {
  for (const until = Date.now() + patienceMs; ; await sleep(pauseMs)) {
    if (await findFeedRun(db, id)) return true;
    if (Date.now() + pauseMs > until) return false;
  }
}
