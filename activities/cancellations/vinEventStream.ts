import { setTimeout as sleepAnyway } from 'node:timers/promises';
import { activityInfo, cancellationSignal, log, sleep } from '@temporalio/activity';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, WorkflowNotFoundError } from '@temporalio/common';
import { and, eq, isNotNull } from 'drizzle-orm';
import { closeTasks } from '../../db/queries/tasks.ts';
import { tasks } from '../../db/schema/shared.ts';
import { isDealerId, withDealerIds } from '../../domain/cancellations/vinEventStream.ts';
import { vinEventStreamWorkflow } from '../../domain/cancellations/workflowStarts.ts';
import { isSelected } from '../../domain/shared/dealerSelection.ts';
import type { Cst, ManualProcessRun } from '../connectors/cst.ts';
import { dealer, dealerIdAt } from '../shared/dealers.ts';
import { startNotice } from '../shared/startNotice.ts';
import type { CancellationContext } from './context.ts';

/** CST's name of the manual process (spec: cancellations.md, VinSolutions part 1). */
const processName = 'Remove from Vin Event Stream';
const pollMs = 1_000;
/** For how long a run may go on; a person then takes over. With two, one after the other, less than the activity has. */
const longestRunMs = 45 * 60_000;

export interface RemovalOf {
  dealerId: string;
  /** By CST's clock, ISO 8601: a success in CST's run history since then is this request's. */
  requestedAt: string;
}

/** A dealer's removal request. */
export interface RemovalRequest extends RemovalOf {
  /** The requesting workflow's ID, for which request it was begun, and the attempt: the same request sent again counts once. */
  key: string;
  workflowId: string;
  account: string;
  /** The customer stays: only to be told whether a run has removed it already. */
  canceled?: boolean;
  /** It may have been run already, by a try that has failed. */
  tried?: boolean;
  /** The workflow that it was sent to before is lost, and perhaps still had a run in progress. */
  resent?: boolean;
  /** A run that has not ended may still carry it out, or a person who had it on a list may have. */
  mayBeDone?: boolean;
}

export interface RemovalAnswer {
  key: string;
  /** `not_run`: taken back in time. */
  state: 'removed' | 'failed' | 'not_run';
  by: string;
  evidence?: string;
  reason?: string;
  /** Of `not_run`: a person may have run it all the same. */
  mayBeDone?: boolean;
}

/** A person does the run: which task, and whom it waits for. */
export interface ManualRemoval {
  key: string;
  taskId: string;
  waitingOn: string;
}

/** What a workflow that asked for a removal is told. */
export type RemovalNotification =
  | { signal: 'removalAnswer'; message: RemovalAnswer }
  | { signal: 'manualRemoval'; message: ManualRemoval };

