import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { type FeedTaskFacts, feedTaskCatalog } from '../../domain/feeds/catalog.ts';
import type { EndFeedImportStart } from '../../domain/feeds/messages.ts';
import { feedSearchAttributes } from '../../domain/feeds/searchAttributes.ts';
import { importTitle } from '../../domain/feeds/workflowStarts.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import { newRunDue, steadily } from '../shared/newRun.ts';
import { searchable } from '../shared/searchable.ts';
import type { TasksSnapshot } from '../shared/taskRecord.ts';
import { records } from './activities.ts';
import { showWaitingTask } from './waitingTask.ts';

/** Of one run, in events. */
const longHistory = 400;

const endChanged = defineSignal('endChanged');

/**
 * Ends a feed import on its date: nothing is taken any more, its schedule is deleted and its tasks are closed; the activities stay.
 * Then a person has the delivery stopped. The date is read again when it was changed.
 * @param tasks of the run before, in which the import has ended
 */
export async function endFeedImport({
  tasks,
  ...of
}: EndFeedImportStart & { tasks?: TasksSnapshot<FeedTaskFacts> }): Promise<'ended' | 'withdrawn'> {
  let changes = 0;
  setHandler(endChanged, () => {
    changes += 1;
  });
  const isLong = newRunDue(longHistory);
  const closingReason = () => 'its workflow was canceled in Temporal';
  const people = new HumanTasks<FeedTaskFacts>({ catalog: feedTaskCatalog, closingReason }, tasks);

  if (!tasks) {
    const end = await untilEnded(of, () => changes, isLong);
    if (end === 'withdrawn') return end;
    if (end === 'too long') return continueAsNew<typeof endFeedImport>(of);
  }

  let isOver = false;
  const working = deliveryStopped(of, people).then(() => {
    isOver = true;
  });
  return CancellationScope.nonCancellable(async () => {
    const isSafe = () => people.writing === 0 && allHandlersFinished() && allNoticesSent();
    await Promise.race([working.then(() => steadily(isSafe)), steadily(() => isLong() && isSafe())]);
    if (!isOver) return continueAsNew<typeof endFeedImport>({ ...of, tasks: people.snapshot() });
    show(of, 'ended');
    return 'ended' as const;
  });
}

/** @param changes how often the date was changed */
async function untilEnded(
  of: EndFeedImportStart,
  changes: () => number,
  isLong: () => boolean,
): Promise<'ended' | 'withdrawn' | 'too long'> {
  const { importId } = of;
  for (;;) {
    const seen = changes();
    const end = await records.endOfImport.executeWithOptions({ summary: 'When does it end?' }, [{ importId }]);
    if (changes() !== seen) continue;
    if (end === 'ended' || end === 'withdrawn') return end;
    show(of, 'waiting', end.date);
    const waitMs = Date.parse(end.at) - Date.now();
    const summary = `Until ${end.date}`;
    if (waitMs > 0) await condition(() => changes() !== seen || isLong(), waitMs, { summary });
    if (isLong()) return 'too long';
    if (changes() !== seen) continue;
    const at = new Date().toISOString();
    if (await records.endImport.executeWithOptions({ summary: 'End the import' }, [{ importId, at }])) return 'ended';
  }
}

function deliveryStopped(of: EndFeedImportStart, people: HumanTasks<FeedTaskFacts>) {
  const { importId, account } = of;
  const watch = { onChange: (_: string, on: string) => showWaitingTask(of, 'end of the delivery', on) };
  const [known] = people.snapshot().tasks;
  if (known) return people.resume(known.id, watch);
  return people.open({ process: 'feeds', kind: 'feed-import-ends', subject: importId, account }, watch);
}

function show(of: EndFeedImportStart, stage: 'waiting' | 'ended', date?: string): void {
  const waitingOn = stage === 'waiting' ? 'date' : 'nobody';
  searchable(feedSearchAttributes({ account: of.account, dms: of.dms, stage, waitingOn }));
  setCurrentDetails(`**${importTitle(of)}**: ${date ? `ends on ${date}` : stage}`);
}
