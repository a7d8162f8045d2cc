import { condition, getExternalWorkflowHandle } from '@temporalio/workflow';
import type { LeftOver, LeftOverCancellation } from '../../activities/cancellations/adoption.ts';
import { type IntegrationProgress, integrationWorkflowId } from '../../domain/cancellations/cancellations.ts';
import type { Withdrawal } from '../../domain/shared/messages.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { records } from './activities.ts';
import type { Adoptions } from './adoption.ts';
import {
  close,
  concerns,
  follow,
  passOn,
  recordStopped,
  recordWithdrawal,
  reinstateIntegration,
  startIntegration,
  type Withdrawable,
} from './integrations.ts';

interface GoingOn {
  cancellationId: string;
  integration: IntegrationName;
  /** Of one that ends the integration; absent until it has started, and where it is reinstated. */
  workflow?: Withdrawable;
  withdrawal?: Withdrawal;
}

interface EarlierEnd {
  cancellationId: string;
  progress: IntegrationProgress;
}

/**
 * What goes on of a dealer's earlier cancellations: what a late withdrawal sets up again, and what was left when somebody
 * stopped the dealer's workflow in Temporal. No new cancellation begins with the same integration meanwhile.
 */
export class EarlierCancellations {
  private readonly of: { account: string; ownId: string; adoptions: Adoptions };
  private readonly goingOn: GoingOn[] = [];
  /** Those that this workflow closes, with how much of each goes on. */
  private readonly taken = new Map<string, number>();
  /** What those have ended. */
  private readonly ended = new Map<IntegrationName, EarlierEnd>();
  /** How many times the tables are being asked. */
  private lookups = 0;

  constructor(of: { account: string; ownId: string; adoptions: Adoptions }) {
    this.of = of;
  }

  /** The earlier cancellations that this workflow looks after. */
  ids(): string[] {
    return [...this.taken.keys()];
  }

  isInProgress(): boolean {
    return this.lookups > 0 || this.taken.size > 0;
  }

  /** Whether a new cancellation may begin with this integration: not while nobody knows. */
  allows(integration: IntegrationName): boolean {
    return this.lookups === 0 && !this.goingOn.some((one) => one.integration === integration);
  }

  /** How an earlier cancellation that is still open has ended the integration, where it has. */
  endOf(integration: IntegrationName): EarlierEnd | undefined {
    return this.ended.get(integration);
  }

  /** Goes on with the dealer's open cancellations that nobody looks after. */
  async takeOver(): Promise<void> {
    this.of.adoptions.look();
    for (const found of await this.leftOver([...this.taken.keys()])) {
      const { cancellationId } = found;
      if (this.taken.has(cancellationId)) continue;
      void this.lookAfter(cancellationId, async () => {
        let left: LeftOverCancellation | undefined = found;
        while (left) {
          for (const progress of left.ended) this.ended.set(progress.integration, { cancellationId, progress });
          if (left.leftOver.length === 0) return;
          await Promise.all(left.leftOver.map((one) => this.goOn(cancellationId, one)));
          // It may have been asked again for what was withdrawn.
          const others = this.ids().filter((id) => id !== cancellationId);
          left = (await this.leftOver(others)).find((one) => one.cancellationId === cancellationId);
        }
      });
    }
  }

  /** A withdrawal of an earlier cancellation: what goes on of it is withdrawn, what it has ended is reinstated. */
  async withdraw(cancellationId: string, withdrawal: Withdrawal): Promise<void> {
    await this.takeOver();
    const all = await this.lookUp(() =>
      records.endedIntegrations.executeWithOptions({ summary: 'What the earlier cancellation has ended' }, [
        { cancellationId },
      ]),
    );
    const itsOwn = this.goingOn.filter((one) => one.cancellationId === cancellationId);
    const withdrawn = itsOwn.filter((one) => concerns(withdrawal, one.integration) && !one.withdrawal);
    const toReinstate = all.filter(
      ({ ended: { integration } }) =>
        concerns(withdrawal, integration) && !itsOwn.some((one) => one.integration === integration),
    );
    if (withdrawn.length + toReinstate.length === 0) return;
    for (const one of withdrawn) one.withdrawal = withdrawal;
    await this.lookAfter(cancellationId, async () => {
      const recorded = recordWithdrawal(cancellationId, withdrawal);
      await Promise.all([
        ...withdrawn.map(({ workflow }) => workflow && passOn(workflow, withdrawal)),
        ...toReinstate.map(({ ended, dealerId }) =>
          this.during({ cancellationId, integration: ended.integration, withdrawal }, async () => {
            await recorded;
            return this.reinstate(cancellationId, { ended, dealerId, withdrawal });
          }),
        ),
        recorded,
      ]);
    });
  }

