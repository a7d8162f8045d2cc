import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import { allNoticesSent } from './backgroundNotices.ts';
import type { Checklist } from './checklist.ts';
import type { HumanTasks } from './humanTasks.ts';
import { newRunDue, steadily } from './newRun.ts';
import type { Run } from './runs.ts';

/** What a new run of a procedure's workflow must not cut off: `ProcedureSteps` has it. */
interface Parts {
  run: Pick<Run<string>, 'canLeave' | 'leave'>;
  people: Pick<HumanTasks<never>, 'writing'>;
  progress: Pick<Checklist<string, string, string>, 'isSaved' | 'saved' | 'show'>;
}

/**
 * Carries out a procedure over as many runs of its workflow as it takes: each one begins at the top and continues where the one
 * before was.
 * @param longHistory events of one run after which the next one begins
 * @param nextRun calls `continueAsNew` with what this run hands over, as soon as that cuts nothing off
 */
export async function overRuns(
  { run, people, progress }: Parts,
  longHistory: number,
  procedure: () => Promise<void>,
  nextRun: () => Promise<never>,
): Promise<void> {
  let isOver = false;
  const isSafe = () =>
    run.canLeave() && people.writing === 0 && progress.isSaved() && allHandlersFinished() && allNoticesSent();
  const isLong = newRunDue(longHistory);
  if (workflowInfo().continuedFromExecutionRunId) progress.show();
  const working = procedure().then(() => {
    isOver = true;
  });
  await CancellationScope.nonCancellable(async () => {
    void condition(() => isOver || isLong()).then(() => run.leave());
    await Promise.race([working, steadily(() => isOver || isSafe())]);
    if (!isOver) await nextRun();
  });
}

/** Resolves when the tables hold everything, and every person who answered has been told. */
export async function settled({ people, progress }: Pick<Parts, 'people' | 'progress'>): Promise<void> {
  await progress.saved();
  await condition(() => allHandlersFinished() && people.writing === 0 && allNoticesSent());
}
