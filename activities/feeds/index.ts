import type { FeedContext } from './context.ts';
import { fileDecisionActivities } from './decisions.ts';
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
    ...runActivities(context),
    ...listingActivities(context),
    ...scheduleActivities(context),
    ...fileDecisionActivities(context),
    ...onboardingRecordActivities(context),
    ...onboardingMailActivities(context),
    ...onboardingImportActivities(context),
  };
}
