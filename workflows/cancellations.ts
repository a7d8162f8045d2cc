import { ActivityFailure, ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { IntegrationProgress } from '../domain/cancellations.ts';
import { act, ask } from './steps/activities.ts';
import { carryOut, type IntegrationCancellation, type Steps, together } from './steps/procedure.ts';
import { removal } from './vinEventStream.ts';

/** The vendors' procedures (spec: cancellations.md), each in the order in which it happens. */

/** DealerSocket: the form of the public vendor page, with the group question answered beforehand. */
export async function cancelDealerSocket(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, async (steps) => {
    await steps.automatic('group-question', 'Salesforce and CST', () =>
      ask.answerGroupQuestion({ account: of.account }),
    );
    await steps.person('dealersocket-form');
  });
}

/** VinSolutions: ended only when both parts are; part 2 does not wait for part 1. */
export async function cancelVinSolutions(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, (steps) =>
    together(
      () => removeFromVinEventStream(steps),
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

/** CDK: the gate, a case at CDK, and when CDK has terminated, the clean-up of the DMS provider in CST. */
export async function cancelCdk(of: IntegrationCancellation): Promise<IntegrationProgress> {
  return carryOut(of, async (steps) => {
    const terminated = await steps.personBehindGate('cdk-case');
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
  steps.progress.begin('finance-terminates');
  steps.progress.end(
    'finance-terminates',
    'done',
    'dealerops',
    'No action of ours: Finance terminates with the vendor',
  );
}

async function removeFromVinEventStream(steps: Steps): Promise<void> {
  const step = 'vin-event-stream';
  for (let attempt = 1; ; attempt += 1) {
    steps.progress.begin(step, 'CST');
    const answer = await removal(steps, attempt);
    if (answer.state === 'removed') {
      steps.progress.end(step, 'done', answer.by, answer.proof);
      if (answer.withdrawn) throw answer.withdrawn;
      return;
    }
    if (answer.withdrawn) {
      if (answer.state === 'unknown') steps.unknown.add(step);
      throw answer.withdrawn;
    }
    const outcome = await steps.task(step, 'vin-event-stream-failed', { because: answer.because });
    if (outcome.how !== 'done') return;
    if (outcome.answers.what === 'removed') {
      steps.progress.end(step, 'done', outcome.by, outcome.proof);
      return;
    }
  }
}

async function mailElead(steps: Steps): Promise<void> {
  const step = 'elead-mail';
  const mail = { account: steps.of.account, cancellationId: steps.of.cancellationId };
  for (;;) {
    steps.progress.begin(step, 'the mail server');
    const sent = await sendOrDrop(steps, mail);
    if (sent.state === 'accepted') {
      steps.progress.end(step, 'done', 'the mail server', sent.answer);
      return;
    }
    const kind = sent.state === 'refused' ? 'elead-mail-by-hand' : 'elead-mail-unknown';
    const outcome = await steps.task(step, kind, { because: sent.answer });
    if (outcome.how !== 'done') return;
    const sendAgain = outcome.answers.what === 'send_again';
    if (kind === 'elead-mail-unknown') await ask.settleEleadMail({ ...mail, sendAgain, by: outcome.by });
    if (!sendAgain) {
      steps.progress.end(step, 'done', outcome.by, outcome.proof);
      return;
    }
  }
}

/** A withdrawal stops a mail that has not left, and learns of one that has. */
async function sendOrDrop(steps: Steps, mail: { account: string; cancellationId: string }) {
  try {
    return await act.sendEleadMail.executeWithOptions({ summary: 'Mail the request to Elead' }, [mail]);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const left = await CancellationScope.nonCancellable(() => ask.dropEleadMail(mail));
    if (left.state === 'accepted') steps.progress.end('elead-mail', 'done', 'the mail server', left.answer);
    if (left.state === 'unknown') steps.unknown.add('elead-mail');
    throw error;
  }
}

async function cleanUpDmsProvider(steps: Steps): Promise<void> {
  const step = 'cdk-clean-up';
  const { account } = steps.of;
  for (;;) {
    await steps.gate();
    steps.progress.begin(step, 'CST');
    try {
      const { proof } = await act.removeDmsProvider.executeWithOptions(
        { summary: 'Remove the DMS provider and read it back' },
        [{ account }],
      );
      steps.progress.end(step, 'done', 'cst', proof);
      return;
    } catch (error) {
      const type = failureType(error);
      if (type === 'AccountActive') continue;
      if (type !== 'NoConnector' && type !== 'CstRefused') throw error;
    }
    const outcome = await steps.personBehindGate(step);
    if (!outcome) return;
    const { gone } = await ask.dmsProviderGone({ account });
    if (gone !== false) return;
  }
}

function failureType(error: unknown): string | undefined {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure
    ? (error.cause.type ?? undefined)
    : undefined;
}
