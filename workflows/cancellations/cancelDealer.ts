import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CancellationRequest,
  type IntegrationProgress,
  integrationWorkflowId,
  stepsAhead,
  type WhenActive,
} from '../../domain/cancellations/cancellations.ts';
import type { DealerStart, Withdrawal } from '../../domain/shared/messages.ts';
import { dealerSearchAttributes } from '../../domain/shared/searchAttributes.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords } from '../../domain/shared/words.ts';
import { searchable } from '../shared/searchable.ts';
import { noticesSent } from '../shared/untilAvailable.ts';
import { records } from './activities.ts';
import { Adoptions } from './adoption.ts';
import { EarlierCancellations } from './earlierCancellations.ts';
import {
  close,
  concerns,
  follow,
  passOn,
  recordWithdrawal,
  reinstateIntegration,
  startIntegration,
  type Withdrawable,
} from './integrations.ts';

const requestSignal = defineSignal<[CancellationRequest]>('request');
const withdrawAllSignal = defineSignal<[Withdrawal]>('withdraw');
const takeOverSignal = defineSignal('takeOver');
const integrationsQuery = defineQuery<Record<string, string>>('integrations');
const cancellationsQuery = defineQuery<string[]>('cancellations');

/**
 * One dealer's cancellation: starts one child workflow for each integration that is asked for, lets later requests join,
 * and passes a withdrawal on. Ends when all its integrations have. Its first run's ID is the cancellation's ID. What an
 * earlier run left, which somebody has stopped in Temporal, it brings to its end too.
 * @returns how each integration ended
 */
export async function cancelDealer({ account, request }: DealerStart): Promise<Record<string, string>> {
  const dealer = new DealerCancellation(account);
  // Before the messages that have come since: a withdrawal concerns this request.
  const begun = request && nonCancellable(() => dealer.request(request));
  // Whoever cancels this workflow in Temporal withdraws the cancellation: what it has begun still comes to its end.
  setHandler(integrationsQuery, () => dealer.states());
  setHandler(cancellationsQuery, () => dealer.cancellations());
  setHandler(requestSignal, (request) => nonCancellable(() => dealer.request(request)));
  setHandler(withdrawAllSignal, (withdrawal) => nonCancellable(() => dealer.withdraw(withdrawal)));
  setHandler(takeOverSignal, () => nonCancellable(() => dealer.takeOver()));

  await begun;
  const over = () => dealer.isOver() && allHandlersFinished();
  try {
    await condition(over);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const reason = 'the workflow was canceled in Temporal';
    await nonCancellable(() => dealer.withdraw({ requestId: uuid4(), reason, by: 'Temporal' }));
  }
  await nonCancellable(async () => {
    // What arrives while the end is being written is still carried out.
    do {
      await condition(over);
      await noticesSent();
      await close(dealer.cancellationId);
    } while (!over());
  });
  return dealer.states();
}

function nonCancellable<T>(work: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(work);
}

interface Ongoing {
  /** Absent until its workflow has started. */
  workflow?: Withdrawable;
  /** Asked again after it was withdrawn: begins anew when the withdrawn one has ended. */
  again?: WhenActive;
  withdrawal?: Withdrawal;
  ended?: IntegrationProgress;
}

class DealerCancellation {
  readonly cancellationId = workflowInfo().firstExecutionRunId;
  private readonly account: string;
  /** Whether a first message has come. */
  private told = false;
  /** Integrations whose workflows have not ended. */
  private inProgress = 0;
  private readonly integrations = new Map<IntegrationName, Ongoing>();
  private readonly requests = new Set<string>();
  private readonly dealerIds: Partial<Record<IntegrationName, string>> = {};
  private readonly adoptions = new Adoptions();
  private readonly earlier: EarlierCancellations;

  constructor(account: string) {
    this.account = account;
    this.earlier = new EarlierCancellations({ account, ownId: this.cancellationId, adoptions: this.adoptions });
  }

  isOver(): boolean {
    return this.told && this.inProgress === 0 && !this.earlier.isInProgress();
  }

  states(): Record<string, string> {
    return Object.fromEntries([...this.integrations].map(([name, one]) => [name, one.ended?.state ?? 'in_progress']));
  }

  /** Those that this workflow brings to their end. */
  cancellations(): string[] {
    return [this.cancellationId, ...this.earlier.ids()];
  }

  async takeOver(): Promise<void> {
    await this.earlier.takeOver();
    this.told = true;
    this.show();
  }

  /** Begins what is not in progress; the same request twice is one. */
  async request(request: CancellationRequest): Promise<void> {
    this.told = true;
    if (this.requests.has(request.requestId)) return;
    this.requests.add(request.requestId);
    Object.assign(this.dealerIds, request.dealerIds);
    const recorded = this.recordRequest(request);
    for (const integration of request.integrations) {
      const one = this.integrations.get(integration);
      if (one && !one.ended) {
        if (one.withdrawal) one.again = request.whenActive;
      } else if (one?.ended?.state !== 'ended') {
        this.begin(integration, request.whenActive, recorded);
      }
    }
    this.show();
    await recorded;
  }

  /**
   * Nothing begins before it is known whether an earlier cancellation has lost its workflow.
   * @returns what this cancellation has already ended, such as in a run before a reset
   */
  private async recordRequest(request: CancellationRequest): Promise<IntegrationProgress[]> {
    const { cancellationId, account } = this;
    const { otherOpen, ended } = await records.recordRequest.executeWithOptions({ summary: 'Record the request' }, [
      { cancellationId, account, request, at: new Date().toISOString() },
    ]);
    const known = this.cancellations();
    if (otherOpen.some((id) => !known.includes(id))) await this.earlier.takeOver();
    return ended;
  }

