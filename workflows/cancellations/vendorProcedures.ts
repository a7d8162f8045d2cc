import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { IntegrationProgress } from '../../domain/cancellations/cancellations.ts';
import { failureOf, wasCanceled } from '../shared/failures.ts';
import { together } from '../shared/together.ts';
import { actions, queries, records, vendorMails } from './activities.ts';
import { carryOut } from './carryOut.ts';
import { endEvents } from './eventService.ts';
import { confirmTermination, organizationAtFortellis, terminationAtFortellis } from './fortellis.ts';
import { removalOf, removalRequest } from './removalRequest.ts';
import type { IntegrationCancellation, Steps } from './steps.ts';

/** The vendors' procedures (spec: cancellations.md), each in the order in which it happens. */

/** DealerSocket: the form of the public vendor page, with the group question answered beforehand. */
export async function cancelDealerSocket(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, async (steps) => {
    const { group } = await steps.procedure.automatic('group-question', 'salesforce', () =>
      queries.answerGroupQuestion.executeWithOptions({ summary: 'Part of a group?' }, [{ account: of.account }]),
    );
    await steps.person('dealersocket-form', { group });
  });
}

/** VinSolutions: ended only when both parts are; part 2 does not wait for part 1. */
export async function cancelVinSolutions(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, (steps) =>
    together(
      () => vinEventStreamPart(steps),
      () => steps.person('vinsolutions-portal'),
    ),
  );
}

/** Elead: a mail, done when the mail server has accepted it. */
export async function cancelElead(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, mailElead);
}

/** Reynolds & Reynolds CRM: no action. */
export async function cancelReynoldsCrm(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, financeTerminates);
}

/**
 * CDK: the gate, a case at CDK, and when CDK has terminated, the clean-up of the DMS provider in CST. At a dealer on Fortellis
 * the person enters only the case's number, and Fortellis shows the termination.
 */
export async function cancelCdk(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, async (steps) => {
    const orgId = await organizationAtFortellis(steps);
    const created = await steps.personBehindGate('cdk-case', { fortellisOrgId: orgId });
    if (!created) return;
    const terminated = orgId ? await terminationAtFortellis(steps, orgId) : confirmTermination(steps, created);
    if (terminated) await cleanUpDmsProvider(steps);
  });
}

/** DealerVault: the gate, then two feeds, each confirmed on its own, in any order. */
export async function cancelDealerVault(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, async (steps) => {
    await steps.gate();
    await together(
      () => steps.personBehindGate('dealervault-sales'),
      () => steps.personBehindGate('dealervault-service'),
    );
  });
}

/** Reynolds & Reynolds direct: the gate, then no action. */
export async function cancelReynoldsDirect(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, async (steps) => {
    await steps.gate();
    await financeTerminates(steps);
  });
}

async function financeTerminates(steps: Steps): Promise<void> {
  steps.procedure.begin('finance-terminates');
  steps.procedure.done('finance-terminates', 'dealerops', 'Nothing to do here: Finance terminates with the vendor');
}

async function vinEventStreamPart(steps: Steps): Promise<void> {
  const step = 'vin-event-stream';
  const first = await steps.run.once(step, () => removalOf(steps));
  if (first.byEventService && (await endEvents(steps, first.dealerId))) return;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await steps.run.once(step, () => removalRequest(steps, attempt, first));
    if (answer.state === 'removed') steps.procedure.done(step, answer.by, answer.evidence);
    else if (answer.mayBeDone) steps.procedure.mayBeDone(step, true);
    if (answer.withdrawn) throw new CancelledFailure('withdrawn');
    if (answer.state === 'removed') return;
    const outcome = await steps.task(step, 'vin-event-stream-failed', { reason: answer.reason });
    if (outcome.how !== 'done') return;
    if (outcome.answers.outcome === 'removed') {
      steps.procedure.done(step, outcome.by, outcome.evidence);
      return;
    }
  }
}

