import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CancellationRequest,
  type IntegrationProgress,
  integrationWorkflowId,
  type WhenActive,
} from '../domain/cancellations.ts';
import type { Withdrawal } from '../domain/messages.ts';
import {
  dealerAttribute,
  processAttribute,
  stageAttribute,
  vendorAttribute,
  waitingOnAttribute,
} from '../domain/searchAttributes.ts';
import { type IntegrationName, vendorTitle } from '../domain/vendors.ts';
import { act, ask } from './steps/activities.ts';
import {
  carryOut,
  type IntegrationCancellation,
  type Steps,
  setUpAgain,
  together,
  withdrawSignal,
} from './steps/procedure.ts';
import { removal } from './vinEventStream.ts';

export { setUpAgain } from './steps/procedure.ts';

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

const procedures: Record<IntegrationName, (of: IntegrationCancellation) => Promise<IntegrationProgress>> = {
  'crm/dealersocket': cancelDealerSocket,
  'crm/vinsolutions': cancelVinSolutions,
  'crm/elead': cancelElead,
  'crm/reynolds': cancelReynoldsCrm,
  'dms/cdk': cancelCdk,
  'dms/dealervault': cancelDealerVault,
  'dms/reynolds': cancelReynoldsDirect,
};

export const requestSignal = defineSignal<[CancellationRequest]>('request');
export const withdrawAllSignal = defineSignal<[Withdrawal]>('withdraw');
export const dealerQuery = defineQuery<Record<string, string>>('integrations');

interface Ongoing {
  /** Absent until its workflow has started. */
  child?: ChildWorkflowHandle<typeof cancelDealerSocket>;
  /** Asked again after it was withdrawn: begins anew when the withdrawn one has ended. */
  again?: WhenActive;
  withdrawal?: { because: string; by: string };
  ended?: IntegrationProgress;
}

/**
 * One dealer's cancellation: starts one child workflow for each integration that is asked for, lets later requests join,
 * and passes a withdrawal on. Ends when all its integrations have. Its first run's ID is the cancellation's ID.
 */
