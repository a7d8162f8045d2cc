import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { type OnboardingEnd, type OnboardingProgress, trialStep } from '../../domain/feeds/onboarding.ts';
import type { OnboardFeedStart, OnboardingSignals } from '../../domain/feeds/onboardingMessages.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { overRuns, settled } from '../shared/overRuns.ts';
import { onboardingRecords, records } from './activities.ts';
import { EndedEarly, Onboarding, type OnboardingSnapshot, type Received } from './onboarding.ts';
import { createImports, excludeFromLeadExport, startDailySync, tryFirstFiles } from './onboardingFiles.ts';
import { takeOnboardingUpdates } from './onboardingMessages.ts';
import { askProResponse, completeRequest, untilPermitted } from './onboardingRequest.ts';

/** Of one run, in events. */
const longHistory = 1_000;

const endOnboardingSignal = defineSignal<[OnboardingSignals['endOnboarding']]>('endOnboarding');

/** What one run hands over to the next one. */
interface HandedOver {
  progress: OnboardingProgress;
  steps: OnboardingSnapshot;
  received: Received;
}

/**
 * Brings a dealer's files of one DMS to us: from the request to the daily sync (spec: proresponse-feeds.md, "Onboarding"). It may
 * take weeks, and end before that. Canceled in Temporal, it is withdrawn.
 * @returns how it has ended
 */
export async function onboardFeed({
  handedOver,
  ...of
}: OnboardFeedStart & { handedOver?: HandedOver }): Promise<OnboardingEnd> {
  const received: Received = handedOver?.received ?? { kinds: of.kinds };
  const onboarding = new Onboarding(of, received, handedOver);
  const scope = new CancellationScope();
  const withdraw = (withdrawal: { reason: string; by: string }) => {
    if (received.end || received.withdrawal) return;
    received.withdrawal = withdrawal;
    onboarding.closingReason = 'the onboarding was withdrawn';
    scope.cancel();
  };
  // What an earlier run has done before the withdrawal is known to this one.
  if (received.withdrawal) scope.cancel();
  takeOnboardingUpdates(onboarding, withdraw);
  setHandler(endOnboardingSignal, withdraw);
  CancellationScope.current().cancelRequested.catch(() =>
    withdraw({ reason: 'the workflow was canceled in Temporal', by: 'temporal' }),
  );
  await overRuns(
    onboarding.procedure,
    longHistory,
    async () => {
      if (!received.withdrawal) received.end ??= await endOf(scope, onboarding);
      await CancellationScope.nonCancellable(() => conclude(onboarding));
    },
    () => {
      const { progress, procedure } = onboarding;
      const next: HandedOver = { progress: progress.snapshot(), steps: procedure.toHandOver(), received };
      return continueAsNew<typeof onboardFeed>({ ...of, handedOver: next });
    },
  );
  return onboarding.progress.state as OnboardingEnd;
}

/** The procedure, in its order. @returns undefined when it was withdrawn */
async function endOf(scope: CancellationScope, onboarding: Onboarding): Promise<Received['end']> {
  try {
    await scope.run(async () => {
      await completeRequest(onboarding);
      await askProResponse(onboarding);
      await untilPermitted(onboarding);
      await createImports(onboarding);
      const approved = await tryFirstFiles(onboarding);
      await excludeFromLeadExport(onboarding);
      await startDailySync(onboarding, approved);
    });
    return { state: 'done', by: 'dealerops' };
  } catch (error) {
    if (error instanceof EndedEarly) return error.end;
    if (isCancellation(error) || scope.consideredCancelled) return undefined;
    throw error;
  }
}

/** No longer to be withdrawn. What ProResponse was asked for it is told to stop, unless it has told us that the dealer refuses. */
async function conclude(onboarding: Onboarding): Promise<void> {
  const { received, progress, procedure } = onboarding;
  const { withdrawal } = received;
  const end = received.end ?? { state: 'withdrawn' as const, ...withdrawal! };
  if (end.state !== 'done') {
    const isWithdrawn = end.state === 'withdrawn';
    endRest(onboarding, isWithdrawn ? 'withdrawn' : 'not_completed', end);
    await endImports(onboarding, end);
    const wasAsked = progress.steps.some(
      ({ step, state, mayBeDone }) => step === 'request' && (state === 'done' || mayBeDone),
    );
    if (wasAsked && end.state !== 'refused') await tellToStop(onboarding);
    // Of the others they know: the one who has withdrawn it, or a team lead.
    if (!isWithdrawn && end.state !== 'not_completed') await tellLead(onboarding, end);
  } else await endImports(onboarding, { by: 'dealerops', reason: 'its trial was left out' });
  progress.conclude(end.state, end.by, end.reason);
  await settled({ people: procedure.people, progress });
  await condition(() => allHandlersFinished() && progress.isSaved() && allNoticesSent());
}

/** Not in a run that goes on while a person tells ProResponse: the run before has ended the rest. */
function endRest(
  { progress }: Onboarding,
  state: 'withdrawn' | 'not_completed',
  { by, reason }: { by: string; reason?: string },
): void {
  if (!progress.steps.some(({ step }) => step === 'stop-delivery')) progress.endRest(state, by, reason);
}

/** Those that no person has approved; all of them where the onboarding has not come to its end. */
async function endImports(
  { of: { onboardingId }, received, procedure: { run }, progress }: Onboarding,
  { by, reason = 'the onboarding has ended' }: { by: string; reason?: string },
): Promise<void> {
  if (progress.step('first-file').startedAt === undefined) return;
  const { kinds } = received;
  const isDone = received.end?.state === 'done';
  if (isDone && kinds.every((kind) => progress.step(trialStep[kind]).state === 'done')) return;
  const summary = isDone
    ? 'End the feed imports whose trial was not approved'
    : 'End all feed imports of the onboarding';
  const { importIds } = await run.once('stop-delivery', () =>
    onboardingRecords.endOnboardedImports.executeWithOptions({ summary }, [
      { onboardingId, kinds, by, reason, onlyInTrial: isDone },
    ]),
  );
  for (const importId of importIds)
    await run.once('stop-delivery', () =>
      records.applySchedule.executeWithOptions({ summary: 'Delete the schedule' }, [{ importId }]),
    );
}

async function tellToStop(onboarding: Onboarding): Promise<void> {
  const step = 'stop-delivery';
  const { by, evidence } = await onboarding.tellProResponse(step, { what: 'stop' });
  if (evidence !== undefined) onboarding.procedure.done(step, by, evidence);
}

async function tellLead(
  { of: { onboardingId }, procedure: { run } }: Onboarding,
  { state, reason }: NonNullable<Received['end']>,
): Promise<void> {
  const next =
    state === 'not_entitled'
      ? 'An administrator may request it again with an exception'
      : 'Tell the account manager, and request it again if the dealer agrees later';
  await run.once('permission', () =>
    onboardingRecords.tellFeedsLead.executeWithOptions({ summary: 'Tell the lead of the feeds team' }, [
      { onboardingId, about: 'ended', text: `The onboarding has ended before the daily sync: ${reason}. ${next}.` },
    ]),
  );
}
