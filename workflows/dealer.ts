import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type CancellationRequest,
  type IntegrationProgress,
  integrationWorkflowId,
  type WhenActive,
} from '../domain/cancellations.ts';
import type { DealerStart, Withdrawal } from '../domain/messages.ts';
import { dealerSearchAttributes } from '../domain/searchAttributes.ts';
import { type IntegrationName, vendorTitle } from '../domain/vendors.ts';
import {
  cancelCdk,
  cancelDealerSocket,
  cancelDealerVault,
  cancelElead,
  cancelReynoldsCrm,
  cancelReynoldsDirect,
  cancelVinSolutions,
} from './cancellations.ts';
import { record } from './steps/activities.ts';
import { inBackground, noticesSent } from './steps/notice.ts';
import { type IntegrationCancellation, setUpAgain, withdrawSignal } from './steps/procedure.ts';
import { stepsAhead } from './steps/progress.ts';
import { searchable } from './steps/searchable.ts';

type Procedure = (of: IntegrationCancellation) => Promise<IntegrationProgress>;

const procedures: Record<IntegrationName, Procedure> = {
  'crm/dealersocket': cancelDealerSocket,
  'crm/vinsolutions': cancelVinSolutions,
  'crm/elead': cancelElead,
  'crm/reynolds': cancelReynoldsCrm,
  'dms/cdk': cancelCdk,
  'dms/dealervault': cancelDealerVault,
  'dms/reynolds': cancelReynoldsDirect,
};

const requestSignal = defineSignal<[CancellationRequest]>('request');
const withdrawAllSignal = defineSignal<[Withdrawal]>('withdraw');
const integrationsQuery = defineQuery<Record<string, string>>('integrations');

/**
 * One dealer's cancellation: starts one child workflow for each integration that is asked for, lets later requests join,
 * and passes a withdrawal on. Ends when all its integrations have. Its first run's ID is the cancellation's ID.
 * @returns how each integration ended
 */
export async function cancelDealer({ account, request }: DealerStart): Promise<Record<string, string>> {
  const dealer = new DealerCancellation(account);
  // Whoever cancels this workflow in Temporal withdraws the cancellation: what it has begun still comes to its end.
  setHandler(integrationsQuery, () => dealer.states());
  setHandler(requestSignal, (request) => toTheEnd(() => dealer.request(request)));
  setHandler(withdrawAllSignal, (withdrawal) => toTheEnd(() => dealer.withdraw(withdrawal)));

  if (request) await toTheEnd(() => dealer.request(request));
  const over = () => dealer.told && dealer.underWay === 0 && allHandlersFinished();
  try {
    await condition(over);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const because = 'the workflow was cancelled in Temporal';
    await toTheEnd(() => dealer.withdraw({ requestId: uuid4(), because, by: 'Temporal' }));
  }
  await toTheEnd(async () => {
    // What arrives while the end is being written is still carried out.
    do {
      await condition(over);
      await noticesSent();
      await close(dealer.cancellationId);
    } while (!over());
  });
  return dealer.states();
}

function toTheEnd<T>(work: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(work);
}

interface Ongoing {
  /** Absent until its workflow has started. */
  child?: ChildWorkflowHandle<Procedure>;
  /** Asked again after it was withdrawn: begins anew when the withdrawn one has ended. */
  again?: WhenActive;
  withdrawal?: Withdrawal;
  ended?: IntegrationProgress;
}

class DealerCancellation {
  readonly cancellationId = workflowInfo().firstExecutionRunId;
  /** Whether a first message has come. */
  told = false;
  /** Integrations whose workflows have not ended. */
  underWay = 0;
  private readonly account: string;
  private readonly integrations = new Map<IntegrationName, Ongoing>();
  private readonly requests = new Set<string>();
  private readonly dealerIds: Partial<Record<IntegrationName, string>> = {};
  /** How many earlier cancellations of this dealer are being looked up, and what of them is being set up again. */
  private beingLookedUp = 0;
  private readonly beingSetUpAgain: { cancellationId: string; integration: IntegrationName }[] = [];
  /** Counts what is written of integrations that wait for that. */
  private writes = 0;

  constructor(account: string) {
    this.account = account;
  }

  states(): Record<string, string> {
    return Object.fromEntries([...this.integrations].map(([name, one]) => [name, one.ended?.state ?? 'under way']));
  }

  /** Begins what is not under way; the same request twice is one. */
  async request(request: CancellationRequest): Promise<void> {
    this.told = true;
    if (this.requests.has(request.requestId)) return;
    this.requests.add(request.requestId);
    Object.assign(this.dealerIds, request.dealerIds);
    for (const integration of request.integrations) {
      const one = this.integrations.get(integration);
      if (one && !one.ended) {
        if (one.withdrawal) one.again = request.whenActive;
      } else if (one?.ended?.state !== 'ended') {
        this.begin(integration, request.whenActive);
      }
    }
    this.show();
    await record.recordRequest.executeWithOptions({ summary: 'Record the request' }, [
      { cancellationId: this.cancellationId, account: this.account, request, at: new Date().toISOString() },
    ]);
  }

