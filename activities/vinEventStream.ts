import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { vinEventStreamWorkflowId } from '../domain/cancellations.ts';
import { taskQueue } from '../domain/messages.ts';
import { withDealerIds } from '../domain/vinEventStream.ts';
import type { Context } from './context.ts';
import type { Cst, ManualProcessRun } from './cst.ts';
import { dealer, dealerIdAt } from './dealers.ts';

/** CST's name of the manual process (spec: cancellations.md, VinSolutions part 1). */
const processName = 'Remove from Vin Event Stream';
const pollMs = 1_000;

interface Wish {
  key: string;
  dealerId: string;
  requestedAt: string;
}

interface Answer {
  key: string;
  state: 'removed' | 'failed';
  by: string;
  proof?: string;
  because?: string;
}

export function vinEventStreamActivities({ cst, dealers, temporal }: Context) {
  const toRemover = (signal: string, message: unknown) =>
    temporal.workflow.signalWithStart('vinEventStream', {
      workflowId: vinEventStreamWorkflowId,
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      taskQueue,
      args: [{}],
      signal,
      signalArgs: [message],
      staticSummary: 'Runs "Remove from Vin Event Stream" for all who wait',
    });

  return {
    async askForRemoval(wish: {
      key: string;
      workflowId: string;
      account: string;
      requestedAt: string;
    }): Promise<void> {
      const account = await dealer(dealers, wish.account);
      await toRemover('remove', { ...wish, dealerId: dealerIdAt(account, 'crm/vinsolutions') });
    },

    async takeRemovalBack(wish: { key: string }): Promise<void> {
      await toRemover('takeBack', wish);
    },

    /**
     * Runs the process once for all Dealer IDs that CST's run history does not yet show as removed since they were asked for.
     * @returns one answer per wish
     * @throws ApplicationFailure `NoConnector` where CST is not configured, and the failures of `Cst`
     */
    async removeFromVinEventStream({ batchKey, removals }: { batchKey: string; removals: Wish[] }): Promise<Answer[]> {
      if (!cst) throw ApplicationFailure.nonRetryable('CST is not configured', 'NoConnector');
      const answers = new Map<string, Answer>();
      const missing = () => removals.filter((wish) => !answers.has(wish.key));

      const runs = await runsSinceAskedFor(cst, removals);
      for (const wish of removals) {
        const success = runs.find(
          (run) => Date.parse(run.startedAt) >= Date.parse(wish.requestedAt) && succeeded(run, wish.dealerId),
        );
        if (success) answers.set(wish.key, removed(wish, success));
      }
      if (missing().length === 0) return [...answers.values()];

      const wanted = missing();
      const { parametersText, etag } = await cst.manualProcess(processName);
      await cst.saveParameters(
        processName,
        withDealerIds(parametersText, [...new Set(wanted.map((wish) => wish.dealerId))]),
        etag,
      );
      const { runId } = await cst.run(processName, `${batchKey}/${activityInfo().attempt}`);
      const run = await ended(cst, runId);
      for (const wish of wanted) {
        const result = run.results.find((one) => one.dealerId === wish.dealerId);
        answers.set(
          wish.key,
          succeeded(run, wish.dealerId)
            ? removed(wish, run)
            : {
                key: wish.key,
                state: 'failed',
                by: 'cst',
                because: `run ${runId}: ${result?.message ?? `no result for ${wish.dealerId}`}`,
              },
        );
      }
      return [...answers.values()];
    },
  };
}

/**
 * The runs since the first of these was asked for, each at its end. An earlier try of this activity, or a person in CST, may
 * have started one: the parameters must not change under it.
 */
async function runsSinceAskedFor(cst: Cst, removals: Wish[]): Promise<ManualProcessRun[]> {
  const since = removals.map((wish) => wish.requestedAt).sort()[0]!;
  const runs: ManualProcessRun[] = [];
  for (const run of await cst.runsSince(processName, since)) {
    runs.push(run.state === 'running' ? await ended(cst, run.runId) : run);
  }
  return runs;
}

async function ended(cst: Cst, runId: string): Promise<ManualProcessRun> {
  for (;;) {
    const run = await cst.runStatus(processName, runId);
    heartbeat({ runId, state: run.state });
    if (run.state !== 'running') return run;
    await sleep(pollMs);
  }
}

function succeeded(run: ManualProcessRun, dealerId: string): boolean {
  return run.results.some((result) => result.dealerId === dealerId && result.state === 'succeeded');
}

function removed(wish: Wish, run: ManualProcessRun): Answer {
  return {
    key: wish.key,
    state: 'removed',
    by: 'cst',
    proof: `run ${run.runId} of "${processName}" succeeded for ${wish.dealerId}`,
  };
}
