import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import type { Notice } from './notices.ts';
import { noticeSearchAttributes } from './searchAttributes.ts';
import { taskQueue } from './taskQueues.ts';

/** Starts `sendNotice`, the workflow of one notice to our own people; a second start with the same key changes nothing. */
export async function startNotice({ workflow }: Pick<Client, 'workflow'>, notice: Notice): Promise<void> {
  try {
    await workflow.start('sendNotice', noticeWorkflow(notice));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function noticeWorkflow(notice: Notice) {
  return {
    workflowId: `notice/${notice.key}`,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    taskQueue,
    args: [notice],
    typedSearchAttributes: noticeSearchAttributes,
    staticSummary: `Mail to our own people: ${notice.about === 'task' ? notice.topic : notice.about}`,
  };
}