export function vinEventStreamActivities(context: CancellationContext) {
  const { connectors, database, dealers, temporal } = context;
  const { vinSolutionsDealers = [] } = context.cancellations;
  const { cst } = connectors;
  const toRemover = (signal: string, message: unknown) =>
    temporal.workflow.signalWithStart('removeFromVinEventStream', {
      ...vinEventStreamWorkflow,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      signal,
      signalArgs: [message],
    });

  return {
    /**
     * Who is to be removed, and since when: asked for once per request, so that a request told twice is never run twice.
     * @returns also whether VinSolutions' event service is configured for this dealer
     */
    async removalOf({
      account,
      dealerId: whenRequested,
    }: {
      account: string;
      dealerId?: string;
    }): Promise<RemovalOf & { byEventService: boolean }> {
      const own = await dealer(dealers, account);
      const requestedAt = cst ? await timeIn(cst) : timeInTemporal();
      const dealerId = dealerIdAt(own, 'crm/vinsolutions', whenRequested);
      const byEventService =
        connectors.vinSolutionsEvents !== undefined && isSelected(vinSolutionsDealers, { account, dealerId });
      return { dealerId, requestedAt: requestedAt.toISOString(), byEventService };
    },

    async sendRemovalRequest(request: RemovalRequest): Promise<void> {
      await toRemover('remove', request);
    },

    /** Tells each workflow that asked; one that was terminated meanwhile is no reason not to tell the others. */
    async notifyRequesters(news: (RemovalNotification & { workflowId: string })[]): Promise<void> {
      await Promise.all(
        news.map(async ({ workflowId, signal, message }) => {
          try {
            await temporal.workflow.getHandle(workflowId).signal(signal, message);
          } catch (error) {
            if (!(error instanceof WorkflowNotFoundError)) throw error;
            log.warn('The workflow that asked for a removal is gone', { workflowId });
          }
        }),
      );
    },

    async cancelRemoval(request: RemovalRequest): Promise<void> {
      await toRemover('cancelRemoval', request);
    },

    /**
     * The tasks that an earlier workflow with this one's ID has left open, since somebody stopped it in Temporal: they are
     * closed, since nobody would hear of their answers.
     * @param at the workflow's time, ISO 8601
     * @returns those whose person must be told
     */
    async closeLostTasks({ at, reason }: { at: string; reason: string }): Promise<string[]> {
      const { workflowId } = activityInfo().workflowExecution!;
      const closedAt = new Date(at);
      return database.db.transaction(async (tx) => {
        await closeTasks(tx, eq(tasks.workflowId, workflowId), { reason, at: closedAt });
        // An earlier try may have closed them.
        const assigned = await tx
          .select({ id: tasks.id })
          .from(tasks)
          .where(and(eq(tasks.workflowId, workflowId), eq(tasks.closedAt, closedAt), isNotNull(tasks.assignee)));
        return assigned.map(({ id }) => id);
      });
    },

    /**
     * Runs the process once for all Dealer IDs that CST's run history does not yet show as removed since they were asked for.
     * @returns one answer per request; while the parameters cannot be used, only of those who need no run
     * @throws ApplicationFailure `NoConnector` where CST is not configured, `CstParametersUnusable` when the parameters must be
     *   corrected first, `CstRunNotEnded` when a run goes on for too long, and the failures of `Cst`
     */
    async removeFromVinEventStream({
      batchKey,
      removalRequests,
    }: {
      batchKey: string;
      removalRequests: RemovalRequest[];
    }): Promise<RemovalAnswer[]> {
      if (!cst) throw ApplicationFailure.nonRetryable('CST is not configured', 'NoConnector');
      try {
        return await removeAll(cst, batchKey, removalRequests);
      } catch (error) {
        if (error instanceof ApplicationFailure && error.type === runNotEnded) await notifyOfRun(temporal, error);
        throw error;
      }
    },
  };
}

function timeInTemporal(): Date {
  return new Date(activityInfo().currentAttemptScheduledTimestampMs);
}

/** Where CST keeps its processes from us, a person will run it, and no run history is asked. */
async function timeIn(cst: Cst): Promise<Date> {
  try {
    return await cst.now(processName);
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type === 'CstRefused') return timeInTemporal();
    throw error;
  }
}

const runNotEnded = 'CstRunNotEnded';

/** To the team leads, once for each run: it holds up all removals. */
function notifyOfRun(
  temporal: CancellationContext['temporal'],
  { message, details }: ApplicationFailure,
): Promise<void> {
  return startNotice(temporal, {
    ...{ about: 'stopped', process: 'cancellations', title: `"${processName}" in CST` },
    key: `run-not-ended/${details?.[0]}`,
    text: `${message}.\nUntil it ends, each removal is a person's task. Stop the run in CST, or find out why it goes on.`,
  });
}

async function removeAll(cst: Cst, batchKey: string, removalRequests: RemovalRequest[]): Promise<RemovalAnswer[]> {
  try {
    return await removeWithNextRun(cst, batchKey, removalRequests);
  } catch (error) {
    if (!(error instanceof ApplicationFailure && error.type === runNotEnded)) throw error;
    // A person who runs it manually must not be given those who are removed already.
    const answers = await answersWithoutRun(cst, removalRequests);
    const removed = answers.filter((answer) => answer?.state === 'removed') as RemovalAnswer[];
    if (removed.length > 0) return removed;
    throw error;
  }
}

