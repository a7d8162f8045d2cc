import { and, eq, isNull } from 'drizzle-orm';
import { onboardedImportId, trialStep } from '../../../domain/feeds/onboarding.ts';
import type { OnboardingTaskKind } from '../../../domain/feeds/onboardingTaskKinds.ts';
import type { Db } from '../../client.ts';
import { feedOnboardings } from '../../schema/feedOnboardings.ts';
import { feedRuns } from '../../schema/feeds.ts';
import { tasks } from '../../schema/shared.ts';
import { latestTrials } from './runLists.ts';
import { type FeedImportRow, importById } from './runs.ts';

/** Trials of imports, by which a person decides whether their settings are right. */

/**
 * Why the settings of an import cannot be changed now: its files are tried with them, or the result waits for its approval.
 * @returns undefined where they can
 */
export async function trialStage(
  db: Db,
  { id, account, dms, kind }: Pick<FeedImportRow, 'id' | 'account' | 'dms' | 'kind'>,
): Promise<'in_progress' | 'to_approve' | undefined> {
  const [inProgress, [onboarding]] = await Promise.all([
    db.$count(feedRuns, and(eq(feedRuns.importId, id), eq(feedRuns.trigger, 'trial'), isNull(feedRuns.endedAt))),
    db
      .select({ steps: feedOnboardings.steps })
      .from(feedOnboardings)
      .where(and(eq(feedOnboardings.account, account), eq(feedOnboardings.dms, dms), isNull(feedOnboardings.closedAt))),
  ]);
  if (inProgress > 0) return 'in_progress';
  const taskId = onboarding?.steps.find(({ step }) => step === trialStep[kind])?.taskId;
  if (taskId === undefined) return undefined;
  const approval: OnboardingTaskKind = 'trial-approval';
  const toApprove = await db.$count(tasks, and(eq(tasks.id, taskId), eq(tasks.kind, approval), isNull(tasks.closedAt)));
  return toApprove > 0 ? 'to_approve' : undefined;
}

/**
 * Whether an import in its trial has other settings than those of the trial that a task is to approve, as far as is known: it may
 * have been changed right before the task was opened.
 */
export async function isChangedSinceTrial(db: Db, task: { id: string; subject: string }): Promise<boolean> {
  const [onboarding] = await db.select().from(feedOnboardings).where(eq(feedOnboardings.id, task.subject));
  const kind = onboarding?.kinds.find((one) =>
    onboarding.steps.some(({ step, taskId }) => step === trialStep[one] && taskId === task.id),
  );
  if (!onboarding || !kind) return false;
  const row = await importById(db, onboardedImportId(onboarding.id, kind));
  if (row?.state !== 'trial') return false;
  const tried = (await latestTrials(db, [row.id])).get(row.id);
  return tried?.importVersion !== row.version;
}
