import { correctCancellationSteps } from '../db/queries/cancellations/corrections.ts';
import type { CancellationSettings } from '../domain/cancellations/settings.ts';
import type { CancellationContext } from './cancellations/context.ts';
import { cancellationActivities } from './cancellations/index.ts';
import { describeCancellationTask } from './cancellations/tasks.ts';
import { notifyingLeadsOfAccounts } from './shared/accountNotices.ts';
import type { Outside as SharedOutside } from './shared/context.ts';
import { dealersOf } from './shared/dealers.ts';
import { sharedActivities } from './shared/index.ts';
import { notifyingLeadsOfOutages } from './shared/outageNotices.ts';

/** What all activities work on: what they share, and the settings of each process. */
export interface Outside extends SharedOutside {
  cancellations: CancellationSettings;
}

/** Every side effect of the workflows, bound to the outside systems that are configured. */
export function createActivities(outside: Outside) {
  const context: CancellationContext = { ...outside, dealers: dealersOf(outside) };
  const ownActivities = { describe: describeCancellationTask(context), ...cancellationActivities(context) };
  const { describe, ...cancellations } = notifyingLeadsOfAccounts(
    notifyingLeadsOfOutages(ownActivities, context, 'cancellations'),
    context,
    'cancellations',
  );
  const shared = sharedActivities(context, { cancellations: describe }, { cancellations: correctCancellationSteps });
  return { ...shared, ...cancellations };
}
