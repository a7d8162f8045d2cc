import { randomUUID } from 'node:crypto';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { type CancellationRecord, findCancellation, type IntegrationRow } from '../../db/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations.ts';
import { taskQueue, type Withdrawal } from '../../domain/messages.ts';
import type { IntegrationName } from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';
import { Problem } from '../problems.ts';

/**
 * Tells the dealer's workflow that the customer stays. A cancellation that has ended already is withdrawn by a new run of
 * that workflow, which makes the tasks to set up again.
 * @throws Problem 409 when there is nothing left to withdraw
 */
export async function withdraw(
  options: ApiOptions,
  record: CancellationRecord,
  withdrawal: { because: string; integrations?: IntegrationName[]; by: string },
): Promise<void> {
  const concerned = record.integrations.filter(
    ({ integration }) => withdrawal.integrations?.includes(integration) ?? true,
  );
  if (record.integrations.length > 0 && concerned.every(nothingToWithdraw)) throw nothingLeft(record, concerned);
  const message: Withdrawal = { requestId: randomUUID(), of: record.id, ...withdrawal };
  await options.temporal.withDeadline(Date.now() + 10_000, () =>
    options.temporal.workflow.signalWithStart('cancelDealer', {
      workflowId: cancellationWorkflowId(record.account),
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      taskQueue,
      args: [{ account: record.account }],
      signal: 'withdraw',
      signalArgs: [message],
      staticSummary: `Cancellation of dealer ${record.account}`,
    }),
  );
}

/** Withdrawn already, or about to be; or refused by the gate, so that nothing was ended. */
function nothingToWithdraw({ state, steps }: IntegrationRow): boolean {
  return state === 'withdrawn' || state === 'refused' || steps.some(({ step }) => step === 'set-up-again');
}

function nothingLeft(record: CancellationRecord, concerned: IntegrationRow[]): Problem {
  const { withdrawnAt, withdrawnBy, withdrawnBecause } = record;
  if (withdrawnAt) {
    const detail = `The cancellation was withdrawn by ${withdrawnBy} at ${withdrawnAt.toISOString()}: ${withdrawnBecause}`;
    return new Problem(409, 'already-withdrawn', detail);
  }
  const states = concerned.map(({ integration, state }) => `${integration} is ${state}`).join(', ');
  return new Problem(
    409,
    'already-withdrawn',
    `There is nothing to withdraw: ${states || 'it has no such integration'}.`,
  );
}

/** @throws Problem 404 */
export async function cancellation(options: ApiOptions, id: string): Promise<CancellationRecord> {
  const record = await findCancellation(options.database.db, id);
  if (!record) throw new Problem(404, 'not-found', `There is no cancellation ${id}.`);
  return record;
}
