import { desc, eq } from 'drizzle-orm';
import { withIntegrations } from '../../db/queries/cancellations/cancellations.ts';
import { cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import type { GateAnswer } from '../../domain/cancellations/gate.ts';
import type { DealerCancellation } from '../../domain/shared/dealerCancellation.ts';
import type { CancellationContext } from './context.ts';
import { parentStatusOf, statusOf } from './gate.ts';

const standingByGate: Readonly<Record<GateAnswer, DealerCancellation['standing']>> = {
  open: 'ended',
  active: 'not_inactive',
  'not-understood': 'unclear',
};

/** The dealer's other processes, such as its feeds, follow its cancellation. */
export function followerActivities(context: CancellationContext) {
  const { db } = context.database;

  /** @returns undefined where the customer does not leave: it changes a vendor, or the tables have lost the cancellation */
  async function standingOf(cancellationId: string): Promise<DealerCancellation | undefined> {
    const rows = await db.select().from(cancellations).where(eq(cancellations.id, cancellationId));
    const [row] = await withIntegrations(db, rows);
    const requests = await db
      .select()
      .from(cancellationRequests)
      .where(eq(cancellationRequests.cancellationId, cancellationId))
      .orderBy(desc(cancellationRequests.requestedAt));
    const leaving = requests.find(({ reason }) => reason === 'subscription_canceled');
    if (!row || !leaving) return undefined;
    const of = { account: row.account, cancellationId };
    const { withdrawnBy, withdrawnReason, state, integrations } = row;
    if (withdrawnBy !== null)
      return { ...of, standing: 'stays', by: withdrawnBy, reason: withdrawnReason ?? 'withdrawn' };
    const { requestedBy: by } = leaving;
    if (state === 'open') return { ...of, standing: 'requested', by, reason: 'the subscription is canceled' };
    if (!integrations.some((one) => one.state === 'ended'))
      return { ...of, standing: 'stays', by, reason: 'no integration was ended' };
    const gate = await parentStatusOf(context, row.account);
    return { ...of, standing: standingByGate[gate.answer], by, reason: statusOf(gate) };
  }

  return {
    /** Has them do what the cancellation means as it stands now. Safe to repeat. */
    async tellFollowers({ account, cancellationId }: { account: string; cancellationId: string }): Promise<void> {
      for (const follower of context.followers) {
        if (!(await follower.concerns(account))) continue;
        const now = await standingOf(cancellationId);
        if (now) await follower.follow(now);
      }
    },
  };
}
