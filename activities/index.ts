import { tellingLeadsOfAccounts } from './accountNotices.ts';
import { adoptionActivities } from './adoption.ts';
import type { Context, Outside } from './context.ts';
import { dealersOfCst, dealersOfRegistry } from './dealers.ts';
import { dmsProviderActivities } from './dmsProvider.ts';
import { eleadMailActivities } from './eleadMail.ts';
import { gateActivities } from './gate.ts';
import { groupQuestionActivities } from './groupQuestion.ts';
import { noticeActivities } from './notices.ts';
import { progressActivities } from './progress.ts';
import { taskActivities } from './tasks.ts';
import { vinEventStreamActivities } from './vinEventStream.ts';

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