  /** The customer stays. Said twice, such as by two clicks, there is nothing more to withdraw. */
  async withdraw(withdrawal: Withdrawal): Promise<void> {
    this.told = true;
    if (withdrawal.of && withdrawal.of !== this.cancellationId) return this.withdrawEarlier(withdrawal.of, withdrawal);
    const withdrawn = [...this.integrations].filter(
      ([name, one]) => concerns(withdrawal, name) && (!one.withdrawal || one.again) && one.ended?.state !== 'refused',
    );
    if (withdrawn.length === 0) return;
    for (const [integration, one] of withdrawn) {
      one.again = undefined;
      one.withdrawal = withdrawal;
      if (one.ended) void this.setUpEndedAgain(integration, one, one.ended);
    }
    this.show();
    await Promise.all([
      recordWithdrawal(this.cancellationId, withdrawal),
      ...withdrawn.map(([, { child }]) => child && passOn(child, withdrawal)),
    ]);
  }

  private begin(integration: IntegrationName, whenActive: WhenActive): void {
    const one: Ongoing = {};
    this.integrations.set(integration, one);
    void this.cancel(integration, whenActive, one);
  }

  private async cancel(integration: IntegrationName, whenActive: WhenActive, one: Ongoing): Promise<void> {
    this.underWay += 1;
    const end = (await this.waitForSetUp(integration, one)) ?? (await this.carryOut(integration, whenActive, one));
    if (one.withdrawal && end.state !== 'withdrawn' && !one.again) await this.setUpEndedAgain(integration, one, end);
    else this.end(integration, one, end);
    this.underWay -= 1;
    this.show();
  }

  /**
   * Nothing is ended while a person sets it up again for an earlier cancellation.
   * @returns how it has ended when it is withdrawn meanwhile
   */
  private async waitForSetUp(integration: IntegrationName, one: Ongoing): Promise<IntegrationProgress | undefined> {
    const { cancellationId, account, beingSetUpAgain } = this;
    const isSetUpAgain = () => beingSetUpAgain.some((other) => other.integration === integration);
    await condition(() => this.beingLookedUp === 0);
    if (!isSetUpAgain()) return undefined;
    const steps = stepsAhead(integration);
    const save = (progress: IntegrationProgress) => {
      this.writes += 1;
      return record.saveProgress.executeWithOptions(
        { summary: `Record: ${vendorTitle(integration)} ${progress.state}` },
        [{ cancellationId, account, version: this.writes, progress, events: [] }],
      );
    };
    const because = 'begins when what an earlier cancellation has ended is set up again';
    await save({ integration, state: 'waiting', because, steps });
    await condition(() => !isSetUpAgain() || one.withdrawal !== undefined);
    if (!one.withdrawal) return undefined;
    const { because: reason, by } = one.withdrawal;
    const endedAt = new Date().toISOString();
    const withdrawn = steps.map((step) => ({ ...step, state: 'withdrawn' as const, by, endedAt }));
    const end = { integration, state: 'withdrawn' as const, because: reason, steps: withdrawn };
    await save(end);
    return end;
  }

  private async carryOut(
    integration: IntegrationName,
    whenActive: WhenActive,
    one: Ongoing,
  ): Promise<IntegrationProgress> {
    const { cancellationId, account } = this;
    const dealerId = this.dealerIds[integration];
    one.child = await start(procedures[integration], {
      workflowId: integrationWorkflowId(integration, account),
      args: [{ cancellationId, account, integration, dealerId, whenActive }],
      staticSummary: `End ${vendorTitle(integration)} for dealer ${account}`,
    });
    if (one.withdrawal) await passOn(one.child, one.withdrawal);
    return this.endOf(integration, one.child);
  }

  private end(integration: IntegrationName, one: Ongoing, ended: IntegrationProgress): void {
    one.ended = ended;
    if (!one.again) return;
    // Withdrawn too late and then asked for again: it has ended, as is wanted now.
    if (ended.state === 'ended') one.withdrawal = one.again = undefined;
    else this.begin(integration, one.again);
  }

  /** For a withdrawal that comes when the integration has ended already. */
  private async setUpEndedAgain(integration: IntegrationName, one: Ongoing, ended: IntegrationProgress): Promise<void> {
    this.underWay += 1;
    one.ended = undefined;
    one.child = undefined;
    const workflowId = integrationWorkflowId(integration, this.account);
    const of = { cancellationId: this.cancellationId, ended, dealerId: this.dealerIds[integration] };
    this.end(integration, one, await this.setUpAgain(workflowId, of, one.withdrawal!));
    this.underWay -= 1;
    this.show();
  }

