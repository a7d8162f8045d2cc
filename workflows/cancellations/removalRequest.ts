import { CancellationScope, condition, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type {
  ManualRemoval,
  RemovalAnswer,
  RemovalOf,
  RemovalRequest,
} from '../../activities/cancellations/vinEventStream.ts';
import { wasCanceled } from '../shared/failures.ts';
import { actions, queries } from './activities.ts';
import type { OpenRemoval, Steps } from './steps.ts';

const answerSignal = defineSignal<[RemovalAnswer]>('removalAnswer');
const manualRemovalSignal = defineSignal<[ManualRemoval]>('manualRemoval');
/** The workflow that had the request does not know it any more. */
const resendSignal = defineSignal('resend');

/** Who is to be removed, and since when; and whether VinSolutions' event service is asked first. */
export function removalOf(steps: Steps): Promise<RemovalOf & { byEventService: boolean }> {
  const { account, dealerId } = steps.of;
  steps.procedure.begin('vin-event-stream', 'cst');
  return queries.removalOf.executeWithOptions({ summary: 'Dealer ID, and the time in CST' }, [{ account, dealerId }]);
}

/**
 * Requests the dealer's removal from the Vin Event Stream and waits for the answer, however long a person takes. When withdrawn
 * meanwhile, takes the request back and still learns how it ended; `withdrawn` says so.
 * @param first for the first attempt; a later one asks CST again
 */
export async function removalRequest(
  steps: Steps,
  attempt: number,
  first: RemovalOf,
): Promise<RemovalAnswer & { withdrawn?: true }> {
  const step = 'vin-event-stream';
  const { workflowId } = workflowInfo();
  const { account, requestId } = steps.of;
  const key = `${workflowId}/${requestId}/${attempt}`;
  // That of an earlier attempt has been answered.
  const from = steps.removal?.request.key === key ? steps.removal : undefined;
  steps.removal = from;
  setHandler(answerSignal, (answer) => {
    if (steps.removal && answer.key === key) steps.removal.answer ??= answer;
  });
  setHandler(manualRemovalSignal, (manual) => {
    if (manual.key !== key || !steps.removal || steps.removal.answer) return;
    if (manual.waitingOn !== 'ops') steps.removal.request.mayBeDone = true;
    steps.procedure.waitForTask(step, manual.taskId, manual.waitingOn);
  });
  setHandler(resendSignal, () => {
    if (steps.removal) steps.removal.resend = true;
  });
  try {
    if (!from) {
      const { dealerId, requestedAt } = attempt === 1 ? first : await removalOf(steps);
      steps.run.hasNews(step);
      steps.removal = { request: { key, workflowId, account, dealerId, requestedAt } };
    }
    return await answerTo(steps.removal!, 'request', async (request) => {
      steps.run.hasNews(step);
      steps.progress.begin(step, 'vin_event_stream');
      // A try that is in progress ends before the request is taken back, or it would come after that.
      await steps.run.action(() =>
        actions.sendRemovalRequest.executeWithOptions({ summary: 'Request the removal with the next run' }, [request]),
      );
    });
  } catch (error) {
    if (!wasCanceled(error)) throw error;
    const { removal } = steps;
    // It was never requested.
    if (!removal) return { key, state: 'not_run', by: 'dealerops', withdrawn: true };
    return CancellationScope.nonCancellable(async () => {
      const answer = await answerTo(removal, 'withdrawal', (request) =>
        steps.run.during(() =>
          queries.cancelRemoval.executeWithOptions({ summary: 'Cancel the removal request' }, [request]),
        ),
      );
      return { ...answer, withdrawn: true };
    });
  }
}

/** Delivers the message unless it was, and once more each time that it was lost. */
async function answerTo(
  removal: OpenRemoval,
  message: 'request' | 'withdrawal',
  deliver: (request: RemovalRequest) => Promise<void>,
): Promise<RemovalAnswer> {
  while (!removal.answer) {
    if (removal.resend) Object.assign(removal.request, { tried: true, resent: true });
    if (removal.resend || removal.delivered !== message) {
      removal.resend = false;
      await deliver(removal.request);
      removal.delivered = message;
    }
    await condition(() => removal.answer !== undefined || removal.resend === true);
  }
  return removal.answer;
}
