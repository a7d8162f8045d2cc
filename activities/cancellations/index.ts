import type { Context } from '../shared/context.ts';
import { adoptionActivities } from './adoption.ts';
import { dmsProviderActivities } from './dmsProvider.ts';
import { eleadMailActivities } from './eleadMail.ts';
import { gateActivities } from './gate.ts';
import { groupQuestionActivities } from './groupQuestion.ts';
import { progressActivities } from './progress.ts';
import { vinEventStreamActivities } from './vinEventStream.ts';

export type CancellationActivities = ReturnType<typeof cancellationActivities>;

/** Every side effect of the cancellations' workflows. */
export function cancellationActivities(context: Context) {
  return {
    ...progressActivities(context),
    ...adoptionActivities(context),
    ...gateActivities(context),
    ...groupQuestionActivities(context),
    ...vinEventStreamActivities(context),
    ...eleadMailActivities(context),
    ...dmsProviderActivities(context),
  };
}
