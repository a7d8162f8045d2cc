import { WorkflowIdReusePolicy } from '@temporalio/common';
import { taskQueue } from '../shared/taskQueues.ts';
import { type IntegrationName, vendorTitle } from '../shared/vendors.ts';
import { cancellationWorkflowId, vinEventStreamWorkflowId } from './cancellations.ts';
import type { DataArrival, EndedIntegration } from './dataAfterEnd.ts';
import { dealerSearchAttributes } from './searchAttributes.ts';

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

/** How `reportDataAfterEnd` is started; the same report again is the same workflow. */
export function dataReportWorkflow(arrival: DataArrival) {
  const { integration, keyHash } = arrival;
  return {
    workflowId: `cancellation/data-after-end/report/${integration}/${keyHash.slice(0, 32)}`,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
    taskQueue,
    args: [arrival],
    staticSummary: `Data of ${vendorTitle(integration)} has arrived`,
  };
}

/** How `resolveDataAfterEnd`, the workflow of the task about one dealer's integration, is started. */
export function dataAfterEndWorkflow(ended: EndedIntegration) {
  const { integration, account } = ended;
  return {
    workflowId: `cancellation/data-after-end/${integration}/${account}`,
    taskQueue,
    args: [ended],
    staticSummary: `Data after the end of ${vendorTitle(integration)}, dealer ${account}`,
  };
}

/** How `vinEventStream`, the one workflow that may run "Remove from Vin Event Stream", is started. */
export const vinEventStreamWorkflow = {
  workflowId: vinEventStreamWorkflowId,
  taskQueue,
  args: [{}],
  staticSummary: 'Runs "Remove from Vin Event Stream" for all who wait',
};
