import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { ManualRemoval, RemovalAnswer, RemovalRequest } from '../../activities/cancellations/vinEventStream.ts';
import { type CancellationTaskFacts, taskCatalog } from '../../domain/cancellations/catalog.ts';
import { cancellationSearchAttributes } from '../../domain/cancellations/searchAttributes.ts';
import { listedIn } from '../../domain/shared/tasks.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { waitingOnCode } from '../shared/checklist.ts';
import { failureOf } from '../shared/failures.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import { newRunDue, steadily } from '../shared/newRun.ts';
import { searchable } from '../shared/searchable.ts';
import type { TaskOutcome, TasksSnapshot } from '../shared/taskRecord.ts';
import { queries, removalRuns } from './activities.ts';
import { closeLostTasks } from './lostTasks.ts';

/** VinSolutions part 1: the one workflow that may run CST's "Remove from Vin Event Stream", whose parameters all share. */

/** No more Dealer IDs in one run than a person can check. */
const batchSize = 200;
/** As many as surely fit into the input of the next run, beside the answers; the others are sent again. */
const mostCarriedOver = 4_000;
/** Answers that are remembered: of two full lists, and more than come in the minutes in which a request may be sent twice. */
const mostAnswers = 500;
/** Longer than an activity that nobody waits for any more goes on: it learns so by its heartbeat. */
const lostRunEnds = '20 seconds';
/** Of one run of this workflow, in events: a list's reminders alone are some hundred a month. */
const longHistory = 400;

const removeSignal = defineSignal<[RemovalRequest]>('remove');
const cancelRemovalSignal = defineSignal<[RemovalRequest]>('cancelRemoval');
const removalsQuery = defineQuery<KnownRemovals>('removals');

/** By Dealer ID; `requesters` are the workflows that will be answered without asking again. */
interface KnownRemovals {
  waiting: string[];
  running: string[];
  requesters: string[];
}

/** A manual run: its task, and whom it waits for. */
interface List {
  taskId: string;
  waitingOn: string;
}

/** What a run of this workflow hands over to the next one. */
interface HandedOver {
  waiting?: RemovalRequest[];
  /** The latest answers, the oldest first. */
  answered?: RemovalAnswer[];
  /** Those on the list, which goes on. */
  listed?: RemovalRequest[];
  list?: List;
  tasks?: TasksSnapshot<CancellationTaskFacts>;
}

/**
 * Runs for as long as the service does: gathers what waits while a run goes on, runs the process once for all of it, and
 * answers each asking workflow on its own.
 */
export async function removeFromVinEventStream(handedOver: HandedOver = {}): Promise<void> {
  const longEnough = newRunDue(longHistory);
  const removalRequests = new RemovalRequests(handedOver, longEnough);
  setHandler(removalsQuery, () => removalRequests.known());
  setHandler(removeSignal, (removalRequest) => removalRequests.add(removalRequest));
  setHandler(cancelRemovalSignal, (removalRequest) => removalRequests.cancelRemoval(removalRequest));

  if (!workflowInfo().continuedFromExecutionRunId) await closeLostTasks();
  removalRequests.show();
  await removalRequests.goOnWithList();
  do {
    while (!longEnough()) {
      await condition(() => removalRequests.waiting.length > 0 || longEnough());
      if (removalRequests.waiting.length > 0) await removalRequests.runOnce();
    }
    await steadily(() => removalRequests.allWritten() && allHandlersFinished() && allNoticesSent());
  } while (removalRequests.endedMeanwhile());
  await continueAsNew<typeof removeFromVinEventStream>(removalRequests.toHandOver());
}

/** Which request it is, and of whom. */
type Asked = Pick<RemovalRequest, 'key' | 'workflowId'>;

