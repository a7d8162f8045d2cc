import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type ImportIdentity, importFeedWorkflow } from '../../domain/feeds/workflowStarts.ts';

/** Starts a run of a feed import besides those of its dates. @param requestId a UUID: the same request again starts no other run */
export async function startManualRun(
  { workflow }: Pick<Client, 'workflow'>,
  of: ImportIdentity,
  start: { requestId: string; by: string },
): Promise<void> {
  try {
    await workflow.start('importFeed', importFeedWorkflow(of, { trigger: 'manual', ...start }));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
