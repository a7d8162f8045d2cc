import { condition } from '@temporalio/workflow';

/**
 * Resolves when the promises that are already settled have run, so that one save takes all that happened at once. The
 * condition only reads a flag: how often the SDK looks at it makes no difference. A timer would be an event of its own.
 */
export async function endOfTurn(): Promise<void> {
  let over = false;
  void Promise.resolve().then(() => {
    over = true;
  });
  await condition(() => over);
}
