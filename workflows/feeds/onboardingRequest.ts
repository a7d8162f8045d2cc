import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import { v5 as uuidOf } from 'uuid';
import type { PermissionPlan } from '../../activities/feeds/onboardingRecords.ts';
import type { FeedKind } from '../../domain/feeds/feeds.ts';
import { openStepStates } from '../../domain/shared/checklist.ts';
import { together } from '../shared/together.ts';
import { onboardingQueries, onboardingRecords } from './activities.ts';
import { EndedEarly, type Onboarding } from './onboarding.ts';

/** The steps up to the dealer's permission. */

const closedByLead = 'a team lead closed a step without completing it';

/** Until nothing of the request is missing: what is missing is the T2 support team's task, and another request may say it too. */
export async function completeRequest(onboarding: Onboarding): Promise<void> {
  const step = 'information';
  const { procedure, received, of } = onboarding;
  const { onboardingId } = of;
  for (let by: string | undefined; ; ) {
    procedure.begin(step, 'cst');
    const known = await procedure.run.once(step, () =>
      onboardingQueries.missingInformation.executeWithOptions({ summary: 'What of the request is missing?' }, [
        { onboardingId, kinds: received.kinds },
      ]),
    );
    if (known.notEntitled) {
      procedure.progress.end(step, 'blocked', by ?? known.by, known.notEntitled);
      throw new EndedEarly({ state: 'not_entitled', by: by ?? known.by, reason: known.notEntitled });
    }
    if (known.missing.length === 0) {
      procedure.done(step, by ?? known.by, known.evidence);
      return;
    }
    const outcome = await onboarding.task(step, { kind: 'onboarding-information', missing: known.missing });
    if (outcome.how === 'not_completed') throw notCompleted(outcome.by);
    if (outcome.how !== 'done') continue;
    ({ by } = outcome);
    const { kinds, package: named, level } = outcome.answers as Record<string, string>;
    await procedure.run.once(step, () =>
      onboardingRecords.saveInformation.executeWithOptions({ summary: 'Record what was found out' }, [
        { onboardingId, ...(named && { package: named }), ...(level && { level }) },
      ]),
    );
    if (kinds) onboarding.setKinds(kinds === 'both' ? ['sales', 'service'] : [kinds as FeedKind]);
  }
}

/** From here on no kinds are added: ProResponse is asked for exactly what is wanted. */
export async function askProResponse(onboarding: Onboarding): Promise<void> {
  const step = 'request';
  const { procedure, received, of } = onboarding;
  received.isAsked = true;
  const sent = await onboarding.tellProResponse(step, { what: 'request' });
  if (sent.evidence === undefined) throw notCompleted(sent.by);
  const at = new Date().toISOString();
  await procedure.run.once(step, () =>
    onboardingRecords.markAsked.executeWithOptions({ summary: 'Record when ProResponse was asked' }, [
      { onboardingId: of.onboardingId, at },
    ]),
  );
  procedure.done(step, sent.by, sent.evidence);
}

/**
 * Until somebody records what the dealer says: meanwhile ProResponse is reminded, then the feeds team and its lead are told. After
 * the longest wait it ends without an answer.
 */
export async function untilPermitted(onboarding: Onboarding): Promise<void> {
  const step = 'permission';
  const { procedure, received, of } = onboarding;
  const { onboardingId } = of;
  const from = new Date().toISOString();
  const { plan, known } = await procedure.run.once(step, async () => ({
    plan: await onboardingRecords.planPermission.executeWithOptions({ summary: 'When to remind ProResponse' }, [
      { onboardingId, from },
    ]),
    known: await onboardingRecords.knownPermission.executeWithOptions({ summary: 'Is the permission known already?' }, [
      { onboardingId },
    ]),
  }));
  if (known && known.outcome !== 'withdrawn') received.permission ??= { ...known, outcome: known.outcome };
  if (!received.permission) {
    onboarding.waitFor(step, 'proresponse', 'ProResponse, which asks the dealer');
    await whileUnanswered(onboarding, plan);
  }
  const { permission } = received;
  if (!permission) {
    procedure.progress.end(step, 'not_completed', 'dealerops', `no answer until ${plan.endsOn}`);
    throw new EndedEarly({
      ...{ state: 'no_answer', by: 'dealerops' },
      reason: `neither ProResponse nor the dealer has answered until ${plan.endsOn}`,
    });
  }
  const evidence = `${permission.outcome} on ${permission.on}`;
  // An Update is no part of the step: it may have come to this run, or right before the end of the one before.
  if (procedure.progress.step(step).state !== 'done') procedure.run.hasNews(step);
  if (permission.outcome === 'granted') {
    procedure.done(step, permission.by, evidence);
    return;
  }
  procedure.progress.end(step, 'blocked', permission.by, evidence);
  throw new EndedEarly({ state: 'refused', by: permission.by, reason: 'the dealer refuses its permission' });
}

