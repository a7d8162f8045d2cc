import { cdkTerminationActivities } from './cdkTermination.ts';
import type { CancellationContext } from './context.ts';
import { dataAfterEndActivities } from './dataAfterEnd.ts';
import { dmsProviderActivities } from './dmsProvider.ts';
import { eleadMailActivities } from './eleadMail.ts';
import { eventServiceActivities } from './eventService.ts';
import { followerActivities } from './followers.ts';
import { gateActivities } from './gate.ts';
import { groupQuestionActivities } from './groupQuestion.ts';
import { guardActivities } from './guards.ts';
import { cancellationNoticeActivities } from './notices.ts';
import { progressActivities } from './progress.ts';
import { restoredRecordActivities } from './restoredRecords.ts';
import { standingActivities } from './standings.ts';
import { vinEventStreamActivities } from './vinEventStream.ts';

export type CancellationActivities = ReturnType<typeof cancellationActivities>;

/** Every side effect of the cancellations' workflows. */
export function cancellationActivities(context: CancellationContext) {
  return {
    ...progressActivities(context),
    ...standingActivities(context),
    ...restoredRecordActivities(context),
    ...gateActivities(context),
    ...guardActivities(context),
    ...groupQuestionActivities(context),
    ...vinEventStreamActivities(context),
    ...eleadMailActivities(context),
    ...dmsProviderActivities(context),
    ...cancellationNoticeActivities(context),
    ...cdkTerminationActivities(context),
    ...dataAfterEndActivities(context),
    ...eventServiceActivities(context),
    ...followerActivities(context),
  };
}
