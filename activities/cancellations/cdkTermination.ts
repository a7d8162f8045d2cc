import { ApplicationFailure } from '@temporalio/common';
import { fortellisState } from '../../domain/cancellations/fortellis.ts';
import { integrationKey } from '../../domain/shared/vendors.ts';
import type { Fortellis } from '../connectors/fortellis.ts';
import type { Context } from '../shared/context.ts';
import { dealer } from '../shared/dealers.ts';

/** How often Fortellis' list is read while CDK's termination is awaited. */
const pause = '1 hour';

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
      const orgId = integrations.find((one) => integrationKey(one) === 'dms/cdk')?.fortellisOrgId;
      if (!orgId) return {};
      const { state } = await stateOf(fortellis, orgId);
      if (state === 'active') return { orgId };
      return { reason: `Fortellis shows no active subscription of organization ${orgId}` };
    },

    /**
     * Waits until Fortellis shows that the dealer's subscription is ended. Each look that does not show it is a failure to be tried
     * again, which writes no events.
     * @throws ApplicationFailure `NotTerminated`, and the failures of `Fortellis`, to be tried again in an hour
     */
    async cdkTerminated({ orgId }: { orgId: string }): Promise<{ evidence: string }> {
      if (!fortellis) throw notYet('Fortellis is not configured any more');
      const found = await stateOf(fortellis, orgId).catch((error: Error) => {
        throw notYet(error.message);
      });
      if (found.state !== 'terminated') throw notYet(`Fortellis does not show that ${orgId} is terminated`);
      return {
        evidence: `Fortellis: the subscription of organization ${orgId} is inactive, deactivated on ${found.on}`,
      };
    },
  };
}

async function stateOf(fortellis: Fortellis, orgId: string) {
  return fortellisState(await fortellis.subscriptionsOf(orgId), new Date().toISOString().slice(0, 10));
}

function notYet(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type: 'NotTerminated', category: 'BENIGN', nextRetryDelay: pause });
}
