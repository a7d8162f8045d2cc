import { type Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from '@temporalio/client';
import type { Db } from '../../db/client.ts';
import {
  hasOpenTask,
  isFollowedByDealer,
  type OpenCancellation,
  someOpenCancellations,
  workflowsAwaitingRemoval,
} from '../../db/queries/cancellations/maintenance.ts';
import type { TaskRow } from '../../db/queries/tasks.ts';
import { cancellationWorkflowId, vinEventStreamWorkflowId } from '../../domain/cancellations/cancellations.ts';
import { dealerWorkflow, vinEventStreamWorkflow } from '../../domain/cancellations/workflowStarts.ts';
import { runOf, type Services } from './shared.ts';

/** The cancellations' workflows that should run, by what the tables say. */

/** How many open cancellations are checked each time. */
const batch = 50;
/** A query of the remover loads it: less often than it is checked whether it runs. */
const queryMs = 60_000;
const [firstPauseMs, longestPauseMs] = [30_000, 24 * 3_600_000];

/** No workflow is told the same more often than needed: one that cannot hear it would be told forever. */
class Pauses {
  private readonly next = new Map<string, { at: number; pauseMs: number }>();

  isDue(key: string): boolean {
    const now = Date.now();
    const { at, pauseMs } = this.next.get(key) ?? { at: 0, pauseMs: firstPauseMs };
    if (at > now) return false;
    this.next.set(key, { at: now + pauseMs, pauseMs: Math.min(2 * pauseMs, longestPauseMs) });
    return true;
  }

  keepOnly(keys: Iterable<string>): void {
    const kept = new Set(keys);
    for (const key of this.next.keys()) if (!kept.has(key)) this.next.delete(key);
  }
}

/** Keeps the workflow of "Remove from Vin Event Stream" running while it is needed, with every request that waits for it. */
export function removerCheck({ database: { db }, temporal }: Services): () => Promise<void> {
  const remover = temporal.workflow.getHandle(vinEventStreamWorkflowId);
  let pauses = new Pauses();
  let checked = { firstRunId: '', at: 0 };
  return async () => {
    const run = await runOf(temporal, vinEventStreamWorkflowId);
    if (run && run.firstRunId === checked.firstRunId && Date.now() < checked.at + queryMs) return;
    const waiting = await workflowsAwaitingRemoval(db);
    const needed = waiting.length > 0 || (!run && (await hasOpenTask(db, vinEventStreamWorkflowId)));
    if (!needed) {
      if (run) checked = { firstRunId: run.firstRunId, at: Date.now() };
      return;
    }
    const { firstExecutionRunId: firstRunId } = run
      ? { firstExecutionRunId: run.firstRunId }
      : await temporal.workflow.start('removeFromVinEventStream', {
          ...vinEventStreamWorkflow,
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        });
    if (firstRunId !== checked.firstRunId) pauses = new Pauses();
    const { requesters } = await remover.query<{ requesters: string[] }>('removals');
    const known = new Set(requesters);
    const lost = waiting.filter((workflowId) => !known.has(workflowId));
    pauses.keepOnly(lost);
    for (const workflowId of lost.filter((one) => pauses.isDue(one))) await resend(temporal, workflowId);
    checked = { firstRunId, at: Date.now() };
  };
}

async function resend(temporal: Client, workflowId: string): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId).signal('resend');
  } catch (error) {
    // It was stopped too: its dealer's workflow notices that.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Every open cancellation needs a dealer's workflow that finishes it; a few are checked each time. */
export function dealersCheck({ database: { db }, temporal }: Services): () => Promise<void> {
  const pauses = new Pauses();
  /** Since the checks last began with the oldest cancellation. */
  let found = new Set<string>();
  let after: OpenCancellation | undefined;
  return async () => {
    if (!after) {
      pauses.keepOnly(found);
      found = new Set();
    }
    const some = await someOpenCancellations(db, { after, limit: batch });
    after = some.length === batch ? some.at(-1) : undefined;
    for (const one of some) {
      const lost = await whatIsLost(temporal, one);
      if (!lost) continue;
      const key = `${one.id}: ${lost}`;
      found.add(key);
      if (!pauses.isDue(key)) continue;
      await temporal.workflow.signalWithStart('cancelDealer', {
        ...dealerWorkflow(one.account),
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        args: [{ account: one.account }],
        signal: 'adoptOpen',
      });
    }
  };
}

/** @returns what the dealer's workflow may not know of the cancellation; undefined if nothing is missing */
async function whatIsLost(
  temporal: Client,
  { account, workflowIds, untakenRequest }: OpenCancellation,
): Promise<string | undefined> {
  const dealer = cancellationWorkflowId(account);
  if (!(await runOf(temporal, dealer))) return dealer;
  if (untakenRequest) return untakenRequest;
  for (const workflowId of workflowIds) {
    if (workflowId !== dealer && !(await runOf(temporal, workflowId))) return workflowId;
  }
  // All has ended, and the workflow may not have been told.
  return workflowIds.length === 0 ? `${dealer}/ended` : undefined;
}

/**
 * Whether the remover or the dealer's workflow closes the task, once the checks above have restarted it. Until then the task must
 * stay open: the remover is restarted because of it.
 */
export async function isClosedWithItsIntegration(db: Db, task: TaskRow): Promise<boolean> {
  return task.workflowId === vinEventStreamWorkflowId || isFollowedByDealer(db, task);
}
