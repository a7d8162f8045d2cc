import { allHandlersFinished, CancellationScope, continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { type CancellationTaskFacts, taskCatalog } from '../../domain/cancellations/catalog.ts';
import type { DataArrival, EndedIntegration } from '../../domain/cancellations/dataAfterEnd.ts';
import { cancellationSearchAttributes } from '../../domain/cancellations/searchAttributes.ts';
import { vendorTitle } from '../../domain/shared/vendors.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { waitingOnCode } from '../shared/checklist.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import { newRunDue, steadily } from '../shared/newRun.ts';
import { searchable } from '../shared/searchable.ts';
import type { GuardBroken, TaskOutcome, TasksSnapshot, TaskWatch } from '../shared/taskRecord.ts';
import { queries, quickQueries } from './activities.ts';

/** Of one run, in events. */
const longHistory = 400;

const noLongerEnded: GuardBroken = { reason: 'the integration is not ended any more' };

/**
 * Data of a vendor has arrived for a dealer: keeps it, and opens a task where the integration had ended.
 * @returns the accounts that have the issue
 */
export function reportDataAfterEnd(arrival: DataArrival): Promise<string[]> {
  return queries.recordDataAfterEnd.executeWithOptions({ summary: 'Had the integration ended?' }, [arrival]);
}

/**
 * One task for all data that arrives after the end, until a person says what was done, or the integration is reinstated.
 * @param handedOver the task, of the run before
 * @returns how the task has ended
 */
export async function resolveDataAfterEnd({
  handedOver,
  ...of
}: EndedIntegration & { handedOver?: TasksSnapshot<CancellationTaskFacts> }): Promise<TaskOutcome['how']> {
  const { cancellationId, account, integration, dealerId } = of;
  const closingReason = () => 'its workflow was canceled in Temporal';
  const people = new HumanTasks<CancellationTaskFacts>({ catalog: taskCatalog, closingReason }, handedOver);
  const isLong = newRunDue(longHistory);
  const [known] = handedOver?.tasks ?? [];
  const kind = 'data-after-end';
  const facts = { process: 'cancellations', kind, subject: cancellationId, account, integration, dealerId } as const;
  const watch = watchOf(of);
  let end: TaskOutcome | undefined;
  const ended = (known ? people.resume(known.id, watch) : people.open(facts, watch)).then((outcome) => {
    end = outcome;
  });
  return CancellationScope.nonCancellable(async () => {
    const isSafe = () => people.writing === 0 && allHandlersFinished() && allNoticesSent();
    await Promise.race([ended.then(() => steadily(isSafe)), steadily(() => isLong() && isSafe())]);
    if (end) return end.how;
    return continueAsNew<typeof resolveDataAfterEnd>({ ...of, handedOver: people.snapshot() });
  });
}

function watchOf(of: EndedIntegration): TaskWatch {
  const { account, integration } = of;
  return {
    onChange: (_taskId, on) => {
      const waitingOn = waitingOnCode(on);
      searchable(cancellationSearchAttributes({ account, vendor: integration, stage: 'waiting', waitingOn }));
      setCurrentDetails(`**Data after the end of ${vendorTitle(integration)}, dealer ${account}**: waits for ${on}`);
    },
    guard: {
      subject: 'Whether the integration is still ended',
      check: async () => {
        const isEnded = await quickQueries.isStillEnded.executeWithOptions({ summary: 'Is it still ended?' }, [of]);
        return isEnded ? undefined : noLongerEnded;
      },
      broken: async (from) => {
        await queries.noLongerEnded.executeWithOptions({ summary: 'Is it still ended?' }, [{ ...of, from }]);
        return noLongerEnded;
      },
    },
  };
}
