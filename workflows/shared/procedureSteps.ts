import { CancelledFailure } from '@temporalio/workflow';
import type { SystemCode } from '../../domain/shared/actors.ts';
import type { TaskFacts } from '../../domain/shared/tasks.ts';
import type { Checklist } from './checklist.ts';
import { HumanTasks } from './humanTasks.ts';
import { Run, type StepResults } from './runs.ts';
import type { Guard, TaskOutcome, TasksOf, TasksSnapshot } from './taskRecord.ts';

/** What a run hands over to the next one of its steps, besides the checklist. */
export interface ProcedureSnapshot<Step extends string, Facts extends TaskFacts> {
  results: StepResults<Step>;
  tasks: TasksSnapshot<Facts>;
}

/**
 * The steps of a procedure that may go on over several runs of its workflow: its checklist, its people's tasks, and the results
 * of earlier runs. What an earlier run has said about a step is not said again.
 */
export class ProcedureSteps<
  Step extends string,
  WaitingOn extends string,
  End extends string,
  Facts extends TaskFacts,
> {
  readonly progress: Checklist<Step, WaitingOn, End>;
  readonly run: Run<Step>;
  readonly people: HumanTasks<Facts>;
  /** Open tasks that the run before has handed over, until they are resumed. */
  private readonly tasksBefore: TasksSnapshot<Facts>['tasks'];

  /** @param from what the run before has handed over */
  constructor(
    progress: Checklist<Step, WaitingOn, End>,
    tasks: Omit<TasksOf<Facts>, 'shown'>,
    from?: ProcedureSnapshot<Step, Facts>,
  ) {
    this.progress = progress;
    const begun = from ? progress.steps.filter((step) => step.startedAt !== undefined) : [];
    this.run = new Run(
      from?.results,
      begun.map(({ step }) => step),
    );
    this.people = new HumanTasks({ ...tasks, shown: progress }, from?.tasks);
    this.tasksBefore = [...(from?.tasks.tasks ?? [])];
  }

  toHandOver(): ProcedureSnapshot<Step, Facts> {
    return { results: this.run.results(), tasks: this.people.snapshot() };
  }

  /** A step begins, on its own or by asking the system `on`. */
  begin(name: Step, on?: WaitingOn): void {
    if (!this.run.isRepeated(name)) this.progress.begin(name, on);
  }

  /** A step is done: who did it, and the evidence. */
  done(name: Step, by: string, evidence?: string): void {
    if (!this.run.isRepeated(name)) this.progress.end(name, 'done', by, evidence);
  }

  /** Whether it may have happened in the outside system, although nobody knows. */
  mayBeDone(name: Step, mayBe: boolean): void {
    if (!this.run.isRepeated(name)) this.progress.mayBeDone(name, mayBe);
  }

  /** What the checklist says already is no change, such as of a task that was handed over. */
  waitForTask(name: Step, taskId: string, on: string): void {
    const { waitingOn, waitingOnCode, ...step } = this.progress.step(name);
    if (step.taskId === taskId && (waitingOn === on || (on === 'team_lead' && waitingOnCode === on))) return;
    this.run.hasNews(name);
    this.progress.waitForTask(name, taskId, on);
  }

  /** A step that needs nobody; its answer has the evidence and, where that may be another system than the one asked, whose it is. */
  async automatic<Answer extends { evidence: string; by?: SystemCode }>(
    name: Step,
    on: WaitingOn & SystemCode,
    answer: () => Promise<Answer>,
  ): Promise<Answer> {
    this.begin(name, on);
    const given = await this.run.once(name, answer);
    this.done(name, given.by ?? on, given.evidence);
    return given;
  }

  /**
   * Opens a task for a step, once over all runs, and waits for its outcome; a team lead's "not completed" ends the step, a `done`
   * is the caller's to end. `closed` is the outcome of a task whose guard did not hold any more.
   * @throws CancelledFailure when the procedure is canceled
   */
  async task(name: Step, facts: Facts, guard?: Guard): Promise<TaskOutcome> {
    return unlessCanceled(await this.run.once(name, () => this.outcomeOf(name, facts, guard)));
  }

  /** The same, for a task whose outcome the procedure keeps itself: the next run opens it again. */
  async taskOfThisRun(name: Step, facts: Facts, guard?: Guard): Promise<TaskOutcome> {
    return unlessCanceled(await this.outcomeOf(name, facts, guard));
  }

  /** The facts of an open task of this kind that the run before has handed over, until it is resumed. */
  taskBefore(kind: Facts['kind']): Facts | undefined {
    return this.tasksBefore.find(({ facts }) => facts.kind === kind)?.facts;
  }

  private async outcomeOf(name: Step, facts: Facts, guard?: Guard): Promise<TaskOutcome> {
    const watch = { guard, onChange: (taskId: string, on: string) => this.waitForTask(name, taskId, on) };
    const before = this.tasksBefore.findIndex(({ id, facts: { kind } }) => kind === facts.kind && this.isOf(name, id));
    const [known] = before < 0 ? [] : this.tasksBefore.splice(before, 1);
    const outcome = await (known ? this.people.resume(known.id, watch) : this.people.open(facts, watch));
    this.run.hasNews(name);
    if (outcome.how !== 'done' && outcome.begun) this.progress.mayBeDone(name, true);
    if (outcome.how === 'not_completed') this.progress.end(name, 'not_completed', outcome.by, 'closed by a team lead');
    return outcome;
  }

  /** Two steps may have tasks of one kind at the same time: the checklist says which is whose. */
  private isOf(name: Step, taskId: string): boolean {
    const owner = this.progress.steps.find((step) => step.taskId === taskId);
    return owner === undefined || owner.step === name;
  }
}

/** Its scope was canceled: only then is a task closed without its guard. */
function unlessCanceled(outcome: TaskOutcome): TaskOutcome {
  if (outcome.how === 'closed' && !outcome.byGuard) throw new CancelledFailure('its scope was canceled');
  return outcome;
}
