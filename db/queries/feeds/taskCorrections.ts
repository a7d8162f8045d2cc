import { type FeedTaskKind, feedTaskCatalog } from '../../../domain/feeds/catalog.ts';
import { onboardingTaskCatalog } from '../../../domain/feeds/onboardingCatalog.ts';
import { isOnboardingTask } from '../../../domain/feeds/onboardingTaskKinds.ts';
import type { Db } from '../../client.ts';
import type { TaskRow } from '../tasks.ts';
import { correctOnboardingSteps } from './onboardings.ts';

/** A step of an onboarding shows the evidence of its task; no other task's is shown. @returns the evidence */
export async function correctFeedSteps(tx: Db, task: TaskRow): Promise<string> {
  if (isOnboardingTask(task.kind)) {
    const evidence = onboardingTaskCatalog[task.kind].evidence(task.answers ?? {});
    await correctOnboardingSteps(tx, task, evidence);
    return evidence;
  }
  return feedTaskCatalog[task.kind as FeedTaskKind].evidence(task.answers ?? {});
}
