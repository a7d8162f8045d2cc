import { allHandlersFinished, condition, setCurrentDetails } from '@temporalio/workflow';
import { type CancellationTaskFacts, taskCatalog } from '../../domain/cancellations/catalog.ts';
import type { DataArrival, EndedIntegration } from '../../domain/cancellations/dataAfterEnd.ts';
import { cancellationSearchAttributes } from '../../domain/cancellations/searchAttributes.ts';
import { vendorTitle } from '../../domain/shared/vendors.ts';
import { noticesSent } from '../shared/backgroundNotices.ts';
import { waitingOnCode } from '../shared/checklist.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import { searchable } from '../shared/searchable.ts';
import type { GuardBroken } from '../shared/taskRecord.ts';
import { queries, records } from './activities.ts';

const noLongerEnded: GuardBroken = { reason: 'the integration is not ended any more', refusal: 'wrong_state' };

/**
 * Data of a vendor has arrived for a dealer: keeps it, and opens a task where the integration had ended.
 * @returns the accounts that have the issue
 */
export function reportDataAfterEnd(arrival: DataArrival): Promise<string[]> {
  return queries.recordDataAfterEnd.executeWithOptions({ summary: 'Had the integration ended?' }, [arrival]);
}

/** One task for all data that arrives after the end, until a person says what was done, or the integration is reinstated. */
export async function resolveDataAfterEnd(of: EndedIntegration): Promise<string> {
  const { cancellationId, account, integration, dealerId } = of;
  const people = new HumanTasks<CancellationTaskFacts>({
    catalog: taskCatalog,
    closingReason: () => 'its workflow was canceled in Temporal',
  });
  const outcome = await people.open(
    { process: 'cancellations', kind: 'data-after-end', subject: cancellationId, account, integration, dealerId },
    {
      onChange: (_taskId, on) => {
        searchable(
          cancellationSearchAttributes({
            account,
            vendor: integration,
            stage: 'waiting',
            waitingOn: waitingOnCode(on),
          }),
        );
        setCurrentDetails(`**Data after the end of ${vendorTitle(integration)}, dealer ${account}**: waits for ${on}`);
      },
      guard: {
        check: async () => {
          const isEnded = await records.isStillEnded.executeWithOptions({ summary: 'Is it still ended?' }, [of]);
          return isEnded ? undefined : noLongerEnded;
        },
        broken: async (from) => {
          await queries.noLongerEnded.executeWithOptions({ summary: 'Is it still ended?' }, [{ ...of, from }]);
          return noLongerEnded;
        },
      },
    },
  );
  await condition(() => people.writing === 0 && allHandlersFinished());
  await noticesSent();
  return outcome.how;
}