  /** A withdrawal of an earlier cancellation of this dealer, which has ended. */
  private async withdrawEarlier(cancellationId: string, withdrawal: Withdrawal): Promise<void> {
    this.beingLookedUp += 1;
    const all = await record.endedIntegrations.executeWithOptions(
      { summary: 'What the earlier cancellation has ended' },
      [{ cancellationId }],
    );
    this.beingLookedUp -= 1;
    const { beingSetUpAgain } = this;
    const isUnderWay = (integration: IntegrationName) =>
      beingSetUpAgain.some((other) => other.cancellationId === cancellationId && other.integration === integration);
    const some = all.filter(
      ({ ended: { integration } }) => concerns(withdrawal, integration) && !isUnderWay(integration),
    );
    if (some.length === 0) return;
    const begun = some.map(({ ended: { integration } }) => ({ cancellationId, integration }));
    beingSetUpAgain.push(...begun);
    await recordWithdrawal(cancellationId, withdrawal);
    await Promise.all(
      some.map(async (one, index) => {
        const workflowId = `${integrationWorkflowId(one.ended.integration, this.account)}/set-up-again`;
        await this.setUpAgain(workflowId, { cancellationId, ...one }, withdrawal);
        beingSetUpAgain.splice(beingSetUpAgain.indexOf(begun[index]!), 1);
      }),
    );
    await close(cancellationId);
  }

  private async setUpAgain(
    workflowId: string,
    { cancellationId, ended, dealerId }: { cancellationId: string; ended: IntegrationProgress; dealerId?: string },
    withdrawal: Withdrawal,
  ): Promise<IntegrationProgress> {
    const { integration } = ended;
    const { account } = this;
    const child = await start(setUpAgain, {
      workflowId,
      args: [{ cancellationId, account, integration, dealerId, whenActive: 'refuse', ended, withdrawal }],
      staticSummary: `Set ${vendorTitle(integration)} up again for dealer ${this.account}`,
    });
    return this.endOf(integration, child, cancellationId);
  }

  /** An integration whose workflow somebody has terminated has ended as not done, and the leads hear of it. */
  private async endOf(
    integration: IntegrationName,
    child: ChildWorkflowHandle<Procedure>,
    cancellationId = this.cancellationId,
  ): Promise<IntegrationProgress> {
    try {
      return await child.result();
    } catch (error) {
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      const because = `its workflow was stopped: ${error.cause?.message ?? error.message}`;
      const at = new Date().toISOString();
      const key = `stopped/${cancellationId}/${integration}/${at}`;
      inBackground(() =>
        record.tellOfStop.executeWithOptions({ summary: 'Mail to the leads: stopped' }, [
          { account: this.account, integration, because, key },
        ]),
      );
      return record.recordStopped.executeWithOptions({ summary: 'Record that its workflow was stopped' }, [
        { cancellationId, integration, because, at },
      ]);
    }
  }

  private show(): void {
    const all = [...this.integrations];
    const open = all.filter(([, one]) => !one.ended).length;
    const names = all.map(([name]) => name);
    searchable(dealerSearchAttributes(this.account, names, open));
    const lines = all.map(
      ([name, one]) =>
        `- ${one.ended ? '☑' : '◔'} **${vendorTitle(name)}** (\`${integrationWorkflowId(name, this.account)}\`): ${one.ended?.state.replace('_', ' ') ?? 'under way'}`,
    );
    setCurrentDetails(`**Cancellation of dealer ${this.account}**\n\n${lines.join('\n')}`);
  }
}

function concerns({ integrations }: Withdrawal, name: IntegrationName): boolean {
  return integrations?.includes(name) ?? true;
}

function recordWithdrawal(cancellationId: string, withdrawal: Withdrawal): Promise<void> {
  return record.recordWithdrawal.executeWithOptions({ summary: 'Record the withdrawal' }, [
    { cancellationId, withdrawal, at: new Date().toISOString() },
  ]);
}

function close(cancellationId: string): Promise<void> {
  return record.closeCancellation.executeWithOptions({ summary: 'Record that all has ended' }, [
    { cancellationId, at: new Date().toISOString() },
  ]);
}

/** An earlier workflow with this ID, whose parent somebody has terminated, may still run: it is waited for. */
async function start<Of>(
  procedure: (of: Of) => Promise<IntegrationProgress>,
  options: { workflowId: string; args: [Of]; staticSummary: string },
): Promise<ChildWorkflowHandle<typeof procedure>> {
  for (let pause = 1_000; ; pause = Math.min(2 * pause, 300_000)) {
    try {
      return await startChild(procedure, { ...options, parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep(pause, { summary: `Wait for the earlier workflow ${options.workflowId} to end` });
    }
  }
}

/** A child that has just ended cannot be told any more; its result says so. */
async function passOn(child: ChildWorkflowHandle<Procedure>, { because, by }: Withdrawal): Promise<void> {
  try {
    await child.signal(withdrawSignal, { because, by });
  } catch (error) {
    log.info('The integration had ended before the withdrawal reached it', { error: String(error) });
  }
}
