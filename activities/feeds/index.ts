import { afterEndActivities } from './afterEnd.ts';
import type { FeedContext } from './context.ts';
import { correctionActivities } from './corrections.ts';
import { fileDecisionActivities } from './decisions.ts';
import { importFileActivities } from './importFile.ts';
import { listingActivities } from './listing.ts';
import { onboardingImportActivities } from './onboardingImports.ts';
import { onboardingMailActivities } from './onboardingMails.ts';
import { onboardingRecordActivities } from './onboardingRecords.ts';
import { runActivities } from './runs.ts';
import { scheduleActivities } from './schedules.ts';

export type FeedActivities = ReturnType<typeof feedActivities>;

/** Every side effect of the feeds' workflows. */
export function feedActivities(context: FeedContext) {
  return {
    ...afterEndActivities(context),
    ...runActivities(context),
    ...listingActivities(context),
    ...importFileActivities(context),
    ...correctionActivities(context),
    ...scheduleActivities(context),
    ...fileDecisionActivities(context),
    ...onboardingRecordActivities(context),
    ...onboardingMailActivities(context),
    ...onboardingImportActivities(context),
  };
}
