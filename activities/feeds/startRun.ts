import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type ImportIdentity, importFeedWorkflow } from '../../domain/feeds/workflowStarts.ts';

/**
 * Starts a run of a feed import besides those of its dates.
 * @param requestId a UUID: the same request again starts no other run
 * @param directory another folder than the import's own
 */
export async function startRun(
  { workflow }: Pick<Client, 'workflow'>,
  of: ImportIdentity,
  start: { requestId: string; by: string; directory?: string },
): Promise<void> {
  const trigger = start.directory === undefined ? 'manual' : 'backfill';
  try {
    await workflow.start('importFeed', importFeedWorkflow(of, { trigger, ...start }));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
