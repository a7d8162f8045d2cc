import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  uuid4,
} from '@temporalio/workflow';
import type { Standing } from '../../activities/cancellations/standings.ts';
import { type CancellationRequest, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import type { DealerStart, IntegrationEnd, Withdrawal } from '../../domain/cancellations/messages.ts';
import { dealerSearchAttributes } from '../../domain/cancellations/searchAttributes.ts';
import { vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords } from '../../domain/shared/words.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { newRunDue, steadily } from '../shared/newRun.ts';
import { searchable } from '../shared/searchable.ts';
import { whileOpen } from '../shared/whileOpen.ts';
import { queries, records } from './activities.ts';
import { type DealerCancellation, DealerIntegrations, type Ongoing } from './dealerIntegrations.ts';
import { knownOf } from './dealerRecords.ts';
import { concerns, recordStopped } from './integrations.ts';

const requestSignal = defineSignal<[CancellationRequest]>('request');
const withdrawSignal = defineSignal<[Withdrawal]>('withdraw');
const adoptOpenSignal = defineSignal('adoptOpen');
const integrationsQuery = defineQuery<Record<string, string>>('integrations');

/** Of one run of this workflow, in events. */
const longHistory = 2_000;
/** Of one cancellation: a request is sent again within minutes. */
const rememberedRequests = 200;

/** What a run of this workflow hands over to the next one. */
interface HandedOver {
  cancellations: DealerCancellation[];
  ends: IntegrationEnd[];
  /** How each integration has ended, of cancellations that have. */
  results: Record<string, string>;
}

/**
 * One dealer's cancellations: starts one child workflow for each integration that is requested, lets later requests join, and
 * passes a withdrawal on. Ends when all integrations have ended. The tables say which cancellation a request belongs to, and what
 * is left of an earlier workflow of the dealer that was stopped in Temporal: this one finishes that too.
 * @returns how each integration ended
 */
export async function cancelDealer({
  account,
  request,
  handedOver,
}: DealerStart & { handedOver?: HandedOver }): Promise<Record<string, string>> {
  const dealer = new Dealer(account, handedOver);
  // Before the messages that have come since: a withdrawal concerns this request.
  if (request) void dealer.request(request);
  setHandler(integrationsQuery, () => dealer.states());
  setHandler(requestSignal, (message) => dealer.request(message));
  setHandler(withdrawSignal, (message) => dealer.withdraw(message));
  setHandler(adoptOpenSignal, () => dealer.adoptOpen());
  const isLong = newRunDue(longHistory);

  // Cancel in Temporal withdraws its cancellations, at any time; what has begun is still finished.
  let takenBeforeCancel = Number.POSITIVE_INFINITY;
  CancellationScope.current().cancelRequested.catch(async () => {
    await dealer.withdrawAll('the workflow was canceled in Temporal', 'temporal');
    takenBeforeCancel = dealer.requestsTaken;
  });
  return CancellationScope.nonCancellable(async () => {
    void dealer.keepRecords();
    // Temporal takes one Cancel for each run: what is requested after it can be canceled in the next one.
    const nextRunDue = () => (isLong() || dealer.requestsTaken > takenBeforeCancel) && dealer.allWait();
    await steadily(() => (dealer.isOver() || nextRunDue()) && allHandlersFinished() && allNoticesSent());
    if (!dealer.isOver()) await continueAsNew<typeof cancelDealer>({ account, handedOver: dealer.toHandOver() });
    return dealer.states();
  });
}

class Dealer {
  requestsTaken = 0;
  private readonly account: string;
  private readonly cancellations: Map<string, DealerCancellation>;
  private readonly integrations: DealerIntegrations;
  private readonly results: Record<string, string>;
  /** Messages are carried out one after the other. */
  private lastMessage: Promise<unknown> = Promise.resolve();
  private messages = 0;
  /** How often anything has changed that the tables are to hold. */
  private changes = 0;
  /** Whether a first message was received. */
  private hasMessage: boolean;
  /** Whether the tables were searched for what is left of an earlier workflow of the dealer. */
  private hasAdopted: boolean;

  constructor(account: string, from?: HandedOver) {
    this.account = account;
    this.cancellations = new Map(from?.cancellations.map((one) => [one.id, one]));
    this.results = from?.results ?? {};
    this.hasMessage = this.hasAdopted = from !== undefined;
    this.integrations = new DealerIntegrations({
      account,
      cancellations: this.cancellations,
      ends: from?.ends,
      onEnd: (cancellation) => this.hasEnded(cancellation),
    });
    for (const cancellation of this.cancellations.values()) {
      for (const one of cancellation.integrations) void this.finish(cancellation, one);
    }
    if (from) this.show();
  }

  isOver(): boolean {
    return this.hasMessage && this.messages === 0 && this.cancellations.size === 0;
  }

  /** Whether nothing is in progress that a new run of this workflow would cut off. */
  allWait(): boolean {
    return this.hasMessage && this.messages === 0 && this.integrations.allWait();
  }

  toHandOver(): HandedOver {
    const cancellations = [...this.cancellations.values()];
    for (const one of cancellations) one.requests = one.requests.slice(-rememberedRequests);
    return { cancellations, ends: this.integrations.ends.snapshot(), results: this.results };
  }

  states(): Record<string, string> {
    const open = [...this.cancellations.values()].flatMap((one) => one.integrations);
    return { ...this.results, ...Object.fromEntries(open.map((one) => [one.integration, stateOf(one)])) };
  }

  /** Begins what is not in progress; the same request twice is one. */
  request(request: CancellationRequest): Promise<void> {
    return this.inTurn(() => this.take(request));
  }

  /** The customer stays. Said twice, such as by two clicks, there is nothing more to withdraw. */
  withdraw(withdrawal: Withdrawal): Promise<void> {
    return this.inTurn(() => this.carryOutWithdrawal(withdrawal));
  }

  adoptOpen(): Promise<void> {
    return this.inTurn(async () => {
      this.integrations.ends.doubtAll();
      await this.restoreRecords([...this.cancellations.values()]);
      await this.adoptOpenOnes();
    });
  }

  withdrawAll(reason: string, by: string): Promise<void> {
    return this.inTurn(async () => {
      for (const { id } of [...this.cancellations.values()])
        await this.carryOutWithdrawal({ requestId: uuid4(), cancellationId: id, reason, by });
    });
  }

  /** Daily, without an event in the history: what the tables have lost, such as when a database was restored, is written again. */
  async keepRecords(): Promise<never> {
    for (;;) {
      // Most cancellations have ended by then.
      await sleep('1 hour', { summary: 'Until the tables are compared with this workflow' });
      await condition(() => this.messages === 0);
      const { account, changes } = this;
      const cancellations = [...this.cancellations.values()].map(knownOf);
      await whileOpen(
        () => this.changes !== changes,
        () =>
          records.keepRecords.executeWithOptions({ summary: 'Compare the tables daily' }, [{ account, cancellations }]),
      );
    }
  }

  private async restoreRecords(all: DealerCancellation[]): Promise<void> {
    if (all.length === 0) return;
    const known = { account: this.account, cancellations: all.map(knownOf) };
    await records.restoreRecords.executeWithOptions({ summary: 'Write again what the tables have lost' }, [known]);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.hasMessage = true;
    this.messages += 1;
    this.lastMessage = this.lastMessage
      .then(() => CancellationScope.nonCancellable(work))
      .finally(() => {
        this.messages -= 1;
        this.show();
      });
    return this.lastMessage as Promise<void>;
  }

  private async take(request: CancellationRequest): Promise<void> {
    const { cancellationId, requestId } = request;
    if (this.knows(request)) return;
    const { otherOpen, standings } = await this.record(request);
    const others = [...this.cancellations.values()].filter(({ id }) => id !== cancellationId);
    if (!otherOpen) await this.restoreRecords(others);
    if (!this.hasAdopted && otherOpen) await this.adoptOpenOnes({ but: cancellationId });
    this.hasAdopted = true;
    const cancellation = this.cancellations.get(cancellationId) ?? this.open(cancellationId);
    cancellation.requests.push(requestId);
    this.requestsTaken += 1;
    for (const standing of standings) {
      const { integration, whenActive, dealerId, reason, by, requestedAt } = standing;
      const latest = { requestId, whenActive, dealerId, reason, by, requestedAt };
      const one = cancellation.integrations.find((its) => its.integration === integration);
      const requested = request.integrations.includes(integration);
      if (!one) await this.adopt(cancellation, standing);
      else if (requested && !one.ended && one.withdrawal) one.again = latest;
      else if (requested && isRequestedAgain(one, standing)) {
        cancellation.integrations.splice(cancellation.integrations.indexOf(one), 1);
        await this.adopt(cancellation, { how: 'to_begin', integration, ...latest });
      }
    }
    await this.tellFollowers(cancellationId);
    this.hasEnded(cancellation);
  }

  /** The dealer's other processes, such as its feeds, follow the cancellation as it stands. */
  private async tellFollowers(cancellationId: string): Promise<void> {
    if (!patched('followers')) return;
    await queries.tellFollowers.executeWithOptions({ summary: 'Have the dealer’s feeds follow the cancellation' }, [
      { account: this.account, cancellationId },
    ]);
  }

  private knows({ cancellationId, requestId }: CancellationRequest): boolean {
    return this.cancellations.get(cancellationId)?.requests.includes(requestId) ?? false;
  }

  private record(request: CancellationRequest) {
    const of = { account: this.account, request, at: new Date().toISOString() };
    return records.recordRequest.executeWithOptions({ summary: 'Record the request' }, [of]);
  }

  private async carryOutWithdrawal(withdrawal: Withdrawal): Promise<void> {
    const { cancellationId } = withdrawal;
    // Also for requests that were made before it, and that this workflow was not told of.
    await this.adoptOpenOnes({ withdrawn: cancellationId });
    // After what it withdraws: a request with a later time would be one that was made again.
    const at = new Date().toISOString();
    const cancellation = this.cancellations.get(cancellationId) ?? (await this.openEnded(cancellationId));
    const concerned = cancellation.integrations.filter((one) => concerns(withdrawal, one.integration));
    const left = concerned.flatMap((one) => this.integrations.withdraw(cancellation, one, { ...withdrawal, at }) ?? []);
    if (left.length > 0) {
      this.show();
      const recorded = records.recordWithdrawal.executeWithOptions({ summary: 'Record the withdrawal' }, [
        { withdrawal, at },
      ]);
      for (const work of left) void work();
      await recorded;
      await this.tellFollowers(cancellationId);
    }
    this.hasEnded(cancellation);
  }

  /** Goes on with the dealer's open cancellations and requests that this workflow does not know. */
  private async adoptOpenOnes({ but, withdrawn }: { but?: string; withdrawn?: string } = {}): Promise<void> {
    this.hasAdopted = true;
    const known = [...this.cancellations.keys(), ...(but ? [but] : [])];
    const { cancellations, untaken } = await records.openCancellations.executeWithOptions(
      { summary: 'Cancellations and requests that this workflow does not know' },
      [{ account: this.account, known }],
    );
    for (const { id, standings } of cancellations) {
      const cancellation = this.open(id);
      for (const standing of standings)
        await this.adopt(cancellation, { ...standing, mayHaveBegun: standing.how === 'to_begin' || undefined });
      this.hasEnded(cancellation);
    }
    for (const request of untaken) {
      if (this.knows(request)) await this.record(request);
      else if (request.cancellationId === withdrawn) await this.take(request);
      else void this.request(request);
    }
  }

  private open(id: string): DealerCancellation {
    const cancellation: DealerCancellation = { id, requests: [], integrations: [] };
    this.cancellations.set(id, cancellation);
    return cancellation;
  }

  /** A cancellation that has ended, with what was ended. */
  private async openEnded(id: string): Promise<DealerCancellation> {
    const standings = await records.standingsOf.executeWithOptions({ summary: 'What the cancellation has ended' }, [
      { cancellationId: id },
    ]);
    const cancellation = this.open(id);
    for (const standing of standings.filter(({ how }) => how === 'ended')) await this.adopt(cancellation, standing);
    return cancellation;
  }

  /** Continues with an integration where the tables say that it stands. */
  private async adopt(
    cancellation: DealerCancellation,
    { how, ...standing }: Standing & Pick<Ongoing, 'mayHaveBegun'>,
  ): Promise<void> {
    const { integration } = standing;
    const one: Ongoing = standing;
    cancellation.integrations.push(one);
    if (how === 'uncertain') {
      const place = { cancellationId: cancellation.id, account: this.account, integration };
      one.ended = await recordStopped(
        place,
        'its workflow does not run, and it is not known how far it was, or whether it is still wanted',
      );
    }
    if (one.ended) one.endedAt = new Date().toISOString();
    // The withdrawal may not have reached it.
    if (one.withdrawal) await this.integrations.tellOfWithdrawal(one);
    void this.finish(cancellation, one);
  }

  private async finish(cancellation: DealerCancellation, one: Ongoing): Promise<void> {
    if (one.ended) return;
    await CancellationScope.nonCancellable(() => this.integrations.finish(cancellation, one));
  }

  /** Closes the cancellation when all of it has ended. */
  private hasEnded(cancellation: DealerCancellation): void {
    this.show();
    if (isOver(cancellation)) void this.inTurn(() => this.close(cancellation));
  }

  private async close(cancellation: DealerCancellation): Promise<void> {
    const { id } = cancellation;
    if (!isOver(cancellation) || this.cancellations.get(id) !== cancellation) return;
    let how = await this.tryToClose(cancellation);
    if (how === 'lost') {
      await this.restoreRecords([cancellation]);
      how = await this.tryToClose(cancellation);
    }
    if (how === 'joined') return;
    if (how === 'lost') log.warn('The tables do not show the end of the cancellation', { cancellationId: id });
    await this.tellFollowers(id);
    for (const one of cancellation.integrations) this.results[one.integration] = stateOf(one);
    this.cancellations.delete(id);
  }

  /** @returns `joined` where a request has joined it, which is taken next; `lost` where the tables have not all of it */
  private async tryToClose(cancellation: DealerCancellation): Promise<'closed' | 'joined' | 'lost'> {
    const { id } = cancellation;
    const requestIds = knownOf(cancellation).requests.map(({ request }) => request.requestId);
    const { untaken, lost } = await records.closeCancellation.executeWithOptions(
      { summary: 'Record that all has ended' },
      [{ cancellationId: id, requestIds, at: new Date().toISOString() }],
    );
    const joined = untaken.filter((request) => !this.knows(request));
    for (const request of joined) void this.request(request);
    if (joined.length > 0) return 'joined';
    for (const request of untaken) await this.record(request);
    return lost || untaken.length > 0 ? 'lost' : 'closed';
  }

  private show(): void {
    this.changes += 1;
    const all = [...this.cancellations.values()].flatMap((one) => one.integrations);
    const open = all.filter((one) => !one.ended).length;
    const names = [
      ...new Set([...Object.keys(this.results), ...all.map((one) => one.integration)]),
    ] as Ongoing['integration'][];
    searchable(dealerSearchAttributes(this.account, names, open));
    const lines = [...this.cancellations.values()].flatMap(({ id, integrations }) => [
      `\ncancellation ${id}\n`,
      ...integrations.map((one) => {
        const workflowId = one.workflowId ?? integrationWorkflowId(one.integration, this.account);
        return `- ${one.ended ? '☑' : '◔'} **${vendorTitle(one.integration)}** (\`${workflowId}\`): ${inWords(stateOf(one))}`;
      }),
    ]);
    const shown = new Set<string>(all.map((one) => one.integration));
    const ended = Object.entries(this.results).filter(([name]) => !shown.has(name));
    if (ended.length > 0) lines.push('\nended\n');
    for (const [name, state] of ended)
      lines.push(`- ☑ **${vendorTitle(name as Ongoing['integration'])}**: ${inWords(state)}`);
    setCurrentDetails(`**Cancellation of dealer ${this.account}**\n${lines.join('\n')}`);
  }
}

function stateOf({ ended }: Ongoing): string {
  return ended?.state ?? 'in_progress';
}

/** It may have ended otherwise just after the request was recorded. */
function isRequestedAgain({ ended }: Ongoing, { how }: Standing): boolean {
  return ended !== undefined && ended.state !== 'ended' && (how === 'to_begin' || how === 'in_progress');
}

function isOver({ integrations }: DealerCancellation): boolean {
  return integrations.every((one) => one.ended);
}