  private async leftOver(known: string[]): Promise<LeftOverCancellation[]> {
    const { account, ownId } = this.of;
    return this.lookUp(() =>
      records.openCancellations.executeWithOptions({ summary: 'Cancellations that nobody looks after' }, [
        { account, known: [ownId, ...known] },
      ]),
    );
  }

  private async lookUp<T>(look: () => Promise<T>): Promise<T> {
    this.lookups += 1;
    const found = await look();
    this.lookups -= 1;
    return found;
  }

  /** Closes the cancellation when nothing of it goes on. */
  private async lookAfter(cancellationId: string, work: () => Promise<unknown>): Promise<void> {
    this.taken.set(cancellationId, (this.taken.get(cancellationId) ?? 0) + 1);
    await work();
    if (this.taken.get(cancellationId) === 1) await close(cancellationId);
    const left = this.taken.get(cancellationId)! - 1;
    if (left > 0) {
      this.taken.set(cancellationId, left);
      return;
    }
    this.taken.delete(cancellationId);
    for (const [integration, end] of this.ended)
      if (end.cancellationId === cancellationId) this.ended.delete(integration);
  }

  private async during(one: GoingOn, work: (one: GoingOn) => Promise<IntegrationProgress>): Promise<void> {
    const { cancellationId, integration } = one;
    this.ended.delete(integration);
    this.goingOn.push(one);
    const progress = await work(one);
    this.goingOn.splice(this.goingOn.indexOf(one), 1);
    if (progress.state === 'ended') this.ended.set(integration, { cancellationId, progress });
  }

  private goOn(cancellationId: string, left: LeftOver): Promise<void> {
    const { integration } = left;
    const place = { cancellationId, account: this.of.account, integration };
    return this.during({ cancellationId, integration }, async (one) => {
      switch (left.how) {
        case 'goes_on': {
          one.workflow = getExternalWorkflowHandle(left.workflowId);
          const end = await this.of.adoptions.endOf(left.workflowId);
          if (end?.cancellationId === cancellationId) return end.progress;
          return recordStopped(place, 'its workflow was stopped in Temporal');
        }
        case 'to_begin':
          return this.begin(one, { ...place, dealerId: left.dealerId, whenActive: left.whenActive });
        case 'to_reinstate':
          return this.reinstate(cancellationId, left);
        case 'uncertain':
          return recordStopped(place, 'it had not begun when its workflow was stopped in Temporal');
      }
    });
  }

  private async begin(one: GoingOn, of: Parameters<typeof startIntegration>[0]): Promise<IntegrationProgress> {
    const { goingOn } = this;
    const isNext = () => goingOn.find(({ integration }) => integration === one.integration) === one;
    await condition(isNext);
    for (;;) {
      // One that runs already may be its own, whose first row was not written yet.
      const child = await startIntegration(of);
      const end = await follow(child, one, of, this.of.adoptions);
      if (end) return end;
    }
  }

  private reinstate(
    cancellationId: string,
    {
      ended,
      dealerId,
      withdrawal,
    }: { ended: IntegrationProgress; dealerId?: string; withdrawal: Pick<Withdrawal, 'reason' | 'by'> },
  ): Promise<IntegrationProgress> {
    const { account, adoptions } = this.of;
    const { integration } = ended;
    const workflowId = `${integrationWorkflowId(integration, account)}/reinstate`;
    const of = { cancellationId, account, integration, dealerId, whenActive: 'block' as const, ended, withdrawal };
    return reinstateIntegration(adoptions, workflowId, of);
  }
}
