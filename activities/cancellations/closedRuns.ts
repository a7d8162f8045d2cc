import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { IntegrationProgress } from '../../domain/cancellations/cancellations.ts';

/**
 * What Temporal knows of an integration's workflow that does not run, and whose end the tables do not show, such as after a
 * database was restored: nothing is done a second time that it has done.
 */

interface ClosedRun {
  startedAt: Date;
  firstRunId: string;
  /** Unless it was terminated, canceled or has failed. */
  result?: IntegrationProgress;
}

/**
 * The latest workflow of an ID, from its first run.
 * @returns undefined when it runs, or none is known
 */
export async function closedRun(temporal: Client, workflowId: string): Promise<ClosedRun | undefined> {
  try {
    const { status, runId, raw } = await temporal.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING') return undefined;
    const firstRunId = raw.workflowExecutionInfo?.firstRunId || runId;
    const { startTime } = await temporal.workflow.getHandle(workflowId, firstRunId).describe();
    if (status.name !== 'COMPLETED') return { startedAt: startTime, firstRunId };
    const result: IntegrationProgress = await temporal.workflow.getHandle(workflowId, runId).result();
    return { startedAt: startTime, firstRunId, result };
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
  const { raw } = await temporal.workflow.getHandle(workflowId, runId).describe();
  return raw.workflowExecutionInfo?.firstRunId === closed.firstRunId ? closed.result : undefined;
}
