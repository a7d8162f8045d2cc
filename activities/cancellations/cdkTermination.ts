import { ApplicationFailure } from '@temporalio/common';
import { fortellisState } from '../../domain/cancellations/fortellis.ts';
import { integrationNamed } from '../../domain/shared/vendors.ts';
import type { Fortellis } from '../connectors/fortellis.ts';
import type { Context } from '../shared/context.ts';
import { dealer } from '../shared/dealers.ts';
import { notBefore, temporalTime } from '../shared/notBefore.ts';

/** Between looks at Fortellis' list while CDK's termination is awaited, ms. */
const pauseMs = 3_600_000;

/** CDK's termination as Fortellis shows it (spec: cancellations.md, last section). */
export function cdkTerminationActivities({ connectors: { fortellis }, dealers }: Context) {
  return {
    /**
     * The dealer's organization at Fortellis, where Fortellis can confirm CDK's termination: only of one whose subscription is
     * surely active now, since an old end proves nothing of an integration that is still there.
     * @returns nothing where Fortellis is not configured or the dealer is not on it; why it cannot, where it should
     * @throws the failures of `Fortellis`
     */
    async organizationAtFortellis({ account }: { account: string }): Promise<{ orgId?: string; reason?: string }> {
      if (!fortellis) return {};
      const { integrations } = await dealer(dealers, account);
      const orgId = integrationNamed(integrations, 'dms/cdk')?.fortellisOrgId;
      if (!orgId) return {};
      const { state } = await stateOf(fortellis, orgId);
      if (state === 'active') return { orgId };
      return { reason: `Fortellis shows no active subscription of organization ${orgId}` };
    },

    /**
     * Waits until Fortellis shows that the dealer's subscription is ended. Each look that does not show it is a failure to be tried
     * again, which writes no events. While Fortellis cannot be asked for a day or more, the team leads are notified.
     * @throws ApplicationFailure `NotYet`, `FortellisNotConfigured` and the failures of `Fortellis`, all to be tried again in an hour
     */
    async cdkTerminated({ orgId }: { orgId: string }): Promise<{ evidence: string }> {
      if (!fortellis) throw unavailable('Fortellis is not configured any more', 'FortellisNotConfigured');
      const found = await stateOf(fortellis, orgId).catch((error: unknown) => {
        if (error instanceof ApplicationFailure) throw unavailable(error.message, error.type);
        throw error;
      });
      if (found.state !== 'terminated')
        throw notBefore(
          new Date(temporalTime().getTime() + pauseMs),
          `Fortellis does not show that ${orgId} is terminated: looked at again`,
        );
      return {
        evidence: `Fortellis: the subscription of organization ${orgId} is inactive, deactivated on ${found.on}`,
      };
    },
  };
}

async function stateOf(fortellis: Fortellis, orgId: string) {
  return fortellisState(await fortellis.subscriptionsOf(orgId), new Date().toISOString().slice(0, 10));
}

/** Also where Fortellis refuses us, such as with a key that has expired: somebody may put that right. */
function unavailable(message: string, type: string | null | undefined): ApplicationFailure {
  return ApplicationFailure.create({ message, type: type ?? undefined, category: 'BENIGN', nextRetryDelay: pauseMs });
}
