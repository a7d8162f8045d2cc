import { condition } from '@temporalio/workflow';
import {
  type IntegrationProgress,
  integrationWorkflowId,
  type RequestedIntegration,
  reinstateWorkflowId,
  stepsAhead,
} from '../../domain/cancellations/cancellations.ts';
import type { IntegrationEnd, TakenWithdrawal } from '../../domain/cancellations/messages.ts';
import type { RecordedEvent } from '../../domain/shared/checklist.ts';
import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords } from '../../domain/shared/words.ts';
import { records } from './activities.ts';
import { type Followed, IntegrationEnds, runOf } from './integrationEnds.ts';
import { passOn, recordStopped, startIntegration, startReinstating } from './integrations.ts';

/** One integration of a cancellation. Plain data: the next run of the dealer's workflow continues from it. */
export interface Ongoing extends RequestedIntegration {
  integration: IntegrationName;
  /** The workflow whose end is awaited, and its first run's ID, where that is known. */
  workflowId?: string;
  firstRunId?: string;
  /** The tables did not show whether an earlier workflow of the dealer had begun it: it may run, or have just ended. */
  mayHaveBegun?: boolean;
  /** That workflow ran already, so it may be another cancellation's. */
  mayBeAnothers?: boolean;
  /** How it had ended when the withdrawal came: a person reinstates it. */
  toReinstate?: IntegrationProgress;
  withdrawal?: TakenWithdrawal;
  /** Requested again after it was withdrawn: starts again when the withdrawn one has ended. */
  again?: RequestedIntegration;
  /** Another cancellation, which was already ending this integration when it was requested: it is ended once. */
  endsWith?: string;
  ended?: IntegrationProgress;
  /** When that was known, ISO 8601. */
  endedAt?: string;
}

/** One cancellation of the dealer. Plain data, like `Ongoing`. */
export interface DealerCancellation {
  id: string;
  /** IDs of its latest requests, which are ignored when they are sent again. */
  requests: string[];
  integrations: Ongoing[];
}

/** Carries out the integrations of a dealer's cancellations, each in a workflow of its own. */
export class DealerIntegrations {
  readonly ends: IntegrationEnds;
  private readonly account: string;
  private readonly cancellations: ReadonlyMap<string, DealerCancellation>;
  private readonly onEnd: (cancellation: DealerCancellation) => void;
  /** Work that a new run of this workflow must not cut off. */
  private inProgress = 0;
  private version = 0;

  constructor(of: {
    account: string;
    cancellations: ReadonlyMap<string, DealerCancellation>;
    ends?: IntegrationEnd[];
    onEnd: (cancellation: DealerCancellation) => void;
  }) {
    this.account = of.account;
    this.cancellations = of.cancellations;
    this.onEnd = of.onEnd;
    this.ends = new IntegrationEnds(of.ends);
  }

  /** Whether all of them wait, so that a new run of this workflow can continue from their data. */
  allWait(): boolean {
    return this.inProgress === 0;
  }

  private readonly during = async <T>(work: () => Promise<T>): Promise<T> => {
    this.inProgress += 1;
    try {
      return await work();
    } finally {
      this.inProgress -= 1;
    }
  };

  /** Carries one out until it has ended, from wherever it is. */
  async finish(cancellation: DealerCancellation, one: Ongoing): Promise<void> {
    while (!one.ended) {
      const reinstating = one.toReinstate !== undefined;
      const end = reinstating ? await this.reinstate(cancellation, one) : await this.carryOut(cancellation, one);
      if (!end) continue;
      one.workflowId = one.firstRunId = undefined;
      one.toReinstate = undefined;
      const { again } = one;
      if (again && end.state !== 'ended')
        Object.assign(one, again, {
          again: undefined,
          withdrawal: undefined,
          mayHaveBegun: undefined,
        } satisfies Partial<Ongoing>);
      else if (one.withdrawal && !again && !reinstating && end.state !== 'withdrawn') one.toReinstate = end;
      else {
        // Withdrawn too late and then requested again: it has ended, as is wanted now.
        if (again) one.withdrawal = one.again = undefined;
        Object.assign(one, { ended: end, endedAt: new Date().toISOString() } satisfies Partial<Ongoing>);
      }
    }
    this.onEnd(cancellation);
  }

