import type { Duration } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { Removal, RemovalAnswer, RemovalByHand } from '../activities/vinEventStream.ts';
import { searchAttributes } from '../domain/searchAttributes.ts';
import { listedIn } from '../domain/tasks.ts';
import { act, ask, run } from './steps/activities.ts';
import { failureOf, isWithdrawal } from './steps/failures.ts';
import { HumanTasks } from './steps/humanTask.ts';
import { noticesSent, patiently, tellOfNoAnswer } from './steps/notice.ts';
import type { Steps } from './steps/procedure.ts';
import { searchable } from './steps/searchable.ts';

/** VinSolutions part 1: the one workflow that may run CST's "Remove from Vin Event Stream", whose parameters all share. */

/** No more Dealer IDs in one run than a person can check. */
const batchSize = 200;
/** As many as surely fit into the input of the next run; the others ask again. */
const mostCarriedOver = 5_000;
const pauses = { firstPauseMs: 2_000, longestPauseMs: 5 * 60_000, dayMs: 24 * 3_600_000 };

const removeSignal = defineSignal<[Removal]>('remove');
const takeBackSignal = defineSignal<[{ key: string; workflowId: string }]>('takeBack');
/** An engineer's, or a test's: begin a new run of this workflow, as it does by itself when its history grows long. */
const startOverSignal = defineSignal('startOver');
const answerSignal = defineSignal<[RemovalAnswer]>('removalAnswer');
const byHandSignal = defineSignal<[RemovalByHand]>('removalByHand');
const removalsQuery = defineQuery<{ waiting: string[]; running: string[] }>('removals');

/** What a run of this workflow hands over to the next one. */
interface HandedOver {
  waiting?: Removal[];
  /** Since when CST has not answered (ISO 8601), how often it was tried, and on how many days the leads heard of it. */
  outage?: { since: string; tries: number; daysTold: number };
}

/**
 * Runs for as long as the service does: gathers what waits while a run goes on, runs the process once for all of it, and
 * answers each asking workflow on its own.
 */
export async function vinEventStream(handedOver: HandedOver = {}): Promise<void> {
  const removals = new Removals(handedOver);
  let startOver = false;
  setHandler(removalsQuery, () => removals.dealerIds());
  setHandler(removeSignal, (removal) => removals.add(removal));
  setHandler(takeBackSignal, (removal) => removals.takeBack(removal));
  setHandler(startOverSignal, () => {
    startOver = true;
  });

  const longEnough = () => startOver || workflowInfo().continueAsNewSuggested;
  removals.show();
  while (!longEnough()) {
    await condition(() => removals.waiting.length > 0 || longEnough());
    if (removals.waiting.length > 0) await removals.runOnce();
  }
  await noticesSent();
  await condition(() => removals.allWritten() && allHandlersFinished());
  await continueAsNew<typeof vinEventStream>(removals.toHandOver());
}

/** Which wish it is, and of whom. */
type Asked = Pick<Removal, 'key' | 'workflowId'>;

class Removals {
  waiting: Removal[];
  private running: Removal[] = [];
  private outage: HandedOver['outage'];
  private readonly people = new HumanTasks();
  /** The task of a run by hand, while there is one. */
  private taskId: string | undefined;
  /** How many times those who asked are still to be told. */
  private tellings = 0;
  private lastTelling: Promise<unknown> = Promise.resolve();

  constructor({ waiting = [], outage }: HandedOver) {
    this.waiting = waiting;
    this.outage = outage;
  }

  /** Safe to hear twice: who waits asks again. */
  add(removal: Removal): void {
    if (!this.all().some((one) => one.key === removal.key)) this.waiting.push(removal);
  }

  /** The customer stays. What is in a run is answered at its end; a list that nobody has in hand is made anew without it. */
  async takeBack({ key, workflowId }: { key: string; workflowId: string }): Promise<void> {
    const wish = this.all().find((one) => one.key === key);
    if (wish?.tried) {
      wish.takenBack = true;
      await this.closeListOf([wish]);
    } else {
      this.waiting = this.waiting.filter((one) => one !== wish);
      this.answerNotRun([{ key, workflowId }]);
    }
  }

