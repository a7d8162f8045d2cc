import type { Client } from '@temporalio/client';
import type { IntegrationProgress } from '../../domain/cancellations/cancellations.ts';
import { describedWorkflow, firstRunOf } from '../shared/workflows.ts';

/**
 * What Temporal knows of an integration's workflow that does not run, and whose end the tables do not show, such as after a
 * database was restored: nothing is done a second time that it has done.
 */

interface ClosedRun {
  /** Of its first run; of its last one when Temporal does not know the first any more. */
  startedAt: Date;
  firstRunId: string;
  /** Unless it was terminated, canceled or has failed, or its first run is not known any more. */
  result?: IntegrationProgress;
}

/** @returns the latest workflow of an ID; undefined when it runs, or none is known */
export async function closedRun(temporal: Client, workflowId: string): Promise<ClosedRun | undefined> {
  const last = await describedWorkflow(temporal, workflowId);
  if (!last || last.status.name === 'RUNNING') return undefined;
  const firstRunId = firstRunOf(last);
  const first = await describedWorkflow(temporal, workflowId, firstRunId);
  const startedAt = (first ?? last).startTime;
  if (!first || last.status.name !== 'COMPLETED') return { startedAt, firstRunId };
  const result: IntegrationProgress = await temporal.workflow.getHandle(workflowId, last.runId).result();
  return { startedAt, firstRunId, result };
}

/** How a workflow has ended that the tables show as running, unless it did not end by itself. */
export async function resultOf(
  temporal: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<IntegrationProgress | undefined> {
  const closed = await closedRun(temporal, workflowId);
  if (!closed?.result) return undefined;
  const written = await describedWorkflow(temporal, workflowId, runId);
  return written && firstRunOf(written) === closed.firstRunId ? closed.result : undefined;
}
