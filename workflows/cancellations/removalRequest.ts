import { CancellationScope, condition, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ManualRemoval, RemovalAnswer, RemovalRequest } from '../../activities/cancellations/vinEventStream.ts';
import { isWithdrawal } from '../shared/failures.ts';
import { untilAvailable } from '../shared/untilAvailable.ts';
import { actions, queries } from './activities.ts';
import type { Steps } from './steps.ts';

const answerSignal = defineSignal<[RemovalAnswer]>('removalAnswer');
const manualRemovalSignal = defineSignal<[ManualRemoval]>('manualRemoval');
/** The workflow that had the request does not know it any more. */
const sendAgainSignal = defineSignal('sendAgain');

/**
 * Asks for the dealer's removal from the Vin Event Stream and waits for the answer, however long a person takes. When withdrawn
 * meanwhile, takes the request back and still learns how it ended; `withdrawn` is then what the caller must throw.
 */
export async function removalRequest(steps: Steps, attempt: number): Promise<RemovalAnswer & { withdrawn?: unknown }> {
  const step = 'vin-event-stream';
  // Of all runs, so that a run after a reset still knows the answer to what an earlier one has asked.
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const key = `${workflowId}/${firstExecutionRunId}/${attempt}`;
  let given: RemovalAnswer | undefined;
  let request: RemovalRequest | undefined;
  let sendAgain = false;
  setHandler(answerSignal, (answer) => {
    if (answer.key === key) given ??= answer;
  });
  setHandler(manualRemovalSignal, (manual) => {
    if (manual.key !== key || given) return;
    if (request && manual.waitingOn !== 'ops') request.mayBeDone = true;
    steps.progress.waitForTask(step, manual.taskId, manual.waitingOn);
  });
  setHandler(sendAgainSignal, () => {
    sendAgain = true;
  });
  /** Sends it, and once more each time that it was lost. */
  const answerTo = async (send: () => Promise<void>): Promise<RemovalAnswer> => {
    while (!given) {
      if (sendAgain && request) Object.assign(request, { tried: true, sentAgain: true });
      sendAgain = false;
      await send();
      await condition(() => given !== undefined || sendAgain);
    }
    return given;
  };
  try {
    const { account, dealerId } = steps.of;
    steps.progress.begin(step, 'cst');
    const of = await untilAvailable('CST', () =>
      queries.removalOf.executeWithOptions({ summary: 'Dealer ID, and the time in CST' }, [{ account, dealerId }]),
    );
    const asked: RemovalRequest = { key, workflowId, ...of };
    request = asked;
    return await answerTo(async () => {
      steps.progress.begin(step, 'vin_event_stream');
      // A try that is in progress ends before the request is taken back, or it would come after that.
      await actions.sendRemovalRequest.executeWithOptions({ summary: 'Ask to be removed with the next run' }, [asked]);
    });
  } catch (error) {
    if (!isWithdrawal(error)) throw error;
    const asked = request;
    // It was never asked for.
    if (!asked) return { key, state: 'not_run', by: 'dealerops', withdrawn: error };
    return CancellationScope.nonCancellable(async () => {
      const answer = await answerTo(() =>
        queries.cancelRemoval.executeWithOptions({ summary: 'Take the removal back' }, [asked]),
      );
      return { ...answer, withdrawn: error };
    });
  }
}