  async runOnce(): Promise<void> {
    this.running = this.waiting.slice(0, batchSize);
    for (const one of this.running) one.tried = true;
    this.waiting = this.waiting.slice(batchSize);
    this.show();
    const answers = await this.removeByCst().catch((error) => {
      const because = whyAPersonMust(error);
      if (because === undefined) throw error;
      return this.removeByHand(because);
    });
    const batch = this.running;
    this.running = [];
    this.answer(batch, answers);
    const answered = new Set(answers.map(({ key }) => key));
    this.waiting = [...batch.filter(({ key }) => !answered.has(key)), ...this.waiting];
    this.show();
  }

  /** @returns none when CST could not answer: after a pause all are to be tried again, without those taken back */
  private async removeByCst(): Promise<RemovalAnswer[]> {
    const removals = this.running;
    const summary = `Remove ${removals.length} Dealer IDs`;
    try {
      const answers = await run.removeFromVinEventStream.executeWithOptions({ summary }, [
        { batchKey: uuid4(), removals },
      ]);
      this.outage = undefined;
      return answers;
    } catch (error) {
      if (isCancellation(error) || whyAPersonMust(error) !== undefined) throw error;
      this.outage ??= { since: new Date().toISOString(), tries: 0, daysTold: 0 };
      const pause = Math.min(pauses.firstPauseMs * 2 ** this.outage.tries, pauses.longestPauseMs);
      this.outage.tries += 1;
      this.tellOfOutage(this.outage);
      await sleep(pause, { summary: `Try CST again: ${failureOf(error)?.type ?? 'no answer'}` });
      return [];
    }
  }

  private tellOfOutage(of: NonNullable<HandedOver['outage']>): void {
    const days = Math.floor((Date.now() - Date.parse(of.since)) / pauses.dayMs);
    if (days <= of.daysTold) return;
    of.daysTold = days;
    tellOfNoAnswer('CST', days);
  }

  /**
   * Where CST has no connector, or refuses, a person runs the process for the whole batch.
   * @returns none when the task was closed, since a dealer stays: the others are to be listed anew
   */
  private async removeByHand(because: string | null): Promise<RemovalAnswer[]> {
    const stay = this.running.filter((one) => one.takenBack);
    this.running = this.running.filter((one) => !one.takenBack);
    this.answerNotRun(stay);
    const batch = this.running;
    if (batch.length === 0) return [];
    const outcome = await this.people.open(
      {
        kind: 'vin-event-stream',
        integration: 'crm/vinsolutions',
        dealerIds: batch.map((one) => one.dealerId),
        because: because ?? undefined,
      },
      {
        onChange: (taskId, waitingOn) => {
          this.taskId = taskId;
          this.show();
          this.tellThem(
            batch.map(({ workflowId, key }) => ({
              workflowId,
              signal: 'removalByHand',
              message: { key, taskId, waitingOn },
            })),
          );
          void this.closeListOf(batch);
        },
      },
    );
    this.taskId = undefined;
    if (outcome.how === 'closed') {
      for (const one of batch) one.mayBeDone ||= outcome.begun;
      return [];
    }
    const by = outcome.by;
    if (outcome.how === 'not_done') {
      return batch.map(({ key }) => ({ key, state: 'failed', by, because: 'a lead ended the run as not done' }));
    }
    const failed = listedIn(String(outcome.answers.failedDealerIds ?? ''));
    return batch.map(({ key, dealerId }) =>
      failed.has(dealerId)
        ? { key, state: 'failed', by, because: 'the run by hand failed for this Dealer ID' }
        : { key, state: 'removed', by, proof: outcome.proof },
    );
  }

  /** A list that nobody has in hand is made anew without those who stay. */
  private async closeListOf(removals: Removal[]): Promise<void> {
    if (this.taskId && removals.some((one) => one.takenBack))
      await this.people.closeUnclaimed(this.taskId, 'a dealer stays: a new task lists the others');
  }

  private answerNotRun(removals: (Asked & { mayBeDone?: boolean })[]): void {
    this.answer(
      removals,
      removals.map(({ key, mayBeDone }) => ({ key, state: 'not_run', by: 'dealerops', mayBeDone })),
    );
  }

  private answer(removals: Asked[], answers: RemovalAnswer[]): void {
    const workflowIds = new Map(removals.map(({ key, workflowId }) => [key, workflowId]));
    this.tellThem(
      answers.map((message) => ({ workflowId: workflowIds.get(message.key)!, signal: 'removalAnswer', message })),
    );
  }

