import type { CancellationRecord, CancellationRow, IntegrationRow } from '../../db/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations.ts';
import { vendorTitle } from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';

/** A cancellation as its readers see it, with links to its workflows. */
export function summaryOf(options: ApiOptions, row: CancellationRow & { integrations: IntegrationRow[] }) {
  return {
    ...row,
    withdrawalReason: row.withdrawnBecause,
    webUi: webUi(options, cancellationWorkflowId(row.account), row.id),
    integrations: row.integrations.map((one) => ({
      ...one,
      reason: one.because,
      vendorName: vendorTitle(one.integration),
      webUi: webUi(options, one.workflowId, one.runId),
    })),
  };
}

export function viewOf(options: ApiOptions, record: CancellationRecord) {
  return {
    ...summaryOf(options, record),
    requests: record.requests,
    tasks: record.tasks.map((task) => ({ ...task, title: task.content.title })),
  };
}

function webUi({ webUiUrl, namespace }: ApiOptions, workflowId: string, runId: string): string | undefined {
  return (
    webUiUrl && `${webUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/timeline`
  );
}
