import type { CorrectStepsByProcess } from '../../db/queries/taskCorrections.ts';
import type { Context } from './context.ts';
import { noticeActivities } from './notices.ts';
import { taskCorrectionActivities } from './taskCorrections.ts';
import { type DescribeTask, taskActivities } from './tasks.ts';

export type SharedActivities = ReturnType<typeof sharedActivities>;

/**
 * The side effects that the workflows of every process use: people's tasks, and notices to our own people.
 * @param describe what each process says of its tasks
 * @param correctSteps what each process does with the steps of a task that is corrected
 */
export function sharedActivities(context: Context, describe: DescribeTask, correctSteps: CorrectStepsByProcess) {
  return {
    ...taskActivities(context, describe),
    ...taskCorrectionActivities(context, correctSteps),
    ...noticeActivities(context),
  };
}