async function whileUnanswered(onboarding: Onboarding, plan: PermissionPlan): Promise<void> {
  const { received, progress } = onboarding;
  let failure: unknown;
  const scope = new CancellationScope();
  const asking = scope
    .run(() => remindAndEscalate(onboarding, plan))
    .catch((error) => {
      if (!isCancellation(error)) failure = error;
    });
  const waitMs = Math.max(1, Date.parse(plan.endsAt) - Date.now());
  try {
    await condition(() => received.permission !== undefined || failure !== undefined, waitMs, {
      summary: `At most until ${plan.endsOn}`,
    });
    if (failure) throw failure;
    onboarding.closingReason = received.permission ? 'the dealer’s answer was recorded' : 'the dealer has not answered';
  } finally {
    scope.cancel();
    await asking;
  }
  const escalation = progress.steps.find((one) => one.step === 'escalation');
  if (!escalation || !openStepStates.includes(escalation.state)) return;
  const { permission } = received;
  if (permission) progress.end('escalation', 'done', permission.by, 'the dealer’s answer was recorded');
  else progress.end('escalation', 'not_completed', 'dealerops', 'the dealer has not answered');
}

/** The reminders to ProResponse, each on its business day; after some of them a person finds out. */
async function remindAndEscalate(onboarding: Onboarding, plan: PermissionPlan): Promise<void> {
  let isOverdue = false;
  await together(
    () =>
      remind(onboarding, plan, () => {
        isOverdue = true;
      }),
    async () => {
      await condition(() => isOverdue);
      await escalate(onboarding);
    },
  );
}

async function remind(
  onboarding: Onboarding,
  { reminders, escalateAfterReminders }: PermissionPlan,
  onOverdue: () => void,
): Promise<void> {
  const step = 'permission';
  for (const [index, at] of reminders.entries()) {
    const nth = index + 1;
    const waitMs = Date.parse(at) - Date.now();
    if (waitMs > 0) await sleep(waitMs, { summary: `Until ProResponse is reminded on ${at.slice(0, 10)}` });
    const { state } = await onboarding.procedure.run.once(step, () =>
      onboarding.sendOrDrop(step, { what: 'reminder', nth }),
    );
    const isSent = state === 'accepted' || state === 'unknown';
    if (!isSent || nth >= escalateAfterReminders || nth === reminders.length) onOverdue();
    if (!isSent) return;
  }
}

/** Once: the team's lead is told by mail, and the team has a task until the dealer's answer is known. */
async function escalate(onboarding: Onboarding): Promise<void> {
  const step = 'escalation';
  const { procedure, received, of } = onboarding;
  const { onboardingId } = of;
  procedure.begin(step);
  await procedure.run.once(step, () =>
    onboardingRecords.tellFeedsLead.executeWithOptions({ summary: 'Tell the lead of the feeds team' }, [
      {
        ...{ onboardingId, about: 'escalated' },
        text: 'ProResponse was asked for this dealer’s data, and nobody has recorded what the dealer answers. The feeds team has a task to find out.',
      },
    ]),
  );
  const outcome = await onboarding.task(step, { kind: 'permission-overdue' });
  if (outcome.how !== 'done') return;
  const { by, answers } = outcome;
  procedure.done(step, by, outcome.evidence);
  if (answers.outcome === 'keep_waiting') return;
  const permission = { outcome: answers.outcome as 'granted' | 'refused', by };
  const { on } = await procedure.run.once(step, () =>
    onboardingRecords.takePermission.executeWithOptions({ summary: 'Record the permission' }, [
      {
        ...{ onboardingId, ...permission, note: String(answers.said), at: new Date().toISOString() },
        permissionId: uuidOf('permission-overdue', onboardingId),
      },
    ]),
  );
  received.permission ??= { ...permission, on };
}

/** @param by who has closed it */
export function notCompleted(by: string): EndedEarly {
  return new EndedEarly({ state: 'not_completed', by, reason: closedByLead });
}
