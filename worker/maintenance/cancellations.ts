import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { Outside } from '../activities/index.ts';
import { withoutValues } from '../db/failures.ts';
import {
  hasOpenTask,
  type OpenCancellation,
  someOpenCancellations,
  workflowsAwaitingRemoval,
} from '../db/queries/cancellations/maintenance.ts';
import { cancellationWorkflowId, vinEventStreamWorkflowId } from '../domain/cancellations/cancellations.ts';
import { dealerWorkflow, vinEventStreamWorkflow } from '../domain/cancellations/workflowStarts.ts';

/**
 * Notices workflows that somebody has stopped in Temporal, by what the tables say should run, and has them go on. It may run
 * in any number of workers: all that it does is safe to do twice.
 */

const everyMs = 5_000;
/** How many open cancellations are checked each time. */
const batch = 50;
/** A query of the remover loads it: less often than it is checked whether it runs. */
const queryMs = 60_000;
const [firstPauseMs, longestPauseMs] = [30_000, 24 * 3_600_000];

type Services = Pick<Outside, 'database' | 'temporal'>;

/** Begins at once; `stop()` resolves when it has ended. */
export function startMaintenance(services: Services): { stop(): Promise<void> } {
  const over = new AbortController();
  let looking = new AbortController();
  const checks = [removerCheck(services), dealersCheck(services)];
  const look = async (check: () => Promise<void>) => {
    if (over.signal.aborted) return;
    // Of its own: each call to Temporal listens for as long as the signal lives, and is kept as long.
    looking = new AbortController();
    setMaxListeners(0, looking.signal);
    try {
      await services.temporal.withAbortSignal(looking.signal, check);
    } catch (error) {
      if (over.signal.aborted) return;
      Runtime.instance().logger.warn('Stopped workflows could not be looked for; tried again soon', {
        error: withoutValues(error),
      });
    }
  };
  const done = (async () => {
    while (!over.signal.aborted) {
      for (const check of checks) await look(check);
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      over.abort();
      looking.abort();
      await done;
    },
  };
}

interface Running {
  /** The same for a chain of continue-as-new. */
  firstRunId: string;
}

async function runOf(temporal: Client, workflowId: string): Promise<Running | undefined> {
  try {
    const { status, runId, raw } = await temporal.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? { firstRunId: raw.workflowExecutionInfo?.firstRunId || runId } : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Nobody is told the same more often than needed: a workflow that cannot hear it would be told for ever. */
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

/** The workflow of "Remove from Vin Event Stream" runs when it is needed, and knows every request that waits for it. */
function removerCheck({ database: { db }, temporal }: Services): () => Promise<void> {
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
    // It has been stopped too: that is its dealer's workflow to notice.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/**
 * Every open cancellation has a dealer's workflow that brings it to its end; a few are checked each time.
 * @internal exported for tests
 */
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

/** @returns what the dealer's workflow may not know of the cancellation; undefined where nothing is amiss */
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