async function removeWithNextRun(
  cst: Cst,
  batchKey: string,
  removalRequests: RemovalRequest[],
): Promise<RemovalAnswer[]> {
  // An earlier try of this batch, or a person in CST, may have started one: the parameters must not change under it.
  for (const run of await cst.runsInProgress(processName)) await ended(cst, run);
  const answers = await answersWithoutRun(cst, removalRequests);
  const wanted = removalRequests.filter((_request, index) => !answers[index]);
  const known = answers.filter((answer) => answer !== undefined);
  if (wanted.length === 0) return known;

  const { parametersText, etag } = await cst.manualProcess(processName);
  const text = parametersFor(parametersText, [...new Set(wanted.map((request) => request.dealerId))]);
  if (typeof text === 'object') {
    // A person who runs it manually must not be given those who are removed already.
    if (known.length > 0) return known;
    throw ApplicationFailure.nonRetryable(text.unusable, 'CstParametersUnusable');
  }
  // The server may have given this try up and begun another one.
  cancellationSignal().throwIfAborted();
  await cst.saveParameters(processName, text, etag);
  const { runId } = await cst.run(processName, batchKey);
  const run = await ended(cst, { runId });
  return removalRequests.map((request, index) => answers[index] ?? answerOf(run, request));
}

async function answersWithoutRun(cst: Cst, removalRequests: RemovalRequest[]): Promise<(RemovalAnswer | undefined)[]> {
  const since = removalRequests.map((request) => request.requestedAt).sort()[0]!;
  const runs = await cst.runsSince(processName, since);
  return removalRequests.map((request) => answerWithoutRun(request, runs));
}

/** What is known of a request before anything is run. */
function answerWithoutRun(request: RemovalRequest, runs: ManualProcessRun[]): RemovalAnswer | undefined {
  const success = runs.find(
    (run) => Date.parse(run.startedAt) >= Date.parse(request.requestedAt) && succeeded(run, request.dealerId),
  );
  if (success) return answerOf(success, request);
  if (request.canceled) return { key: request.key, state: 'not_run', by: 'dealerops', mayBeDone: request.mayBeDone };
  if (isDealerId(request.dealerId)) return undefined;
  const reason = `${JSON.stringify(request.dealerId)} is no VinSolutions Dealer ID, which has digits only: correct it in CST`;
  return { key: request.key, state: 'failed', by: 'dealerops', reason };
}

function answerOf(run: ManualProcessRun, { key, dealerId }: RemovalRequest): RemovalAnswer {
  if (succeeded(run, dealerId)) {
    const evidence = `run ${run.runId} of "${processName}" succeeded for ${dealerId}`;
    return { key, state: 'removed', by: 'cst', evidence };
  }
  const message = run.results.find((one) => one.dealerId === dealerId)?.message;
  return { key, state: 'failed', by: 'cst', reason: `run ${run.runId}: ${message ?? `no result for ${dealerId}`}` };
}

function succeeded(run: ManualProcessRun, dealerId: string): boolean {
  return run.results.some((result) => result.dealerId === dealerId && result.state === 'succeeded');
}

function parametersFor(parametersText: string, dealerIds: string[]): string | { unusable: string } {
  try {
    return withDealerIds(parametersText, dealerIds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { unusable: error.message };
  }
}

/** @throws ApplicationFailure `CstRunNotEnded`, with the run's ID; the run may still do its work later */
async function ended(cst: Cst, { runId }: Pick<ManualProcessRun, 'runId'>): Promise<ManualProcessRun> {
  // By CST's clock, with which the run's start is written.
  const cstAhead = (await timeIn(cst)).getTime() - Date.now();
  for (;;) {
    const run = await cst.runStatus(processName, runId);
    if (run.state !== 'running') return run;
    if (Date.now() + cstAhead > Date.parse(run.startedAt) + longestRunMs) {
      const message = `run ${runId} of "${processName}" has not ended since ${run.startedAt}, and may still go on`;
      throw ApplicationFailure.create({ message, type: runNotEnded, nonRetryable: true, details: [runId] });
    }
    await sleep(pollMs).catch(goOnWhenWithdrawn);
  }
}

/** A run that has begun goes on in CST whoever is withdrawn, and only its end says what it did. */
async function goOnWhenWithdrawn(error: unknown): Promise<void> {
  if (!(error instanceof CancelledFailure) || error.message !== 'CANCELLED') throw error;
  await sleepAnyway(pollMs);
}
