import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import { cancellationWorkflowId } from '../../domain/cancellations.ts';
import { type DealerSignals, taskQueue } from '../../domain/messages.ts';
import {
  dealerAttribute,
  processAttribute,
  stageAttribute,
  waitingOnAttribute,
} from '../../domain/searchAttributes.ts';
import type { ApiOptions } from '../options.ts';

/** Less than a route has, so that a server that does not answer is told apart from a route that is slow. */
const deadlineMs = 8_000;

/**
 * Starts the dealer's workflow, or tells the one that runs.
 * @returns the ID of the run that got the signal
 */
export async function signalDealer<Name extends keyof DealerSignals>(
  { temporal }: ApiOptions,
  account: string,
  signal: Name,
  message: DealerSignals[Name],
): Promise<string> {
  const handle = await temporal.withDeadline(Date.now() + deadlineMs, () =>
    temporal.workflow.signalWithStart('cancelDealer', {
      workflowId: cancellationWorkflowId(account),
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      taskQueue,
      args: [{ account }],
      signal,
      signalArgs: [message],
      typedSearchAttributes: [
        { key: dealerAttribute, value: account },
        { key: processAttribute, value: 'cancellations' },
        { key: stageAttribute, value: 'started' },
        { key: waitingOnAttribute, value: 'dealerops' },
      ],
      staticSummary: `Cancellation of dealer ${account}`,
    }),
  );
  return handle.signaledRunId;
}
