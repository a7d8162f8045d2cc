import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { SharedActivities } from '../../activities/shared/index.ts';
import { taskQueue } from '../../domain/shared/taskQueues.ts';
import { actionOptions, noticeMailOptions, recordOptions } from './activityOptions.ts';

/**
 * The activities that every process uses, people's tasks and notices to our own people, each under the options that suit it. They
 * are always on the interactive queue: on the bulk queue, the task of a bulk workflow would wait until an import ends.
 */
const interactive = <Name extends keyof SharedActivities>(options: ActivityOptions) =>
  proxyActivities<Pick<SharedActivities, Name>>({ ...options, taskQueue });

export const taskActions = interactive<'openTask'>(actionOptions);

/** What changes a task that is open or done, and its reminders. */
export const taskRecords = interactive<'correctTask' | 'remind' | 'saveTask'>(recordOptions);

/** Whom a notice concerns, and starting or dropping one. */
export const notices = interactive<'dropNotice' | 'notify' | 'recipientsOf'>(recordOptions);

/** Mailing one notice to one person. */
export const noticeMails = interactive<'mailNotice'>(noticeMailOptions);
