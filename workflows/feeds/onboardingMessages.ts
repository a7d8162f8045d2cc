import { ApplicationFailure, CancellationScope, defineUpdate, setHandler } from '@temporalio/workflow';
import type { FeedKind } from '../../domain/feeds/feeds.ts';
import type { JoinedOnboarding, OnboardingRefusal, OnboardingUpdates } from '../../domain/feeds/onboardingMessages.ts';
import { openStepStates } from '../../domain/shared/checklist.ts';
import { onboardingRecords } from './activities.ts';
import type { Onboarding } from './onboarding.ts';

/** What people and systems say to an onboarding. */

const updates = {
  join: defineUpdate<JoinedOnboarding, [OnboardingUpdates['joinOnboarding']]>('joinOnboarding'),
  permission: defineUpdate<void, [OnboardingUpdates['recordPermission']]>('recordPermission'),
  file: defineUpdate<void, [OnboardingUpdates['reportFirstFile']]>('reportFirstFile'),
  withdraw: defineUpdate<void, [OnboardingUpdates['withdrawOnboarding']]>('withdrawOnboarding'),
};

/** Refuses an Update, so that nothing of it enters the history. */
function refuse(type: OnboardingRefusal, message: string): never {
  throw ApplicationFailure.nonRetryable(message, type);
}

/** Takes the Updates of an onboarding. @param withdraw ends it */
export function takeOnboardingUpdates(
  onboarding: Onboarding,
  withdraw: (withdrawal: { reason: string; by: string }) => void,
): void {
  const { of, received, progress, procedure } = onboarding;
  const { people } = procedure;

  /** @throws the refusal of what comes too late, or is meant for another onboarding of the dealer */
  function assertOpen({ onboardingId, expiresAt }: { onboardingId: string; expiresAt: string }): void {
    if (Date.now() > Date.parse(expiresAt))
      refuse('expired', `This request expired at ${expiresAt} and was not carried out: look at it and try again.`);
    if (received.end || received.withdrawal || onboardingId !== of.onboardingId)
      refuse('ended', 'The onboarding has ended, or is about to.');
  }
  const isDone = (step: 'request' | 'permission' | 'first-file') =>
    progress.steps.some((one) => one.step === step && one.state === 'done');

  setHandler(
    updates.join,
    async ({ kinds, saysMore }) => {
      const isMissing = received.kinds.length === 0;
      const isTooLate = received.isAsked === true;
      const tooLate = isTooLate ? kinds.filter((kind) => !received.kinds.includes(kind)) : [];
      if (!isTooLate) onboarding.setKinds([...received.kinds, ...kinds]);
      if (saysMore || (isMissing && received.kinds.length > 0))
        await people.closeAll('onboarding-information', 'another request has said more');
      await progress.saved();
      return { kinds: received.kinds, tooLate: tooLate satisfies FeedKind[] };
    },
    { description: 'Another request for the same dealer and DMS', validator: assertOpen },
  );

  setHandler(
    updates.permission,
    async ({ permissionId, outcome, on, by }) => {
      if (outcome === 'withdrawn') withdraw({ by, reason: `the dealer has withdrawn its permission on ${on}` });
      else received.permission ??= { outcome, on, by };
      const at = new Date().toISOString();
      await CancellationScope.nonCancellable(() =>
        onboardingRecords.takePermission.executeWithOptions({ summary: `Record the permission: ${outcome}` }, [
          { onboardingId: of.onboardingId, permissionId, outcome, on, by, at },
        ]),
      );
    },
    {
      description: 'What the dealer says',
      validator: (message) => {
        assertOpen(message);
        if (message.outcome === 'withdrawn') return;
        const known = received.permission;
        if (known && known.outcome !== message.outcome)
          refuse(
            'wrong_state',
            `The permission was recorded already: ${known.outcome} on ${known.on}, by ${known.by}. If the dealer has taken it back, record that it is withdrawn.`,
          );
        if (!isDone('request'))
          refuse(
            'wrong_state',
            'ProResponse was not asked yet, so that the dealer cannot have answered: see the steps.',
          );
      },
    },
  );

  setHandler(
    updates.file,
    async ({ location, by }) => {
      // First, or the look that begins when a task is closed would be stopped for another one.
      onboarding.looks += 1;
      if (location && !isDone('first-file')) {
        received.location = { at: location, by };
        await people.closeAll('first-file', 'it was reported where the files arrive');
      }
      await people.closeAll('trial-blocked', 'somebody says that a file is there');
    },
    {
      description: 'A first file is on the server',
      validator: (message) => {
        assertOpen(message);
        if (!isDone('permission')) refuse('wrong_state', 'Record the permission of the dealer first.');
        if (isDone('first-file') && message.location)
          refuse('wrong_state', 'It is known where the files arrive: correct it in the settings of the feed imports.');
        const isAsked = progress.steps.some((one) => one.step === 'first-file' && openStepStates.includes(one.state));
        if (isAsked && !message.location)
          refuse('wrong_state', 'Say where the file is, or finish the task that asks for it.');
      },
    },
  );

  setHandler(
    updates.withdraw,
    async ({ reason, by }) => {
      withdraw({ reason, by });
    },
    { description: 'Nobody wants these feeds any more', validator: assertOpen },
  );
}
