import { condition, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import { endOfTurn } from './endOfTurn.ts';

/** An engineer's, or a test's: begin a new run of this workflow, as it does by itself when its history grows long. */
const continueAsNewSignal = defineSignal('continueAsNew');

/**
 * For a workflow that continues as new.
 * @param longHistory events of one run after which the next one is to begin
 * @returns tells whether the next run is to begin as soon as nothing is in progress that it would cut off
 */
export function newRunDue(longHistory: number): () => boolean {
  let newRunRequested = false;
  setHandler(continueAsNewSignal, () => {
    newRunRequested = true;
  });
  return () => newRunRequested || workflowInfo().historyLength > longHistory || workflowInfo().continueAsNewSuggested;
}

/**
 * Resolves when a condition holds, and what has just arrived does not change that. To be awaited right before `continueAsNew`: the
 * message or the result that makes a history long sets off other work, which the next run would do once more.
 */
export async function steadily(holds: () => boolean): Promise<void> {
  do {
    await condition(holds);
    await endOfTurn();
  } while (!holds());
}
