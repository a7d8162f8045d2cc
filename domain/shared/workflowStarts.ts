import { WorkflowIdReusePolicy } from '@temporalio/common';
import type { Notice } from './notices.ts';
import { noticeSearchAttributes } from './searchAttributes.ts';
import { taskQueue } from './taskQueues.ts';

/** How `sendNotice`, the workflow of one notice to our own people, is started; the same key again is the same workflow. */
export function noticeWorkflow(notice: Notice) {
  return {
    workflowId: `notice/${notice.key}`,
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    taskQueue,
    args: [notice],
    typedSearchAttributes: noticeSearchAttributes,
    staticSummary: `Mail to our own people: ${notice.about === 'task' ? notice.topic : notice.about}`,
  };
}
