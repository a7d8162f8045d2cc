import type { Context } from './context.ts';
import { noticeActivities } from './notices.ts';
import { taskActivities } from './tasks.ts';

export type SharedActivities = ReturnType<typeof sharedActivities>;

/** The side effects that the workflows of every process use: people's tasks, and notices to our own people. */
export function sharedActivities(context: Context) {
  return { ...taskActivities(context), ...noticeActivities(context) };
}