  /** The customer stays. @returns what is left to do for it: nothing where it is withdrawn already, or was not ended */
  withdraw(
    cancellation: DealerCancellation,
    one: Ongoing,
    withdrawal: TakenWithdrawal,
  ): (() => Promise<void>) | undefined {
    const { ended } = one;
    if (ended ? ended.state === 'withdrawn' || ended.state === 'blocked' : one.withdrawal && !one.again)
      return undefined;
    one.again = undefined;
    one.withdrawal = withdrawal;
    if (!ended) return () => this.tellOfWithdrawal(one);
    one.ended = one.endedAt = undefined;
    one.toReinstate = ended;
    return () => this.finish(cancellation, one);
  }

  /** One that has not started gets it with its start. */
  async tellOfWithdrawal({ workflowId, toReinstate, withdrawal }: Ongoing): Promise<void> {
    if (workflowId && !toReinstate && withdrawal) await this.during(() => passOn(workflowId, withdrawal));
  }

  /** @returns undefined when another cancellation's workflow was still running: to be tried again */
  private async carryOut(cancellation: DealerCancellation, one: Ongoing): Promise<IntegrationProgress | undefined> {
    const { integration, whenActive, requestId, dealerId } = one;
    if (!one.workflowId) {
      const reported = one.mayHaveBegun && this.ends.reported(cancellation.id, integration);
      if (reported) return reported.progress;
      const end = await this.waitForTurn(cancellation, one);
      if (end) return end;
      const of = { ...this.placeOf(cancellation, one), whenActive, requestId, dealerId };
      const started = await this.start(one, integrationWorkflowId(integration, this.account), () =>
        startIntegration(of),
      );
      if (!started) return undefined;
      if (one.withdrawal) await this.tellOfWithdrawal(one);
    }
    return this.endOf(cancellation, one);
  }

  /** The task to reinstate what was ended; waits for another one of this integration. */
  private async reinstate(cancellation: DealerCancellation, one: Ongoing): Promise<IntegrationProgress | undefined> {
    const { integration, requestId, dealerId, withdrawal, toReinstate } = one;
    if (!one.workflowId) {
      const of = { ...this.placeOf(cancellation, one), whenActive: 'block' as const, requestId, dealerId };
      const started = await this.start(one, reinstateWorkflowId(integration, this.account), () =>
        startReinstating({ ...of, ended: toReinstate!, withdrawal: withdrawal! }),
      );
      if (!started) return undefined;
    }
    return this.endOf(cancellation, one);
  }

  /** @returns whether a workflow with this ID runs now whose end is to be awaited */
  private async start(
    one: Ongoing,
    workflowId: string,
    start: () => ReturnType<typeof startIntegration>,
  ): Promise<boolean> {
    const child = await this.during(start);
    const firstRunId = child ? child.firstExecutionRunId : await this.during(() => runOf(workflowId));
    if (firstRunId === undefined) return false;
    if (!child && this.ends.hasReceived(firstRunId)) {
      await this.during(() =>
        records.untilClosed.executeWithOptions({ summary: 'Until the one before has ended' }, [
          { workflowId, firstRunId },
        ]),
      );
      return false;
    }
    Object.assign(one, { workflowId, firstRunId, mayBeAnothers: !child || undefined } satisfies Partial<Ongoing>);
    // It reports its end before it returns; one that was terminated or has failed has reported nothing.
    const doubt = () => this.ends.doubt(workflowId);
    child?.result().then(doubt, doubt);
    return true;
  }

  /** @returns undefined when it was another cancellation's: this one's is still to be started */
  private async endOf(cancellation: DealerCancellation, one: Ongoing): Promise<IntegrationProgress | undefined> {
    const { workflowId } = one;
    const end = await this.ends.of(one as Followed, this.during);
    if (end?.cancellationId === cancellation.id) return end.progress;
    // One that was withdrawn meanwhile has begun nothing.
    if (end?.progress.state === 'ended' && !one.toReinstate && !one.withdrawal)
      return this.endAs(cancellation, end.progress);
    return this.during(async () => {
      const { integration } = one;
      const isOwn =
        !end &&
        (!one.mayBeAnothers ||
          (await records.hasBegun.executeWithOptions({ summary: 'Whether it was this cancellation’s own' }, [
            { cancellationId: cancellation.id, integration, workflowId: workflowId! },
          ])));
      if (isOwn) return recordStopped(this.placeOf(cancellation, one), 'its workflow was stopped in Temporal');
      one.workflowId = one.firstRunId = undefined;
      return undefined;
    });
  }

