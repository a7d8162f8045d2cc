import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import {
  type IntegrationProgress,
  integrationWorkflowId,
  reinstateWorkflowId,
} from '../../domain/cancellations/cancellations.ts';
import { vendorCatalog } from '../../domain/cancellations/catalog.ts';
import type { Withdrawal } from '../../domain/cancellations/messages.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { notices } from '../shared/activities.ts';
import { inBackground } from '../shared/backgroundNotices.ts';
import { records } from './activities.ts';
import type { reinstate } from './carryOut.ts';
import { withdrawSignal } from './carryOut.ts';
import type { IntegrationCancellation } from './steps.ts';
import type * as vendorProcedures from './vendorProcedures.ts';

/** How a dealer's workflow starts the workflows of its integrations and sends them messages. */

type Procedure = (of: IntegrationCancellation) => Promise<IntegrationProgress>;

/** @returns undefined where a workflow for this integration runs already, such as one started before a reset */
export function startIntegration(of: IntegrationCancellation): Promise<Started | undefined> {
  const type: keyof typeof vendorProcedures = vendorCatalog[of.integration].workflow;
  return start(type, {
    workflowId: integrationWorkflowId(of.integration, of.account),
    args: [of],
    staticSummary: `End ${vendorTitle(of.integration)} for dealer ${of.account}`,
  });
}

/** Starts the task to reinstate what was ended. @returns undefined where one for this integration is open already */
export function startReinstating(of: Parameters<typeof reinstate>[0]): Promise<Started | undefined> {
  return start('reinstate', {
    workflowId: reinstateWorkflowId(of.integration, of.account),
    args: [of],
    staticSummary: `Reinstate ${vendorTitle(of.integration)} for dealer ${of.account}`,
  });
}

/** `result()` settles when it has returned, failed or been terminated, if the run that started it still runs then. */
type Started = Pick<ChildWorkflowHandle<Procedure>, 'firstExecutionRunId' | 'result'>;

/** Stopping the dealer's workflow in Temporal must not withdraw anything: its children continue, and the next one adopts them. */
async function start<Of>(
  type: string,
  options: { workflowId: string; args: [Of]; staticSummary: string },
): Promise<Started | undefined> {
  try {
    return await startChild<(of: Of) => Promise<IntegrationProgress>>(type, {
      ...options,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return undefined;
  }
}

/** @returns how the integration has ended, which is as before where it had */
export async function recordStopped(
  { cancellationId, account, integration }: Pick<IntegrationCancellation, 'cancellationId' | 'account' | 'integration'>,
  reason: string,
): Promise<IntegrationProgress> {
  const at = new Date().toISOString();
  const { ended, stopped, assignedTasks } = await records.recordStopped.executeWithOptions(
    { summary: 'Record that its workflow was stopped' },
    [{ cancellationId, integration, reason, at }],
  );
  if (stopped) {
    const key = `stopped/${cancellationId}/${integration}/${at}`;
    inBackground(() =>
      records.notifyOfStop.executeWithOptions({ summary: 'Mail to the leads: stopped' }, [
        { account, integration, reason, key },
      ]),
    );
  }
  for (const taskId of assignedTasks)
    inBackground(() =>
      notices.notify.executeWithOptions({ summary: 'Mail: task closed' }, [
        { taskId, topic: 'closed', key: `task/${taskId}/stopped` },
      ]),
    );
  return ended;
}

/** One that has just ended cannot be told any more; its end says so. */
export async function passOn(workflowId: string, { cancellationId, reason, by }: Withdrawal): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(withdrawSignal, { cancellationId, reason, by });
  } catch (error) {
    log.info('The integration had ended before the withdrawal reached it', { error: String(error) });
  }
}

export function concerns({ integrations }: Withdrawal, name: IntegrationName): boolean {
  return integrations?.includes(name) ?? true;
}
