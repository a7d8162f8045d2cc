import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';

/** The results of a procedure's steps, by step and in order: small and plain. */
export type StepResults<Step extends string> = Partial<Record<Step, unknown[]>>;

/**
 * One run of a procedure's workflow. A new run executes the procedure from its top: each part that has ended returns its result
 * at once, until the procedure is where the run before has left it.
 */
export class Run<Step extends string> {
  private readonly known: StepResults<Step>;
  private readonly taken: Partial<Record<Step, number>> = {};
  /** Steps that an earlier run has begun, until this one has anything new about them. */
  private readonly repeated: Set<Step>;
  private leaving = false;
  private inProgress = 0;
  private readonly stops = new Set<() => void>();

  /**
   * @param known what the run before has handed over
   * @param begun the steps that it had begun
   */
  constructor(known: StepResults<Step> = {}, begun: Step[] = []) {
    this.known = known;
    this.repeated = new Set(begun);
  }

  /** What the next run is to know. */
  results(): StepResults<Step> {
    return this.known;
  }

  /** Does a part of a step, once over all runs. */
  async once<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const known: unknown[] = this.known[step] ?? [];
    this.known[step] = known;
    const nth = this.taken[step] ?? 0;
    this.taken[step] = nth + 1;
    if (nth < known.length) return known[nth] as T;
    const result = await work();
    known.push(result);
    this.hasNews(step);
    return result;
  }

  /** Whether the next part of the step was done by an earlier run. */
  isKnown(step: Step): boolean {
    return (this.taken[step] ?? 0) < (this.known[step]?.length ?? 0);
  }

  /** Whether what is said about the step now was said by an earlier run, so that the checklist has it. */
  isRepeated(step: Step): boolean {
    return this.repeated.has(step);
  }

  hasNews(step: Step): void {
    this.repeated.delete(step);
  }

  /** Work that the next run must not cut off, and that ends soon. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.inProgress += 1;
    try {
      return await work();
    } finally {
      this.inProgress -= 1;
    }
  }

  /**
   * An action that cannot be undone, tried for as long as it takes, and safe to do twice. Before the next run begins, a try
   * that is in progress ends; when the action has not succeeded by then, the next run does it.
   */
  async action<T>(work: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope();
    const stop = () => scope.cancel();
    if (this.leaving) await this.forever();
    this.stops.add(stop);
    try {
      return await this.during(() => scope.run(work));
    } catch (error) {
      const isStopped = this.leaving && !CancellationScope.current().consideredCancelled && isUnfinished(error);
      if (!isStopped) throw error;
      return await this.forever();
    } finally {
      this.stops.delete(stop);
    }
  }

  /** The next run is to begin as soon as it can. */
  leave(): void {
    this.leaving = true;
    for (const stop of this.stops) stop();
  }

  /** Whether nothing is in progress that the next run would cut off. */
  canLeave(): boolean {
    return this.leaving && this.inProgress === 0;
  }

  /** Until the next run begins, or the procedure is canceled before that. */
  private async forever(): Promise<never> {
    await condition(() => false);
    throw new Error('unreachable');
  }
}

/** Whether the activity was stopped, or its last try failed as one that is tried again. */
function isUnfinished(error: unknown): boolean {
  if (isCancellation(error)) return true;
  return error instanceof ActivityFailure && !(error.cause instanceof ApplicationFailure && error.cause.nonRetryable);
}
