import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  uuid4,
} from '@temporalio/workflow';
import { type FeedDecision, type FeedTaskFacts, feedTaskCatalog, taskOfProblem } from '../../domain/feeds/catalog.ts';
import type { FeedOccurrence, FeedProblemSignals, ResolveFeedProblemStart } from '../../domain/feeds/messages.ts';
import { inWords } from '../../domain/shared/words.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import { newRunDue, steadily } from '../shared/newRun.ts';
import type { TaskOutcome, TasksSnapshot } from '../shared/taskRecord.ts';
import { records } from './activities.ts';
import { showWaitingTask } from './waitingTask.ts';

/** Of one run, in events. */
const longHistory = 400;

const occurred = defineSignal<[FeedProblemSignals['occurred']]>('occurred');
const solved = defineSignal<[FeedProblemSignals['solved']]>('solved');

/** What a run hands over to the next one. */
interface HandedOver {
  /** The occurrence that the open task describes, and the latest one. */
  told?: FeedOccurrence;
  latest?: FeedOccurrence;
  tasks: TasksSnapshot<FeedTaskFacts>;
}

/**
 * A problem of one feed import: one task for the feeds team until a person has solved it, or a later run without it closes it.
 * Other files that occur meanwhile have a task after that.
 * @param handedOver of the run before
 * @returns how its last task has ended; `none` where the problem was gone before
 */
export async function resolveFeedProblem({
  handedOver,
  ...of
}: ResolveFeedProblemStart & { handedOver?: HandedOver }): Promise<TaskOutcome['how'] | 'none'> {
  const kind = taskOfProblem[of.problem];
  const closingReason = () => 'its workflow was canceled in Temporal';
  const people = new HumanTasks<FeedTaskFacts>({ catalog: feedTaskCatalog, closingReason }, handedOver?.tasks);
  const isLong = newRunDue(longHistory);
  let { told, latest } = handedOver ?? {};
  let how: TaskOutcome['how'] | 'none' = 'none';
  let isDeciding = false;
  let isOver = false;
  setHandler(occurred, (now) => {
    latest = now;
  });
  setHandler(solved, async ({ reason }) => {
    latest = undefined;
    await people.closeAll(kind, reason);
  });

  async function untilSolved(): Promise<void> {
    // The signal comes together with the start.
    await condition(() => told !== undefined || latest !== undefined);
    while (told || latest) {
      told ??= latest!;
      const { reason, fileIds } = told;
      const watch = { onChange: (_: string, on: string) => showWaitingTask(of, `problem ${inWords(of.problem)}`, on) };
      const facts = { process: 'feeds', kind, subject: of.importId, account: of.account, reason, fileIds } as const;
      const [known] = people.snapshot().tasks;
      const outcome = await (known ? people.resume(known.id, watch) : people.open(facts, watch));
      ({ how } = outcome);
      // What occurs from here on is of a later run.
      latest = outcome.how === 'closed' && outcome.byGuard ? latest : notToldYet(latest, told);
      told = undefined;
      isDeciding = true;
      await carryOut(of, fileIds, outcome);
      isDeciding = false;
    }
  }

  const working = untilSolved().then(() => {
    isOver = true;
  });
  return CancellationScope.nonCancellable(async () => {
    const isSafe = () => !isDeciding && people.writing === 0 && allHandlersFinished() && allNoticesSent();
    await Promise.race([working.then(() => steadily(isSafe)), steadily(() => isLong() && isSafe())]);
    if (isOver) return how;
    const snapshot = people.snapshot();
    return continueAsNew<typeof resolveFeedProblem>({ ...of, handedOver: { told, latest, tasks: snapshot } });
  });
}

/** The latest occurrence, with only the files that the task did not list; a problem without files needs no second task. */
function notToldYet(latest: FeedOccurrence | undefined, told: FeedOccurrence): FeedOccurrence | undefined {
  const fileIds = latest?.fileIds?.filter((id) => !told.fileIds?.includes(id)) ?? [];
  return latest && fileIds.length > 0 ? { ...latest, fileIds } : undefined;
}

/** What a person has decided: about the files, and whether the import is to run now. */
async function carryOut(
  { importId, problem }: ResolveFeedProblemStart,
  fileIds: string[] | undefined,
  outcome: TaskOutcome,
): Promise<void> {
  if (outcome.how === 'closed') return;
  const { by } = outcome;
  const isOfFiles = problem === 'files_set_aside' || problem === 'file_rejected';
  const given =
    outcome.how === 'done' ? ((outcome.answers.decision as FeedDecision | undefined) ?? 'run_again') : 'ignore';
  if (isOfFiles && fileIds && given !== 'run_again')
    await records.decideAboutFiles.executeWithOptions({ summary: `Record: ${inWords(given)}` }, [
      { importId, fileIds, decision: given, by },
    ]);
  if (given === 'run_again' || given === 'import_anyway')
    await records.retryImport.executeWithOptions({ summary: 'Run the import now' }, [
      { importId, fileIds, by, requestId: uuid4() },
    ]);
}
