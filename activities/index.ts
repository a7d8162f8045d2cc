import { tellingLeadsOfAccounts } from './cancellations/accountNotices.ts';
import { adoptionActivities } from './cancellations/adoption.ts';
import { dealersOfCst, dealersOfRegistry } from './cancellations/dealers.ts';
import { dmsProviderActivities } from './cancellations/dmsProvider.ts';
import { eleadMailActivities } from './cancellations/eleadMail.ts';
import { gateActivities } from './cancellations/gate.ts';
import { groupQuestionActivities } from './cancellations/groupQuestion.ts';
import { progressActivities } from './cancellations/progress.ts';
import { vinEventStreamActivities } from './cancellations/vinEventStream.ts';
import type { Context, Outside } from './shared/context.ts';
import { noticeActivities } from './shared/notices.ts';
import { taskActivities } from './shared/tasks.ts';

export type Activities = ReturnType<typeof createActivities>;

/** Every side effect of the workflows, bound to the outside systems that are configured. */
export function createActivities(outside: Outside) {
  const dealers = outside.cst ? dealersOfCst(outside.cst) : dealersOfRegistry(outside.database.db);
  const context: Context = { ...outside, dealers };
  const activities = {
    ...progressActivities(context),
    ...adoptionActivities(context),
    ...taskActivities(context),
    ...gateActivities(context),
    ...groupQuestionActivities(context),
    ...vinEventStreamActivities(context),
    ...eleadMailActivities(context),
    ...dmsProviderActivities(context),
    ...noticeActivities(context),
  };
  return tellingLeadsOfAccounts(activities, context);
}