  /** In the order in which it happened; the next run does not wait for it. */
  private tellThem(news: Parameters<typeof ask.tellAskers>[0]): void {
    if (news.length === 0) return;
    this.tellings += 1;
    const summary = `Tell ${news.length} who asked`;
    this.lastTelling = this.lastTelling.then(async () => {
      await CancellationScope.nonCancellable(() => ask.tellAskers.executeWithOptions({ summary }, [news]));
      this.tellings -= 1;
    });
  }

  /** Nothing is under way that a new run of this workflow would lose. */
  allWritten(): boolean {
    return this.tellings === 0 && this.people.writing === 0;
  }

  dealerIds() {
    const ids = (removals: Removal[]) => removals.map((one) => one.dealerId);
    return { waiting: ids(this.waiting), running: ids(this.running) };
  }

  toHandOver(): HandedOver {
    const { waiting, outage } = this;
    if (waiting.length > mostCarriedOver) log.warn('Not all waiting removals are carried over: they ask again');
    return { waiting: waiting.slice(0, mostCarriedOver), outage };
  }

  private all(): Removal[] {
    return [...this.waiting, ...this.running];
  }

  show(): void {
    const { waiting, running } = this.dealerIds();
    const stage = running.length > 0 ? 'in_progress' : 'idle';
    const waitingOn = running.length === 0 ? 'nobody' : this.taskId ? 'ops' : 'cst';
    searchable(searchAttributes({ vendor: 'crm/vinsolutions', stage, waitingOn }));
    const list = (ids: string[]) => ids.join(', ') || 'none';
    setCurrentDetails(
      `**Remove from Vin Event Stream**\n\n- running: ${list(running)}\n- waiting for the next run: ${list(waiting)}`,
    );
  }
}

/** @returns why CST cannot do it, null where it is not configured; undefined when it is only to be tried again */
function whyAPersonMust(error: unknown): string | null | undefined {
  const cause = failureOf(error);
  if (cause?.type === 'NoConnector') return null;
  return cause?.type === 'CstRefused' || cause?.type === 'CstParametersUnusable' ? cause.message : undefined;
}

/**
 * The asking side: asks for the dealer's removal and waits for the answer. When withdrawn meanwhile, takes the wish back
 * and still learns how it ended; `withdrawn` is then what the caller must throw.
 */
export async function removal(steps: Steps, attempt: number): Promise<RemovalAnswer & { withdrawn?: unknown }> {
  // Of all runs, so that a run after a reset still knows the answer to what an earlier one has asked.
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const key = `${workflowId}/${firstExecutionRunId}/${attempt}`;
  let given: RemovalAnswer | undefined;
  setHandler(answerSignal, (answer) => {
    if (answer.key === key) given ??= answer;
  });
  let askAgainAfter: Duration = '1 day';
  setHandler(byHandSignal, (byHand) => {
    if (byHand.key !== key || given) return;
    // A person may need weeks, and each time that is asked again makes the remover's history longer.
    askAgainAfter = '7 days';
    steps.progress.waitForTask('vin-event-stream', byHand.taskId, byHand.waitingOn);
  });
  const summary = 'Ask again, should the wish have been lost';
  try {
    const { account, dealerId } = steps.of;
    const of = await patiently('CST', () =>
      ask.removalOf.executeWithOptions({ summary: 'Dealer ID, and the time in CST' }, [{ account, dealerId }]),
    );
    while (!given) {
      // A try that is under way ends before the wish is taken back, or it would come after that.
      await act.askForRemoval.executeWithOptions({ summary: 'Ask to be removed with the next run' }, [
        { key, workflowId, ...of },
      ]);
      await condition(() => given !== undefined, askAgainAfter, { summary });
    }
    return given;
  } catch (error) {
    if (!isWithdrawal(error)) throw error;
    return CancellationScope.nonCancellable(async () => {
      while (!given) {
        await ask.takeRemovalBack.executeWithOptions({ summary: 'Take the removal back' }, [{ key, workflowId }]);
        await condition(() => given !== undefined, askAgainAfter, { summary });
      }
      return { ...given, withdrawn: error };
    });
  }
}
