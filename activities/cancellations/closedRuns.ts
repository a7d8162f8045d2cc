import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { IntegrationProgress } from '../../domain/cancellations/cancellations.ts';

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
  const last = await unlessUnknown(temporal.workflow.getHandle(workflowId).describe());
  if (!last || last.status.name === 'RUNNING') return undefined;
  const firstRunId = last.raw.workflowExecutionInfo?.firstRunId || last.runId;
  const first = await unlessUnknown(temporal.workflow.getHandle(workflowId, firstRunId).describe());
  const startedAt = (first ?? last).startTime;
  if (!first || last.status.name !== 'COMPLETED') return { startedAt, firstRunId };
  const result: IntegrationProgress = await temporal.workflow.getHandle(workflowId, last.runId).result();
  return { startedAt, firstRunId, result };
}

async function unlessUnknown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** How a workflow has ended that the tables show as running, unless it did not end by itself. */
export async function resultOf(
  temporal: Client,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<IntegrationProgress | undefined> {
  const closed = await closedRun(temporal, workflowId);
  if (!closed?.result) return undefined;
  const written = await unlessUnknown(temporal.workflow.getHandle(workflowId, runId).describe());
  return written?.raw.workflowExecutionInfo?.firstRunId === closed.firstRunId ? closed.result : undefined;
}
