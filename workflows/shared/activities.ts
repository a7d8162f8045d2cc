import { proxyActivities } from '@temporalio/workflow';
import type { SharedActivities } from '../../activities/shared/index.ts';
import { actionOptions, noticeMailOptions, recordOptions } from './activityOptions.ts';

/** The activities that every process uses: people's tasks, and notices to our own people. */

/** Opening a task. */
export const taskActions = proxyActivities<SharedActivities>(actionOptions);

/** Saving a task's changes and sending its reminders. */
export const taskRecords = proxyActivities<SharedActivities>(recordOptions);

/** Whom a notice concerns, and starting one. */
export const notices = proxyActivities<SharedActivities>(recordOptions);

/** Mailing one notice to one person. */
export const noticeMails = proxyActivities<SharedActivities>(noticeMailOptions);
