import { allHandlersFinished, CancellationScope, continueAsNew } from '@temporalio/workflow';
import { type FeedTaskFacts, feedTaskCatalog } from '../../domain/feeds/catalog.ts';
import type { WatchEndedImportStart } from '../../domain/feeds/messages.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import { newRunDue, steadily } from '../shared/newRun.ts';
import type { TasksSnapshot } from '../shared/taskRecord.ts';
import { onboardingQueries } from './activities.ts';
import { showWaitingTask } from './waitingTask.ts';

/** Of one run, in events. */
const longHistory = 400;

/** What a run hands over to the next one. */
interface HandedOver {
  seen?: string;
  tasks: TasksSnapshot<FeedTaskFacts>;
}

/** Files that still arrive for an import that has ended become a task: for some months, then nobody looks any more. */
export async function watchEndedImport({
  handedOver,
  ...of
}: WatchEndedImportStart & { handedOver?: HandedOver }): Promise<void> {
  const { importId, account } = of;
  const closingReason = () => 'its workflow was canceled in Temporal';
  const people = new HumanTasks<FeedTaskFacts>({ catalog: feedTaskCatalog, closingReason }, handedOver?.tasks);
  const isLong = newRunDue(longHistory);
  let seen = handedOver?.seen;
  let isOver = false;

  async function watch(): Promise<void> {
    const shown = { onChange: (_: string, on: string) => showWaitingTask(of, 'files after the end', on) };
    const [known] = people.snapshot().tasks;
    if (known) await people.resume(known.id, shown);
    for (;;) {
      const found = await onboardingQueries.filesAfterEnd.executeWithOptions(
        { summary: 'Look daily for files that arrive after the end' },
        [{ importId, seen }],
      );
      if (!found) return;
      ({ seen } = found);
      const kind = 'feed-files-after-end';
      await people.open({ process: 'feeds', kind, subject: importId, account, reason: found.arrived }, shown);
    }
  }

  const working = watch().then(() => {
    isOver = true;
  });
  return CancellationScope.nonCancellable(async () => {
    const isSafe = () => people.writing === 0 && allHandlersFinished() && allNoticesSent();
    await Promise.race([working.then(() => steadily(isSafe)), steadily(() => isLong() && isSafe())]);
    if (!isOver)
      await continueAsNew<typeof watchEndedImport>({ ...of, handedOver: { seen, tasks: people.snapshot() } });
  });
}
