import { ApplicationFailure } from '@temporalio/common';
import { reportedFiles } from '../../db/queries/feeds/problems.ts';
import { importById } from '../../db/queries/feeds/runs.ts';
import { type FeedTaskFacts, feedTaskCatalog, feedTaskContent } from '../../domain/feeds/catalog.ts';
import type { OnboardingTaskFacts } from '../../domain/feeds/onboardingCatalog.ts';
import { isOnboardingTask } from '../../domain/feeds/onboardingTaskKinds.ts';
import type { TaskFacts } from '../../domain/shared/tasks.ts';
import type { TaskDescription } from '../shared/tasks.ts';
import type { FeedContext } from './context.ts';
import { describeOnboardingTask } from './onboardingTasks.ts';

/** What people see of the feeds' tasks: the catalog's texts with the import and its files. */
export function describeFeedTask(context: FeedContext) {
  const { db } = context.database;
  const describeOnboarding = describeOnboardingTask(context);
  return async (given: TaskFacts): Promise<TaskDescription> => {
    if (isOnboardingTask(given.kind)) return describeOnboarding(given as OnboardingTaskFacts);
    const { kind, subject, account, reason, fileIds = [] } = given as FeedTaskFacts;
    const row = await importById(db, subject);
    // Such as after a database was restored.
    if (!row) throw ApplicationFailure.retryable(`There is no feed import ${subject}`, 'FeedImportUnknown');
    const dealerName = row.dealerName ?? `dealer ${account}`;
    const files = await reportedFiles(db, fileIds);
    const { team, dueBusinessDays } = feedTaskCatalog[kind];
    return {
      content: feedTaskContent(kind, { ...row, dealerName, reason, files }),
      team,
      dueBusinessDays,
      dealerName,
      timeZone: row.timeZone,
    };
  };
}
