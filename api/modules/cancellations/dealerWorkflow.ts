import { WorkflowExecutionAlreadyStartedError, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { CancellationRequest } from '../../../domain/cancellations/cancellations.ts';
import type { DealerSignals, DealerStart } from '../../../domain/cancellations/messages.ts';
import { dealerWorkflow } from '../../../domain/cancellations/workflowStarts.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions } from '../../server/options.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';

/**
 * Starts the dealer's workflow with its first request, or gives the request to the one that runs.
 * @returns the ID of the run that has the request
 */
export async function requestOfDealer(
  options: Pick<ApiOptions, 'temporal'>,
  account: string,
  request: CancellationRequest,
): Promise<string> {
  const { temporal } = options;
  try {
    const handle = await temporal.withDeadline(temporalDeadline(), () =>
      inNameOf(temporal, request.by).start('cancelDealer', {
        ...dealerWorkflow(account, request.integrations),
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        args: [{ account, request } satisfies DealerStart],
      }),
    );
    return handle.firstExecutionRunId;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return signalDealer(options, account, 'request', request);
  }
}

/**
 * Tells the dealer's workflow, or starts one where none runs.
 * @returns the ID of the run that got the signal
 */
export async function signalDealer<Name extends 'request' | 'withdraw'>(
  { temporal }: Pick<ApiOptions, 'temporal'>,
  account: string,
  signal: Name,
  message: DealerSignals[Name],
): Promise<string> {
  const handle = await temporal.withDeadline(temporalDeadline(), () =>
    inNameOf(temporal, message.by).signalWithStart('cancelDealer', {
      ...dealerWorkflow(account),
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      args: [{ account } satisfies DealerStart],
      signal,
      signalArgs: [message],
    }),
  );
  return handle.signaledRunId;
}
