import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { type IntegrationProgress, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { vendorCatalog } from '../../domain/cancellations/catalog.ts';
import type { Withdrawal } from '../../domain/shared/messages.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { notices } from '../shared/activities.ts';
import { inBackground } from '../shared/untilAvailable.ts';
import { records } from './activities.ts';
import type { Adoptions } from './adoption.ts';
import { type IntegrationCancellation, type reinstate, withdrawSignal } from './steps.ts';
import type * as vendorProcedures from './vendorProcedures.ts';

/** The workflows of one dealer's integrations, as the dealer's workflow starts, tells and awaits them. */

type Procedure = (of: IntegrationCancellation) => Promise<IntegrationProgress>;
type Child = ChildWorkflowHandle<Procedure>;

/** Its own child, or one that it has adopted. */
export type Withdrawable = Pick<Child, 'signal'>;

/** @returns undefined where a workflow for this integration runs already, of an earlier run of the dealer's workflow */
export function startIntegration(of: IntegrationCancellation): Promise<Child | undefined> {
  const type: keyof typeof vendorProcedures = vendorCatalog[of.integration].workflow;
  return start(type, {
    workflowId: integrationWorkflowId(of.integration, of.account),
    args: [of],
    staticSummary: `End ${vendorTitle(of.integration)} for dealer ${of.account}`,
  });
}

/** The task to reinstate what was ended; waits for another one of this integration that is in progress. */
export async function reinstateIntegration(
  adoptions: Adoptions,
  workflowId: string,
  of: Parameters<typeof reinstate>[0],
): Promise<IntegrationProgress> {
  const staticSummary = `Reinstate ${vendorTitle(of.integration)} for dealer ${of.account}`;
  for (;;) {
    const child = await start('reinstate', { workflowId, args: [of], staticSummary });
    if (child) return endOf(child, of);
    const end = await adoptions.endOf(workflowId);
    // Of an earlier run of the dealer's workflow: the person has done it.
    if (end?.cancellationId === of.cancellationId && end.progress.state === 'withdrawn') return end.progress;
  }
}

/** Somebody who stops the dealer's workflow in Temporal must not withdraw anything: its children go on, and the next run adopts them. */
async function start<Of>(
  type: string,
  options: { workflowId: string; args: [Of]; staticSummary: string },
): Promise<ChildWorkflowHandle<(of: Of) => Promise<IntegrationProgress>> | undefined> {
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

/** One that somebody has terminated has ended as not done, and the leads hear of it. */
async function endOf(
  child: Pick<Child, 'result'>,
  of: Pick<IntegrationCancellation, 'cancellationId' | 'account' | 'integration'>,
): Promise<IntegrationProgress> {
  try {
    return await child.result();
  } catch (error) {
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    return recordStopped(of, `its workflow was stopped: ${error.cause?.message ?? error.message}`);
  }
}

/**
 * Awaits an integration's workflow, which is told of a withdrawal that came before it could hear of one.
 * @param child undefined where one runs already
 * @param one gets the workflow, for a withdrawal that comes later
 * @returns undefined when it was another cancellation's: this one's is still to be started
 */
export async function follow(
  child: Child | undefined,
  one: { workflow?: Withdrawable; withdrawal?: Withdrawal },
  of: Pick<IntegrationCancellation, 'cancellationId' | 'account' | 'integration'>,
  adoptions: Adoptions,
): Promise<IntegrationProgress | undefined> {
  one.workflow = child ?? getExternalWorkflowHandle(integrationWorkflowId(of.integration, of.account));
  if (one.withdrawal) await passOn(one.workflow, one.withdrawal);
  return child ? endOf(child, of) : endOfRunning(adoptions, of);
}

/**
 * Awaits the workflow that runs already for the integration: this cancellation's own, such as from before a reset, or another
 * one's that is about to end.
 * @returns undefined when it was another cancellation's: this one's is still to be started
 */
async function endOfRunning(
  adoptions: Adoptions,
  of: Pick<IntegrationCancellation, 'cancellationId' | 'account' | 'integration'>,
): Promise<IntegrationProgress | undefined> {
  const { cancellationId, integration, account } = of;
  const workflowId = integrationWorkflowId(integration, account);
  const end = await adoptions.endOf(workflowId);
  if (end) return end.cancellationId === cancellationId ? end.progress : undefined;
  // It ended before it could be asked, or was stopped.
  const isOwn = await records.hasBegun.executeWithOptions({ summary: 'Whether it was this cancellation’s own' }, [
    { cancellationId, integration, workflowId },
  ]);
  return isOwn ? recordStopped(of, 'its workflow was stopped in Temporal') : undefined;
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
      notices.notifyOfStop.executeWithOptions({ summary: 'Mail to the leads: stopped' }, [
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
export async function passOn(child: Withdrawable, { reason, by }: Pick<Withdrawal, 'reason' | 'by'>): Promise<void> {
  try {
    await child.signal(withdrawSignal, { reason, by });
  } catch (error) {
    log.info('The integration had ended before the withdrawal reached it', { error: String(error) });
  }
}

export function close(cancellationId: string): Promise<void> {
  return records.closeCancellation.executeWithOptions({ summary: 'Record that all has ended' }, [
    { cancellationId, at: new Date().toISOString() },
  ]);
}

export function recordWithdrawal(cancellationId: string, withdrawal: Withdrawal): Promise<void> {
  return records.recordWithdrawal.executeWithOptions({ summary: 'Record the withdrawal' }, [
    { cancellationId, withdrawal, at: new Date().toISOString() },
  ]);
}

export function concerns({ integrations }: Withdrawal, name: IntegrationName): boolean {
  return integrations?.includes(name) ?? true;
}
