import { correctCancellationSteps } from '../db/queries/cancellations/corrections.ts';
import { correctFeedSteps } from '../db/queries/feeds/taskCorrections.ts';
import type { CancellationSettings } from '../domain/cancellations/settings.ts';
import type { Process } from '../domain/shared/processes.ts';
import type { CancellationContext } from './cancellations/context.ts';
import { cancellationActivities } from './cancellations/index.ts';
import { describeCancellationTask } from './cancellations/tasks.ts';
import type { FeedContext, FeedParts } from './feeds/context.ts';
import { followingCancellations } from './feeds/dealerCancellations.ts';
import { feedActivities } from './feeds/index.ts';
import { describeFeedTask } from './feeds/tasks.ts';
import { notifyingLeadsOfAccounts } from './shared/accountNotices.ts';
import { type Activities, composed } from './shared/composed.ts';
import type { Outside as SharedOutside } from './shared/context.ts';
import { dealersOf } from './shared/dealers.ts';
import { sharedActivities } from './shared/index.ts';
import { notifyingLeadsOfOutages } from './shared/outageNotices.ts';

/** What all activities work on: what they share, and the settings of each process. */
export interface Outside extends SharedOutside, FeedParts {
  cancellations: CancellationSettings;
}

/**
 * Every side effect of the workflows, bound to the outside systems that are configured.
 * @throws Error when two processes name an activity the same
 */
export function createActivities(outside: Outside): Activities {
  const followers = [followingCancellations({ db: outside.database.db, temporal: outside.temporal })];
  const context: CancellationContext & FeedContext = { ...outside, dealers: dealersOf(outside), followers };
  const notifying = <All extends Activities>(process: Process, activities: All) =>
    notifyingLeadsOfAccounts(notifyingLeadsOfOutages(activities, context, process), context, process);

  const describe = {
    cancellations: notifying('cancellations', { describe: describeCancellationTask(context) }).describe,
    feeds: notifying('feeds', { describe: describeFeedTask(context) }).describe,
  };
  const correctSteps = { cancellations: correctCancellationSteps, feeds: correctFeedSteps };
  return composed({
    shared: sharedActivities(context, describe, correctSteps),
    cancellations: notifying('cancellations', cancellationActivities(context)),
    feeds: notifying('feeds', feedActivities(context)),
  });
}
