import { activityInfo } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { recordEvent } from '../../db/queries/events.ts';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { events } from '../../db/schema/shared.ts';
import {
  type CancellationRequest,
  type IntegrationProgress,
  openIntegrationStates,
} from '../../domain/cancellations/cancellations.ts';
import type { Withdrawal } from '../../domain/cancellations/messages.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { Context } from '../shared/context.ts';
import { lookDaily } from '../shared/notBefore.ts';
import { writeIntegration, writeRequest, writeWithdrawal } from './requests.ts';

/**
 * What a dealer's workflow knows of one of its cancellations, for tables that do not, such as after a database was restored to a
 * time before a request. Times are ISO 8601.
 */
export interface KnownCancellation {
  id: string;
  /** Those for which its integrations were begun, and when the workflow took them. */
  requests: { request: CancellationRequest; at: string }[];
  withdrawals: { withdrawal: Withdrawal; at: string }[];
  /** Its integrations that have ended, and since when the workflow knows that. */
  ended: { progress: IntegrationProgress; at: string }[];
  /** Of its integrations that have not, the workflows that run. */
  running: Running[];
}

interface Running {
  integration: IntegrationName;
  workflowId: string;
}

export interface KnownCancellations {
  account: string;
  cancellations: KnownCancellation[];
}

export function restoredRecordActivities({ database: { db }, temporal }: Pick<Context, 'database' | 'temporal'>) {
  /**
   * Safe to do twice.
   * @param runningOf which of a cancellation's integrations that still run save again how far they are
   */
  async function restore(
    { account, cancellations: known }: KnownCancellations,
    runningOf: (one: KnownCancellation) => Promise<Running[]> | Running[],
  ): Promise<void> {
    for (const one of known) {
      await db.transaction((tx) => writeLost(tx, account, one));
      for (const { workflowId } of await runningOf(one)) await saveAgain(workflowId);
    }
  }

  /** Only the integration's own workflow knows how far it is. */
  async function saveAgain(workflowId: string): Promise<void> {
    try {
      await temporal.workflow.getHandle(workflowId).signal('saveAgain');
    } catch (error) {
      // It has just ended, and reports that to the dealer's workflow.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  return {
    /** Writes again what the tables have lost of a dealer's cancellations; rows of what still runs may also be old. */
    restoreRecords: (known: KnownCancellations): Promise<void> => restore(known, ({ running }) => running),

    /** Does so daily, without an event in the history; it never resolves. */
    async keepRecords(known: KnownCancellations): Promise<void> {
      await lookDaily<never>(async () => {
        await restore(known, (one) => withoutRow(db, one));
        return { still: 'The tables hold what the workflow knows' };
      });
    },
  };
}

async function writeLost(tx: Db, account: string, known: KnownCancellation): Promise<void> {
  const { id, requests, withdrawals } = known;
  if (requests.length === 0) return;
  const ends = await lostEnds(tx, known);
  const isLost = ends.length > 0 || !(await hasMessages(tx, known));
  if (!isLost) return;
  const messages = [
    ...requests.map((one) => ({ at: one.at, write: () => writeRequest(tx, { account, ...one }) })),
    ...withdrawals.map((one) => ({ at: one.at, write: () => writeWithdrawal(tx, one) })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const { write } of messages) await write();
  const { workflowId, runId } = activityInfo().workflowExecution!;
  for (const { progress, at } of ends) {
    const { integration, state, reason = null, steps } = progress;
    const version = Date.parse(at);
    const row = { workflowId, runId, state, reason, steps, version, updatedAt: new Date(at) };
    await writeIntegration(tx, { cancellationId: id, integration, ...row });
  }
  const at = new Date(activityInfo().currentAttemptScheduledTimestampMs);
  await recordEvent(tx, {
    ...{ id: `restored/${id}/${at.getTime()}`, process: 'cancellations', subject: id, account, at },
    by: 'dealerops',
    action: 'Record restored from the workflow',
    detail: 'the database had lost it: what people and systems did before this may be missing here',
  });
}

/** One that continues since, such as by a withdrawal, has a newer row. */
async function lostEnds(tx: Db, { id, ended }: KnownCancellation): Promise<KnownCancellation['ended']> {
  if (ended.length === 0) return [];
  const { integration, state, version, cancellationId } = cancellationIntegrations;
  const rows = await tx
    .select({ integration, state, version })
    .from(cancellationIntegrations)
    .where(eq(cancellationId, id));
  return ended.filter(({ progress, at }) => {
    const row = rows.find((one) => one.integration === progress.integration);
    return !row || (openIntegrationStates.includes(row.state) && row.version < Date.parse(at));
  });
}

async function withoutRow(db: Db, { id, running }: KnownCancellation): Promise<Running[]> {
  const { integration, cancellationId } = cancellationIntegrations;
  const rows = await db.select({ integration }).from(cancellationIntegrations).where(eq(cancellationId, id));
  return running.filter((one) => rows.every((row) => row.integration !== one.integration));
}

async function hasMessages(tx: Db, { id, requests, withdrawals }: KnownCancellation): Promise<boolean> {
  const requestIds = requests.map(({ request }) => request.requestId);
  const eventIds = withdrawals.map(({ withdrawal }) => `withdrawal/${withdrawal.requestId}`);
  const its = and(
    ...[eq(cancellationRequests.cancellationId, id), isNotNull(cancellationRequests.takenAt)],
    inArray(cancellationRequests.requestId, requestIds),
  );
  return (
    (await tx.$count(cancellations, eq(cancellations.id, id))) > 0 &&
    (await tx.$count(cancellationRequests, its)) === requestIds.length &&
    (eventIds.length === 0 || (await tx.$count(events, inArray(events.id, eventIds))) === eventIds.length)
  );
}
