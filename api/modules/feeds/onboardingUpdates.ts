import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { timeOf } from '../../../db/clock.ts';
import type { OnboardingRow } from '../../../db/queries/feeds/onboardings.ts';
import { onboardingWorkflowId } from '../../../domain/feeds/onboarding.ts';
import type {
  JoinedOnboarding,
  OnboardingRefusal,
  OnboardingUpdates,
} from '../../../domain/feeds/onboardingMessages.ts';
import { inNameOf } from '../../server/inNameOf.ts';
import type { ApiOptions } from '../../server/options.ts';
import { outageOf } from '../../server/outages.ts';
import { temporalDeadline } from '../../server/plugins/limits.ts';
import { Problem } from '../../server/problems.ts';

interface Answers {
  joinOnboarding: JoinedOnboarding;
  recordPermission: undefined;
  reportFirstFile: undefined;
  withdrawOnboarding: undefined;
}

/** For how long a message may still be carried out; longer than the API waits for its answer. */
const expiresAfterMs = 60_000;
const tryAgain = { 'retry-after': '5' };

/** The workflow of the onboarding has ended, or is about to. */
export class OnboardingOver extends Problem {}

/**
 * Passes on what a caller says to the workflow of an onboarding, which takes or refuses it at once.
 * @throws Problem 409 with its reason, `OnboardingOver` where it has ended; 503 when it does not answer
 */
export async function sendOnboardingUpdate<Name extends keyof OnboardingUpdates>(
  { temporal, database: { db } }: Pick<ApiOptions, 'temporal' | 'database'>,
  row: Pick<OnboardingRow, 'id' | 'account' | 'dms'>,
  update: Name,
  said: Omit<OnboardingUpdates[Name], 'onboardingId' | 'expiresAt'>,
): Promise<Answers[Name]> {
  const expiresAt = new Date((await timeOf(db)).getTime() + expiresAfterMs).toISOString();
  const message = { onboardingId: row.id, ...said, expiresAt } as OnboardingUpdates[Name];
  const handle = inNameOf(temporal, message.by).getHandle(onboardingWorkflowId(row));
  try {
    return await temporal.withDeadline(temporalDeadline(), () =>
      handle.executeUpdate<Answers[Name], [OnboardingUpdates[Name]]>(update, { args: [message] }),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw over();
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || outageOf(error)) {
      const detail = `The onboarding has not answered, so it is not known whether this was carried out. It may still be until ${expiresAt}. Look at it before you try again.`;
      throw new Problem(503, 'unavailable', detail, { headers: tryAgain });
    }
    if (!(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)) throw error;
    const type = error.cause.type as OnboardingRefusal;
    if (type === 'expired') throw new Problem(503, 'unavailable', error.cause.message, { headers: tryAgain });
    if (type === 'wrong_state') throw new Problem(409, 'conflict', error.cause.message);
    throw over();
  }
}

function over(): OnboardingOver {
  const detail =
    'The onboarding has ended, or is about to: its state says how. Feeds that are wanted after all are requested again; where the daily sync has begun, end the feed imports instead.';
  return new OnboardingOver(409, 'conflict', detail);
}
