import type { FeedContext } from './context.ts';
import { correctionActivities } from './corrections.ts';
import { fileDecisionActivities } from './decisions.ts';
import { importFileActivities } from './importFile.ts';
import { listingActivities } from './listing.ts';
import { runActivities } from './runs.ts';
import { scheduleActivities } from './schedules.ts';

export type FeedActivities = ReturnType<typeof feedActivities>;

/** Every side effect of the feeds' workflows. */
export function feedActivities(context: FeedContext) {
  return {
    ...runActivities(context),
    ...listingActivities(context),
    ...importFileActivities(context),
    ...correctionActivities(context),
    ...scheduleActivities(context),
    ...fileDecisionActivities(context),
  };
}
