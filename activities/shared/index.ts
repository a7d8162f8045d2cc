import type { Context } from './context.ts';
import { noticeActivities } from './notices.ts';
import { type DescribeTask, taskActivities } from './tasks.ts';

export type SharedActivities = ReturnType<typeof sharedActivities>;

/**
 * The side effects that the workflows of every process use: people's tasks, and notices to our own people.
 * @param describe what each process says of its tasks
 */
export function sharedActivities(context: Context, describe: DescribeTask) {
  return { ...taskActivities(context, describe), ...noticeActivities(context) };
}