export async function cancelDealer({ account }: { account: string }): Promise<Record<string, string>> {
  const cancellationId = workflowInfo().firstExecutionRunId;
  const integrations = new Map<IntegrationName, Ongoing>();
  const seen = new Set<string>();
  let underWay = 0;

  const states = () => {
    const entries = [...integrations].map(([name, one]) => [name, one.ended?.state ?? 'under way'] as const);
    return Object.fromEntries(entries) as Record<string, string>;
  };

  const show = () => {
    const open = [...integrations.values()].filter((one) => !one.ended).length;
    upsertSearchAttributes([
      { key: dealerAttribute, value: account },
      { key: processAttribute, value: 'cancellations' },
      { key: vendorAttribute, value: integrations.size === 1 ? vendorTitle([...integrations.keys()][0]!) : 'several' },
      { key: stageAttribute, value: open > 0 ? 'under way' : 'ended' },
      { key: waitingOnAttribute, value: open > 0 ? `${open} of ${integrations.size} integrations` : 'nobody' },
    ]);
    const lines = [...integrations].map(
      ([name, one]) =>
        `- ${one.ended ? '☑' : '◔'} **${vendorTitle(name)}** (\`${integrationWorkflowId(name, account)}\`): ${one.ended?.state ?? 'under way'}`,
    );
    setCurrentDetails(`**Cancellation of dealer ${account}**\n\n${lines.join('\n')}`);
  };

  const cancelIntegration = async (integration: IntegrationName, whenActive: WhenActive, one: Ongoing) => {
    underWay += 1;
    try {
      const workflowId = integrationWorkflowId(integration, account);
      const options = { workflowId, parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL };
      const of = { cancellationId, account, integration, whenActive };
      let end: IntegrationProgress;
      one.child = await startChild(procedures[integration], {
        ...options,
        args: [of],
        staticSummary: `End ${vendorTitle(integration)} for dealer ${account}`,
      });
      if (one.withdrawal) await tell(one.child, one.withdrawal);
      end = await one.child.result();
      if (one.withdrawal && end.state !== 'withdrawn' && !one.again) {
        end = await startAgainTask(integration, end, one.withdrawal);
      }
      one.ended = end;
      if (one.again) {
        const again = { child: undefined };
        integrations.set(integration, again);
        void cancelIntegration(integration, one.again, again);
      }
    } finally {
      underWay -= 1;
      show();
    }
  };

  const startAgainTask = async (
    integration: IntegrationName,
    ended: IntegrationProgress,
    withdrawal: { because: string; by: string },
  ) => {
    const of = { cancellationId, account, integration, whenActive: 'refuse' as const, ended, withdrawal };
    const child = await startChild(setUpAgain, {
      workflowId: integrationWorkflowId(integration, account),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      args: [of],
      staticSummary: `Set ${vendorTitle(integration)} up again for dealer ${account}`,
    });
    return child.result();
  };

  setHandler(dealerQuery, states);

  setHandler(requestSignal, async (request) => {
    if (seen.has(request.requestId)) return;
    seen.add(request.requestId);
    for (const integration of request.integrations) {
      const one = integrations.get(integration);
      if (one && !one.ended && !one.withdrawal) continue;
      if (one && !one.ended) one.again = request.whenActive;
      else if (one?.ended?.state !== 'ended') {
        const fresh: Ongoing = {};
        integrations.set(integration, fresh);
        void cancelIntegration(integration, request.whenActive, fresh);
      }
    }
    show();
    await ask.recordRequest({ cancellationId, account, request });
  });

  setHandler(withdrawAllSignal, async (message) => {
    if (seen.has(message.requestId)) return;
    seen.add(message.requestId);
    const withdrawal = { because: message.because, by: message.by };
    await ask.recordWithdrawal({ cancellationId: message.of ?? cancellationId, withdrawal });
    if (message.of && message.of !== cancellationId) {
      await setUpEndedAgain(message.of, message.integrations, withdrawal);
      return;
    }
    for (const [integration, one] of integrations) {
      if (message.integrations && !message.integrations.includes(integration)) continue;
      if (one.withdrawal && !one.again) continue;
      one.again = undefined;
      const hadEnded = one.ended;
      one.withdrawal = withdrawal;
      if (!hadEnded) {
        if (one.child) await tell(one.child, withdrawal);
      } else if (hadEnded.state === 'ended' || hadEnded.state === 'not_done') {
        one.ended = undefined;
        underWay += 1;
        one.ended = await startAgainTask(integration, hadEnded, withdrawal);
        underWay -= 1;
      }
    }
    show();
  });

  /** A withdrawal of an earlier cancellation of this dealer, which has ended. */
  const setUpEndedAgain = async (
    of: string,
    only: string[] | undefined,
    withdrawal: { because: string; by: string },
  ) => {
    const earlier = await ask.endedIntegrations({ cancellationId: of });
    const wanted = earlier.filter((one) => !only || only.includes(one.integration));
    await Promise.all(
      wanted.map(async (ended) => {
        const child = await startChild(setUpAgain, {
          workflowId: `${integrationWorkflowId(ended.integration, account)}/set-up-again`,
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          args: [
            { cancellationId: of, account, integration: ended.integration, whenActive: 'refuse', ended, withdrawal },
          ],
          staticSummary: `Set ${vendorTitle(ended.integration)} up again for dealer ${account}`,
        });
        await child.result();
      }),
    );
    await ask.closeCancellation({ cancellationId: of });
  };

  await condition(() => seen.size > 0);
  await condition(() => underWay === 0 && allHandlersFinished());
  await CancellationScope.nonCancellable(() => ask.closeCancellation({ cancellationId }));
  return states();
}

/** A child that has just ended cannot be told any more; its result says so. */
async function tell(
  child: ChildWorkflowHandle<typeof cancelDealerSocket>,
  withdrawal: { because: string; by: string },
): Promise<void> {
  try {
    await child.signal(withdrawSignal, withdrawal);
  } catch (error) {
    log.info('The integration had ended before the withdrawal reached it', { error: String(error) });
  }
}