  /** The customer stays. Said twice, such as by two clicks, there is nothing more to withdraw. */
  async withdraw(withdrawal: Withdrawal): Promise<void> {
    if (withdrawal.of && withdrawal.of !== this.cancellationId) {
      await this.earlier.withdraw(withdrawal.of, withdrawal);
      this.told = true;
      return;
    }
    this.told = true;
    const withdrawn = [...this.integrations].filter(
      ([name, one]) => concerns(withdrawal, name) && (!one.withdrawal || one.again) && one.ended?.state !== 'blocked',
    );
    if (withdrawn.length === 0) return;
    for (const [integration, one] of withdrawn) {
      one.again = undefined;
      one.withdrawal = withdrawal;
      if (one.ended) void this.reinstateEnded(integration, one, one.ended);
    }
    this.show();
    await Promise.all([
      recordWithdrawal(this.cancellationId, withdrawal),
      ...withdrawn.map(([, { workflow }]) => workflow && passOn(workflow, withdrawal)),
    ]);
  }

  private begin(integration: IntegrationName, whenActive: WhenActive, recorded?: Promise<IntegrationProgress[]>): void {
    const one: Ongoing = {};
    this.integrations.set(integration, one);
    void this.cancel(integration, whenActive, one, recorded);
  }

  private async cancel(
    integration: IntegrationName,
    whenActive: WhenActive,
    one: Ongoing,
    recorded?: Promise<IntegrationProgress[]>,
  ): Promise<void> {
    this.inProgress += 1;
    let end = (await recorded)?.find((ended) => ended.integration === integration);
    while (!end)
      end = (await this.waitForEarlier(integration, one)) ?? (await this.carryOut(integration, whenActive, one));
    if (one.withdrawal && end.state !== 'withdrawn' && !one.again) await this.reinstateEnded(integration, one, end);
    else this.end(integration, one, end);
    this.inProgress -= 1;
    this.show();
  }

  /**
   * Nothing is ended while an earlier cancellation of the dealer ends it, or a person sets it up again for one.
   * @returns how it has ended when it is withdrawn meanwhile, or when the earlier cancellation has ended it
   */
  private async waitForEarlier(integration: IntegrationName, one: Ongoing): Promise<IntegrationProgress | undefined> {
    const { earlier } = this;
    const steps = stepsAhead(integration);
    if (!earlier.allows(integration)) {
      const reason = 'begins when an earlier cancellation has ended it, or it is reinstated';
      await this.save({ integration, state: 'waiting', reason, steps });
      await condition(() => earlier.allows(integration) || one.withdrawal !== undefined);
    }
    if (one.withdrawal) {
      const { reason, by } = one.withdrawal;
      const endedAt = new Date().toISOString();
      const withdrawn = steps.map((step) => ({ ...step, state: 'withdrawn' as const, by, endedAt }));
      return this.save({ integration, state: 'withdrawn', reason, steps: withdrawn });
    }
    const end = earlier.endOf(integration);
    return end && this.save({ ...end.progress, reason: `ended in the cancellation ${end.cancellationId}` });
  }

  private async save(progress: IntegrationProgress): Promise<IntegrationProgress> {
    const { cancellationId, account } = this;
    await records.saveProgress.executeWithOptions(
      { summary: `Record: ${vendorTitle(progress.integration)} ${progress.state}` },
      [{ cancellationId, account, version: Date.now(), progress, events: [] }],
    );
    return progress;
  }

  /** @returns undefined when an earlier cancellation's workflow was still at it: to be tried again */
  private async carryOut(
    integration: IntegrationName,
    whenActive: WhenActive,
    one: Ongoing,
  ): Promise<IntegrationProgress | undefined> {
    const { cancellationId, account } = this;
    const of = { cancellationId, account, integration, dealerId: this.dealerIds[integration], whenActive };
    const child = await startIntegration(of);
    if (!child) {
      await this.earlier.takeOver();
      if (!this.earlier.allows(integration)) return undefined;
    }
    return follow(child, one, of, this.adoptions);
  }

  private end(integration: IntegrationName, one: Ongoing, ended: IntegrationProgress): void {
    one.ended = ended;
    if (!one.again) return;
    // Withdrawn too late and then asked for again: it has ended, as is wanted now.
    if (ended.state === 'ended') one.withdrawal = one.again = undefined;
    else this.begin(integration, one.again);
  }

  /** For a withdrawal that comes when the integration has ended already. */
  private async reinstateEnded(integration: IntegrationName, one: Ongoing, ended: IntegrationProgress): Promise<void> {
    const { cancellationId, account, adoptions } = this;
    this.inProgress += 1;
    one.ended = undefined;
    one.workflow = undefined;
    const withdrawal = one.withdrawal!;
    const dealerId = this.dealerIds[integration];
    const of = { cancellationId, account, integration, dealerId, whenActive: 'block' as const, ended, withdrawal };
    const workflowId = integrationWorkflowId(integration, account);
    this.end(integration, one, await reinstateIntegration(adoptions, workflowId, of));
    this.inProgress -= 1;
    this.show();
  }

  private show(): void {
    const all = [...this.integrations];
    const open = all.filter(([, one]) => !one.ended).length;
    const names = all.map(([name]) => name);
    searchable(dealerSearchAttributes(this.account, names, open));
    const lines = all.map(
      ([name, one]) =>
        `- ${one.ended ? '☑' : '◔'} **${vendorTitle(name)}** (\`${integrationWorkflowId(name, this.account)}\`): ${inWords(one.ended?.state ?? 'in_progress')}`,
    );
    const earlier = this.earlier.ids().map((id) => `- ◔ an earlier cancellation, ${id}`);
    setCurrentDetails(`**Cancellation of dealer ${this.account}**\n\n${[...lines, ...earlier].join('\n')}`);
  }
}
