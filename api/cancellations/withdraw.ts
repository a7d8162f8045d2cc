import { createHash } from 'node:crypto';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { type CancellationRecord, findCancellation } from '../../db/cancellations.ts';
import { cancellationWorkflowId } from '../../domain/cancellations.ts';
import { taskQueue, type Withdrawal } from '../../domain/messages.ts';
import type { IntegrationName } from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';
import { Problem } from '../problems.ts';

/**
 * Tells the dealer's workflow that the customer stays. A cancellation that has ended already is withdrawn by a new run of
 * that workflow, which makes the tasks to set up again.
 * @throws Problem 409 when it was withdrawn before
 */
export async function withdraw(
  options: ApiOptions,
  record: CancellationRecord,
  withdrawal: { because: string; integrations?: IntegrationName[]; by: string },
): Promise<void> {
  const left = record.integrations.filter(
    (one) => one.state !== 'withdrawn' && (withdrawal.integrations?.includes(one.integration) ?? true),
  );
  if (record.withdrawnAt && (left.length === 0 || !withdrawal.integrations)) {
    throw new Problem(
      409,
      'already-withdrawn',
      `The cancellation was withdrawn by ${record.withdrawnBy} at ${record.withdrawnAt.toISOString()}: ${record.withdrawnBecause}`,
    );
  }
  const wanted = withdrawal.integrations?.slice().sort();
  const message: Withdrawal = {
    // The same withdrawal sent twice, such as by two clicks, is one.
    requestId: createHash('sha256')
      .update(`${record.id} ${wanted?.join(',') ?? 'all'}`)
      .digest('hex'),
    of: record.id,
    because: withdrawal.because,
    by: withdrawal.by,
    integrations: wanted,
  };
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

/** @throws Problem 404 */
export async function cancellation(options: ApiOptions, id: string): Promise<CancellationRecord> {
  const record = await findCancellation(options.database.db, id);
  if (!record) throw new Problem(404, 'not-found', `There is no cancellation ${id}.`);
  return record;
}
