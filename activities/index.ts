import { cancellationActivities } from './cancellations/index.ts';
import { describeCancellationTask } from './cancellations/tasks.ts';
import { notifyingLeadsOfAccounts } from './shared/accountNotices.ts';
import type { Context, Outside } from './shared/context.ts';
import { dealersOf } from './shared/dealers.ts';
import { sharedActivities } from './shared/index.ts';
import { notifyingLeadsOfOutages } from './shared/outageNotices.ts';

/** Every side effect of the workflows, bound to the outside systems that are configured. */
export function createActivities(outside: Outside) {
  const context: Context = { ...outside, dealers: dealersOf(outside) };
  const ownActivities = { describe: describeCancellationTask(context), ...cancellationActivities(context) };
  const { describe, ...cancellations } = notifyingLeadsOfAccounts(
    notifyingLeadsOfOutages(ownActivities, context, 'cancellations'),
    context,
    'cancellations',
  );
  return { ...sharedActivities(context, { cancellations: describe }), ...cancellations };
}