class RemovalRequests {
  waiting: RemovalRequest[];
  private running: RemovalRequest[];
  private readonly people: HumanTasks<CancellationTaskFacts>;
  private list: List | undefined;
  /** How the list has ended, until that is taken. */
  private outcome: TaskOutcome | undefined;
  /** Whether this run of the workflow is to end, also in the middle of a list. */
  private readonly longEnough: () => boolean;
  /** What those who asked are still to be told. */
  private readonly notifications = new Set<Parameters<typeof queries.notifyRequesters>[0]>();
  private lastNotification: Promise<unknown> = Promise.resolve();
  /** The latest answers by the request's key, the oldest first: a request that is sent again is answered again, and not run. */
  private readonly answered: Map<string, RemovalAnswer>;

  constructor({ waiting = [], answered = [], listed = [], ...more }: HandedOver, longEnough: () => boolean) {
    this.waiting = waiting;
    this.answered = new Map(answered.map((one) => [one.key, one]));
    this.running = listed;
    this.list = more.list;
    this.people = new HumanTasks(
      { catalog: taskCatalog, closingReason: () => 'its workflow was canceled in Temporal' },
      more.tasks,
    );
    this.longEnough = longEnough;
  }

  /** Safe to hear twice, also when it was answered: whoever asks again may have lost the answer. */
  add(removalRequest: RemovalRequest): void {
    const { key, workflowId } = removalRequest;
    const answered = this.answered.get(key);
    if (answered) this.notify([{ workflowId, signal: 'removalAnswer', message: answered }]);
    else if (!this.all().some((one) => one.key === key)) this.waiting.push(removalRequest);
    else if (this.list && this.running.some((one) => one.key === key))
      this.notify([{ workflowId, signal: 'manualRemoval', message: { key, ...this.list } }]);
  }

  /**
   * The customer stays. What is in a run is answered at its end; a list that nobody has claimed is replaced by one without it. Of
   * a request that is not known here, nor its answer, only CST's run history, or who had the list, can say how it ended.
   */
  async cancelRemoval(removalRequest: RemovalRequest): Promise<void> {
    const { key, workflowId } = removalRequest;
    const known = this.all().find((one) => one.key === key);
    if (known && !known.tried) {
      this.waiting = this.waiting.filter((one) => one !== known);
      this.answerNotRun([{ key, workflowId }]);
    } else if (known) {
      known.canceled = true;
      await this.closeListOf([known]);
    } else {
      this.add({ ...removalRequest, canceled: true, tried: true, resent: true });
    }
  }

  async runOnce(): Promise<void> {
    this.running = this.waiting.slice(0, batchSize);
    for (const one of this.running) one.tried = true;
    this.waiting = this.waiting.slice(batchSize);
    this.show();
    await this.lostRunIsOver();
    const answers = await this.removeByCst().catch((error) => {
      const reason = whyAPersonMust(error);
      if (reason === undefined) throw error;
      // The run may still carry them out.
      if (failureOf(error)?.type === 'CstRunNotEnded') for (const one of this.running) one.mayBeDone = true;
      return this.removeManually(reason);
    });
    this.conclude(answers);
  }

  /** The list that the run before has handed over. */
  async goOnWithList(): Promise<void> {
    if (!this.list) return;
    const batch = this.running;
    this.conclude(await this.answersOfList(batch, this.people.resume(this.list.taskId, this.watchOf(batch))));
  }

  /** @param answers of those in the run; none of them when their list is handed over */
  private conclude(answers: RemovalAnswer[] | 'handed_over'): void {
    if (answers === 'handed_over') return;
    const batch = this.running;
    this.running = [];
    this.answer(batch, answers);
    const answered = new Set(answers.map(({ key }) => key));
    this.waiting = [...batch.filter(({ key }) => !answered.has(key)), ...this.waiting];
    this.show();
  }

  /** A workflow that was stopped may have left a run that begins now: it would remove the same dealers at the same time. */
  private async lostRunIsOver(): Promise<void> {
    const resent = this.running.filter((one) => one.resent);
    if (resent.length === 0) return;
    await sleep(lostRunEnds, { summary: 'Until an earlier run of the process has surely begun or ended' });
    for (const one of resent) one.resent = undefined;
  }

