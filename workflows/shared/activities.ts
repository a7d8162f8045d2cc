import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { SharedActivities } from '../../activities/shared/index.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { actionOptions, noticeMailOptions, recordOptions } from './activityOptions.ts';

/**
 * The activities that every process uses: people's tasks, and notices to our own people. They are always on the interactive queue:
 * on the bulk queue, the task of a bulk workflow would wait until an import ends.
 */
const interactive = (options: ActivityOptions) => proxyActivities<SharedActivities>({ ...options, taskQueue });

/** Opening a task. */
export const taskActions = interactive(actionOptions);

/** Saving a task's changes and sending its reminders. */
export const taskRecords = interactive(recordOptions);

/** Whom a notice concerns, and starting one. */
export const notices = interactive(recordOptions);

/** Mailing one notice to one person. */
export const noticeMails = interactive(noticeMailOptions);
