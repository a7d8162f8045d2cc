import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Runs an activity for as long as it is of use, such as the reminders of an open task: it is canceled when `isOver`.
 * @returns its result; undefined where it was over first
 */
export async function whileOpen<T>(isOver: () => boolean, activity: () => Promise<T>): Promise<T | undefined> {
  const scope = new CancellationScope();
  const ended = scope.run(activity);
  try {
    return await Promise.race([ended, condition(isOver).then(() => undefined)]);
  } finally {
    ended.catch(() => {});
    scope.cancel();
  }
}
