import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { processAttribute, stageAttribute, vendorAttribute, waitingOnAttribute } from '../domain/searchAttributes.ts';
import { dealerIdsIn } from '../domain/vinEventStream.ts';
import { ask, run } from './steps/activities.ts';
import { HumanTasks } from './steps/humanTask.ts';
import { noticesSent, patiently } from './steps/notice.ts';
import type { Steps } from './steps/procedure.ts';

/** VinSolutions part 1: the one workflow that may run CST's "Remove from Vin Event Stream", whose parameters all share. */

/** A dealer's wish to be removed. */
export interface Removal {
  /** The asking workflow's ID, run and attempt. */
  key: string;
  workflowId: string;
  account: string;
  dealerId: string;
  /** ISO 8601: a success in CST's run history since then is this wish's. */
  requestedAt: string;
}

export interface RemovalAnswer {
  key: string;
  /** `not_run`: taken back in time; `unknown`: a person had it in hand when it was taken back. */
  state: 'removed' | 'failed' | 'not_run' | 'unknown';
  by: string;
  proof?: string;
  because?: string;
}

/** No more Dealer IDs in one run than a person can check. */
const batchSize = 200;

const removeSignal = defineSignal<[Removal]>('remove');
const takeBackSignal = defineSignal<[{ key: string }]>('takeBack');
/** An engineer's, or a test's: begin a new run of this workflow, as it does by itself when its history grows long. */
const startOverSignal = defineSignal('startOver');
const answerSignal = defineSignal<[RemovalAnswer]>('removalAnswer');
const removerQuery = defineQuery<{ waiting: string[]; running: string[] }>('removals');

/**
 * Runs for as long as the service does: gathers what waits while a run goes on, runs the process once for all of it, and
 * answers each asking workflow on its own.
 */
export async function vinEventStream({ waiting = [] }: { waiting?: Removal[] } = {}): Promise<void> {
  const people = new HumanTasks();
  let running: Removal[] = [];
  let byHand = false;
  let startOver = false;

  setHandler(removerQuery, () => ({
    waiting: waiting.map((one) => one.dealerId),
    running: running.map((one) => one.dealerId),
  }));
  setHandler(removeSignal, (removal) => {
    if (![...waiting, ...running].some((one) => one.key === removal.key)) waiting.push(removal);
  });
  setHandler(takeBackSignal, async ({ key }) => {
    const taken = waiting.find((one) => one.key === key);
    waiting = waiting.filter((one) => one.key !== key);
    if (taken) return answer(taken, { key, state: 'not_run', by: 'dealerops' });
    // A run of CST's is answered when it ends; a person may take weeks.
    const inHand = byHand && running.find((one) => one.key === key);
    if (!inHand) return;
    running = running.filter((one) => one.key !== key);
    await answer(inHand, { key, state: 'unknown', by: 'dealerops' });
  });

  setHandler(startOverSignal, () => {
    startOver = true;
  });

  const longEnough = () => startOver || workflowInfo().continueAsNewSuggested;
  const show = () => {
    upsertSearchAttributes([
      { key: processAttribute, value: 'cancellations' },
      { key: vendorAttribute, value: 'VinSolutions' },
      { key: stageAttribute, value: running.length > 0 ? 'running' : 'idle' },
      { key: waitingOnAttribute, value: running.length === 0 ? 'nobody' : byHand ? 'ops' : 'CST' },
    ]);
    const list = (removals: Removal[]) =>
      removals.map((one) => `${one.dealerId} (dealer ${one.account})`).join(', ') || 'none';
    setCurrentDetails(
      `**Remove from Vin Event Stream**\n\n- running: ${list(running)}\n- waiting for the next run: ${list(waiting)}`,
    );
  };

  show();
  while (!longEnough()) {
    await condition(() => waiting.length > 0 || longEnough());
    if (waiting.length === 0) break;
    running = waiting.slice(0, batchSize);
    waiting = waiting.slice(batchSize);
    show();
    const batch = running;
    let answers: RemovalAnswer[];
    try {
      answers = await patiently('several', 'CST: Remove from Vin Event Stream', () =>
        run.removeFromVinEventStream.executeWithOptions({ summary: `Remove ${batch.length} Dealer IDs` }, [
          { batchKey: uuid4(), removals: batch },
        ]),
      );
    } catch (error) {
      if (!needsAPerson(error)) throw error;
      byHand = true;
      show();
      answers = await removeByHand(people, batch);
      byHand = false;
    }
    const asking = running;
    running = [];
    await Promise.all(asking.map((one) => answer(one, answers.find((given) => given.key === one.key)!)));
    show();
  }
  await condition(allHandlersFinished);
  await noticesSent();
  await continueAsNew<typeof vinEventStream>({ waiting });
}

/** Where CST has no connector, or refuses, a person runs the process for the whole batch. */
async function removeByHand(people: HumanTasks, batch: Removal[]): Promise<RemovalAnswer[]> {
  const outcome = await people.open(
    { kind: 'vin-event-stream', integration: 'crm/vinsolutions', dealerIds: batch.map((one) => one.dealerId) },
    { onChange: (_taskId, on) => upsertSearchAttributes([{ key: waitingOnAttribute, value: on }]) },
  );
  if (outcome.how !== 'done') {
    const because = outcome.how === 'not_done' ? 'a lead ended the run as not done' : outcome.because;
    return batch.map(({ key }) => ({ key, state: 'failed', by: 'dealerops', because }));
  }
  const failed = dealerIdsIn(`DealerIds: ${outcome.answers.failedDealerIds ?? ''}`);
  return batch.map(({ key, dealerId }) =>
    failed.includes(dealerId)
      ? { key, state: 'failed', by: outcome.by, because: 'the run by hand failed for this Dealer ID' }
      : { key, state: 'removed', by: outcome.by, proof: outcome.proof },
  );
}

function needsAPerson(error: unknown): boolean {
  const type =
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause.type : undefined;
  return type === 'NoConnector' || type === 'CstRefused';
}

/** The asking workflow may have been terminated meanwhile: that is no reason to fail the others. */
async function answer(removal: Removal, given: RemovalAnswer): Promise<void> {
  try {
    await getExternalWorkflowHandle(removal.workflowId).signal(answerSignal, given);
  } catch (error) {
    log.warn('The workflow that asked for a removal is gone', { workflowId: removal.workflowId, error: String(error) });
  }
}

/**
 * The asking side: asks for the dealer's removal and waits for the answer. When withdrawn meanwhile, takes the wish back
 * and still learns how it ended; `withdrawn` is then what the caller must throw.
 */
export async function removal(steps: Steps, attempt: number): Promise<RemovalAnswer & { withdrawn?: unknown }> {
  const { workflowId, runId } = workflowInfo();
  const key = `${workflowId}/${runId}/${attempt}`;
  let given: RemovalAnswer | undefined;
  setHandler(answerSignal, (answer) => {
    if (answer.key === key) given = answer;
  });
  const wish = { key, workflowId, account: steps.of.account, requestedAt: new Date().toISOString() };
  try {
    await ask.askForRemoval.executeWithOptions({ summary: 'Ask to be removed with the next run' }, [wish]);
    await patiently(steps.of.account, 'CST: Remove from Vin Event Stream', () => condition(() => given !== undefined));
    return given!;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return CancellationScope.nonCancellable(async () => {
      if (!given) {
        await ask.takeRemovalBack({ key });
        await condition(() => given !== undefined);
      }
      return { ...given!, withdrawn: error };
    });
  }
}