async function mailElead(steps: Steps): Promise<void> {
  const step = 'elead-mail';
  const { account, requestId, dealerId } = steps.of;
  const mail = { account, requestId };
  for (;;) {
    steps.procedure.begin(step, 'mail_server');
    const sent = await steps.run.once(step, () => sendOrDrop(steps, { ...mail, dealerId }));
    if (sent.state === 'unknown') steps.procedure.mayBeDone(step, true);
    if (sent.state === 'accepted') {
      steps.procedure.done(step, 'mail_server', sent.answer);
      return;
    }
    const kind = sent.state === 'refused' ? 'elead-manual-mail' : 'elead-mail-unknown';
    const outcome = await steps.task(step, kind, { reason: sent.answer });
    if (outcome.how !== 'done') return;
    const sendAgain = outcome.answers.outcome === 'send_again';
    if (kind === 'elead-mail-unknown') {
      const settled = { ...mail, sendAgain, by: outcome.by };
      await steps.run.once(step, () =>
        records.settleEleadMail.executeWithOptions({ summary: 'Record what became of the mail' }, [settled]),
      );
    }
    steps.procedure.mayBeDone(step, false);
    if (!sendAgain) {
      steps.procedure.done(step, outcome.by, outcome.evidence);
      return;
    }
  }
}

/** A withdrawal stops a mail that has not left, and learns of one that has. */
async function sendOrDrop(
  steps: Steps,
  { dealerId, ...mail }: { account: string; requestId: string; dealerId?: string },
) {
  try {
    return await steps.run.action(() =>
      vendorMails.sendEleadMail.executeWithOptions({ summary: 'Mail the request to Elead' }, [{ ...mail, dealerId }]),
    );
  } catch (error) {
    if (!wasCanceled(error)) throw error;
    const left = await CancellationScope.nonCancellable(() =>
      steps.run.during(() =>
        records.dropEleadMail.executeWithOptions({ summary: 'Keep the mail from leaving, if it has not' }, [mail]),
      ),
    );
    if (left.state === 'accepted') steps.progress.end('elead-mail', 'done', 'mail_server', left.answer);
    if (left.state === 'unknown') steps.progress.mayBeDone('elead-mail', true);
    throw new CancelledFailure('withdrawn');
  }
}

/** The gate is asked in the same activity, right before the removal. */
async function cleanUpDmsProvider(steps: Steps): Promise<void> {
  const step = 'cdk-clean-up';
  const { account, dealerId } = steps.of;
  for (;;) {
    steps.procedure.begin(step, 'cst');
    const removed = await steps.run.once(step, () => removeDmsProvider(steps));
    if (removed.evidence !== undefined) {
      steps.procedure.done(step, 'cst', removed.evidence);
      return;
    }
    if (removed.failure === 'GateClosed') {
      await steps.gate();
      continue;
    }
    if (removed.failure === 'DmsProviderLeft') steps.procedure.mayBeDone(step, true);
    const done = await steps.personBehindGate(step, { reason: removed.reason });
    if (!done) return;
    const { gone, tab } = await steps.run.once(step, () =>
      queries.dmsProviderGone.executeWithOptions({ summary: 'Is CDK gone from the DMS Provider tab?' }, [
        { account, dealerId },
      ]),
    );
    if (gone) steps.procedure.done(step, done.by, `${done.evidence}; read back: ${tab}`);
    if (gone !== false) return;
  }
}

/** @returns the evidence, or why CST did not do it; `reason` is for the person who does */
async function removeDmsProvider(
  steps: Steps,
): Promise<{ evidence: string } | { evidence?: undefined; failure: string; reason?: string }> {
  const { account, dealerId } = steps.of;
  try {
    return await steps.run.action(() =>
      actions.removeDmsProvider.executeWithOptions({ summary: 'Remove the DMS provider and read it back' }, [
        { account, dealerId },
      ]),
    );
  } catch (error) {
    if (wasCanceled(error)) {
      steps.progress.mayBeDone('cdk-clean-up', true);
      throw new CancelledFailure('withdrawn');
    }
    const { type, message } = failureOf(error) ?? {};
    if (type === 'GateClosed' || type === 'NoConnector') return { failure: type };
    if (type === 'CstRefused' || type === 'DmsProviderLeft') return { failure: type, reason: message };
    throw error;
  }
}
