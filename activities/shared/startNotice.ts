import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Notice } from '../../domain/shared/notices.ts';
import { noticeWorkflow } from '../../domain/shared/workflowStarts.ts';

/** Starts the workflow that sends a notice to our own people; a second start with the same key changes nothing. */
export async function startNotice({ workflow }: Pick<Client, 'workflow'>, notice: Notice): Promise<void> {
  try {
    await workflow.start('sendNotice', noticeWorkflow(notice));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