  /** @returns none when it was stopped before CST had run it: a new list leaves out a dealer that stays */
  private async removeByCst(): Promise<RemovalAnswer[]> {
    const removalRequests = this.running;
    const scope = new CancellationScope();
    const toStay = () => removalRequests.filter((one) => one.canceled).length;
    const before = toStay();
    const stop = () => toStay() > before || this.longEnough();
    let isOver = false;
    void condition(() => isOver || stop()).then(() => scope.cancel());
    try {
      return await scope.run(() =>
        removalRuns.removeFromVinEventStream.executeWithOptions(
          { summary: `Remove ${removalRequests.length} Dealer IDs` },
          [{ batchKey: uuid4(), removalRequests }],
        ),
      );
    } catch (error) {
      if (!scope.consideredCancelled || whyAPersonMust(error) !== undefined) throw error;
      return [];
    } finally {
      isOver = true;
    }
  }

  /**
   * Where CST has no connector, or refuses, a person runs the process for the whole batch.
   * @returns none when the task was closed, since a dealer stays: the others go on a new list
   */
  private async removeManually(reason: string | null): Promise<RemovalAnswer[] | 'handed_over'> {
    const stay = this.running.filter((one) => one.canceled);
    this.running = this.running.filter((one) => !one.canceled);
    this.answerNotRun(stay);
    const batch = this.running;
    if (batch.length === 0) return [];
    const facts: CancellationTaskFacts = {
      process: 'cancellations',
      kind: 'vin-event-stream',
      subject: 'vin-event-stream',
      integration: 'crm/vinsolutions',
      accounts: batch.map((one) => one.account),
      dealerIds: batch.map((one) => one.dealerId),
      mayBeRun: batch.some((one) => one.mayBeDone) || undefined,
      reason: reason ?? undefined,
    };
    return this.answersOfList(batch, this.people.open(facts, this.watchOf(batch)));
  }

  private watchOf(batch: RemovalRequest[]) {
    return {
      onChange: (taskId: string, waitingOn: string) => {
        // The first change of a list that was handed over is none.
        if (this.list?.taskId === taskId && this.list.waitingOn === waitingOn) return;
        this.list = { taskId, waitingOn };
        this.show();
        this.notify(
          batch.map(({ workflowId, key }) => ({
            workflowId,
            signal: 'manualRemoval',
            message: { key, taskId, waitingOn },
          })),
        );
        void this.closeListOf(batch);
      },
    };
  }

  private async answersOfList(
    batch: RemovalRequest[],
    list: Promise<TaskOutcome>,
  ): Promise<RemovalAnswer[] | 'handed_over'> {
    const taken = list.then((outcome) => {
      this.outcome = outcome;
    });
    // Not before it is known by its ID.
    await Promise.race([taken, condition(() => this.list !== undefined && this.longEnough())]);
    return this.outcome ? this.answersTo(this.outcome, batch) : 'handed_over';
  }

  /** A list that was to be handed over may end before that. @returns whether it has */
  endedMeanwhile(): boolean {
    if (!this.outcome) return false;
    this.conclude(this.answersTo(this.outcome, this.running));
    return true;
  }

  private answersTo(outcome: TaskOutcome, batch: RemovalRequest[]): RemovalAnswer[] {
    this.outcome = undefined;
    this.list = undefined;
    if (outcome.how === 'closed') {
      for (const one of batch) one.mayBeDone ||= outcome.begun;
      return [];
    }
    const by = outcome.by;
    if (outcome.how === 'not_completed') {
      return batch.map(({ key }) => ({
        key,
        state: 'failed',
        by,
        reason: 'a team lead closed the run without completing it',
      }));
    }
    const failed = listedIn(String(outcome.answers.failedDealerIds ?? ''));
    return batch.map(({ key, dealerId }) =>
      failed.has(dealerId)
        ? { key, state: 'failed', by, reason: 'the manual run failed for this Dealer ID' }
        : { key, state: 'removed', by, evidence: outcome.evidence },
    );
  }

