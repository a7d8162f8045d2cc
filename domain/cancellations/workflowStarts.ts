import { WorkflowIdReusePolicy } from '@temporalio/common';
import { dealerSearchAttributes } from '../shared/searchAttributes.ts';
import { taskQueue } from '../shared/taskQueues.ts';
import type { IntegrationName } from '../shared/vendors.ts';
import { cancellationWorkflowId, vinEventStreamWorkflowId } from './cancellations.ts';

/**
 * How `cancelDealer`, the workflow of one dealer, is started.
 * @param integrations those that its first request asks for; none where a signal follows
 */
export function dealerWorkflow(account: string, integrations: readonly IntegrationName[] = []) {
  return {
    workflowId: cancellationWorkflowId(account),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    taskQueue,
    typedSearchAttributes: dealerSearchAttributes(account, integrations, integrations.length),
    staticSummary: `Cancellation of dealer ${account}`,
  };
}

/** How `vinEventStream`, the one workflow that may run "Remove from Vin Event Stream", is started. */
export const vinEventStreamWorkflow = {
  workflowId: vinEventStreamWorkflowId,
  taskQueue,
  args: [{}],
  staticSummary: 'Runs "Remove from Vin Event Stream" for all who wait',
};