  /**
   * Nothing is ended while another cancellation of the dealer ends it, or a person reinstates it for one.
   * @returns how it has ended when it is withdrawn meanwhile, or another one has ended it
   */
  private async waitForTurn(cancellation: DealerCancellation, one: Ongoing): Promise<IntegrationProgress | undefined> {
    const { integration } = one;
    const isNext = () => this.aheadOf(cancellation, integration).length === 0;
    const steps = stepsAhead(integration);
    const other = this.endsWith(cancellation, one);
    if (!isNext()) {
      const reason = other
        ? 'another cancellation of the dealer is already ending it: it is ended once'
        : 'begins when an earlier cancellation has ended it, or it is reinstated';
      await this.save(cancellation, { integration, state: 'waiting', reason, steps });
      await condition(() => isNext() || one.withdrawal !== undefined);
    }
    if (one.withdrawal) {
      const { reason, by } = one.withdrawal;
      const endedAt = new Date().toISOString();
      const withdrawn = steps.map((step) => ({ ...step, state: 'withdrawn' as const, by, endedAt }));
      return this.save(cancellation, { integration, state: 'withdrawn', reason, steps: withdrawn });
    }
    one.endsWith = undefined;
    const end = other?.ended;
    if (end?.state === 'ended') return this.endAs(cancellation, end);
    // Who withdrew that one did not know of this request.
    if (end?.state === 'withdrawn')
      return this.during(() =>
        recordStopped(
          this.placeOf(cancellation, one),
          `another cancellation of the dealer, which was already ending it, was withdrawn: ${end.reason}`,
        ),
      );
    return undefined;
  }

  /**
   * A request joins the cancellation that is already ending the integration. It has one of its own only where the tables had
   * lost that, such as after a database was restored: the vendor must not be told twice, nor be told after a withdrawal.
   */
  private endsWith(cancellation: DealerCancellation, one: Ongoing): Ongoing | undefined {
    const first = this.aheadOf(cancellation, one.integration).find(({ id, its }) =>
      one.endsWith ? one.endsWith === id : !its.withdrawal,
    );
    if (first) one.endsWith = first.id;
    return first?.its;
  }

  /** The same integration of other cancellations, by their IDs, where it is ended or reinstated before this one's. */
  private aheadOf(cancellation: DealerCancellation, integration: IntegrationName): { id: string; its: Ongoing }[] {
    const first: { id: string; its: Ongoing }[] = [];
    let before = true;
    for (const other of this.cancellations.values()) {
      if (other === cancellation) before = false;
      const its = other.integrations.find((one) => one.integration === integration);
      if (other !== cancellation && its && isOngoing(its, before)) first.push({ id: other.id, its });
    }
    return first;
  }

  /** Another cancellation of the dealer has ended it. */
  private endAs(cancellation: DealerCancellation, progress: IntegrationProgress): Promise<IntegrationProgress> {
    const { integration, state, reason } = progress;
    const action = `${vendorTitle(integration)}: ${inWords(state)}`;
    const detail = ['by another cancellation of the dealer', reason].filter(Boolean).join(': ');
    const id = `with-another/${cancellation.id}/${integration}/${Date.now()}`;
    const event = { id, at: new Date().toISOString(), by: 'dealerops', action, detail };
    return this.save(cancellation, progress, [event]);
  }

  private async save(
    { id }: DealerCancellation,
    progress: IntegrationProgress,
    events: RecordedEvent[] = [],
  ): Promise<IntegrationProgress> {
    this.version = Math.max(this.version + 1, Date.now());
    const { account, version } = this;
    const summary = `Record: ${vendorTitle(progress.integration)} ${progress.state}`;
    await this.during(() =>
      records.saveProgress.executeWithOptions({ summary }, [
        { cancellationId: id, account, version, progress, events },
      ]),
    );
    return progress;
  }

  private placeOf({ id }: DealerCancellation, { integration }: Ongoing) {
    return { cancellationId: id, account: this.account, integration };
  }
}

/** @param before whether its cancellation is the earlier one: then it goes first where neither has begun */
function isOngoing({ ended, workflowId, toReinstate }: Ongoing, before: boolean): boolean {
  return !ended && (before || workflowId !== undefined || toReinstate !== undefined);
}