  /** A list that nobody has claimed is replaced by one without those who stay. */
  private async closeListOf(removalRequests: RemovalRequest[]): Promise<void> {
    if (this.list && removalRequests.some((one) => one.canceled))
      await this.people.closeUnclaimed(this.list.taskId, 'a dealer stays: a new task lists the others');
  }

  private answerNotRun(removalRequests: (Asked & { mayBeDone?: boolean })[]): void {
    this.answer(
      removalRequests,
      removalRequests.map(({ key, mayBeDone }) => ({ key, state: 'not_run', by: 'dealerops', mayBeDone })),
    );
  }

  private answer(removalRequests: Asked[], answers: RemovalAnswer[]): void {
    const workflowIds = new Map(removalRequests.map(({ key, workflowId }) => [key, workflowId]));
    for (const one of answers) this.answered.set(one.key, one);
    for (const key of [...this.answered.keys()].slice(0, -mostAnswers)) this.answered.delete(key);
    this.notify(
      answers.map((message) => ({ workflowId: workflowIds.get(message.key)!, signal: 'removalAnswer', message })),
    );
  }

  /** In the order in which it happened; the next run does not wait for it. */
  private notify(news: Parameters<typeof queries.notifyRequesters>[0]): void {
    if (news.length === 0) return;
    this.notifications.add(news);
    const summary = `Notify ${news.length} requesters`;
    this.lastNotification = this.lastNotification.then(async () => {
      await CancellationScope.nonCancellable(() => queries.notifyRequesters.executeWithOptions({ summary }, [news]));
      this.notifications.delete(news);
    });
  }

  /** Nothing is in progress that a new run of this workflow would lose. */
  allWritten(): boolean {
    return this.notifications.size === 0 && this.people.writing === 0;
  }

  dealerIds() {
    const ids = (removalRequests: RemovalRequest[]) => removalRequests.map((one) => one.dealerId);
    return { waiting: ids(this.waiting), running: ids(this.running) };
  }

  known(): KnownRemovals {
    const told = [...this.notifications].flat().filter(({ message }) => isAnswer(message));
    return { ...this.dealerIds(), requesters: [...this.all(), ...told].map(({ workflowId }) => workflowId) };
  }

  toHandOver(): HandedOver {
    const { waiting, list } = this;
    const answered = [...this.answered.values()];
    if (waiting.length > mostCarriedOver) log.warn('Not all waiting removals are carried over: they are sent again');
    const listed = list && { list, listed: this.running };
    // Without a list too, or the next run's first list would have the ID of an earlier one.
    const tasks = this.people.snapshot();
    return { waiting: waiting.slice(0, mostCarriedOver), answered, tasks, ...listed };
  }

  private all(): RemovalRequest[] {
    return [...this.waiting, ...this.running];
  }

  show(): void {
    const { waiting, running } = this.dealerIds();
    const stage = running.length > 0 ? 'in_progress' : 'idle';
    const waitingOn = this.list ? waitingOnCode(this.list.waitingOn) : running.length > 0 ? 'cst' : 'nobody';
    searchable(cancellationSearchAttributes({ vendor: 'crm/vinsolutions', stage, waitingOn }));
    const list = (ids: string[]) => ids.join(', ') || 'none';
    setCurrentDetails(
      `**Remove from Vin Event Stream**\n\n- running: ${list(running)}\n- waiting for the next run: ${list(waiting)}`,
    );
  }
}

function isAnswer(message: RemovalAnswer | ManualRemoval): message is RemovalAnswer {
  return 'state' in message;
}

/** @returns why CST cannot do it, null where it is not configured; undefined when it is only to be tried again */
function whyAPersonMust(error: unknown): string | null | undefined {
  const cause = failureOf(error);
  if (cause?.type === 'NoConnector') return null;
  const byPerson = ['CstRefused', 'CstParametersUnusable', 'CstRunNotEnded'];
  return cause?.type && byPerson.includes(cause.type) ? cause.message : undefined;
}
