import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { type Gate, gateOf } from '../../domain/cancellations/gate.ts';
import type { Context } from '../shared/context.ts';
import { dealer } from '../shared/dealers.ts';
import { hasAnswered } from '../shared/outageNotices.ts';

/**
 * The parent sales account's gate; of a dealer without a parent sales account, its own.
 * @throws the failures of `Cst`, `AccountUnknown` and `AccountUnusable`: then nothing may proceed
 */
export async function parentStatusOf(
  { dealers, inactiveStatuses }: Pick<Context, 'dealers' | 'inactiveStatuses'>,
  account: string,
): Promise<Gate> {
  const own = await dealer(dealers, account);
  const parent = own.parentSalesAccountId === null ? own : await dealer(dealers, own.parentSalesAccountId);
  return gateOf(parent, inactiveStatuses);
}

export function gateActivities(context: Context) {
  return {
    /**
     * Resolves when the account is no longer Active; looks at once, and then daily. Waiting writes nothing into the history.
     * @param saidActive a status that a person has found to mean Active, and that counts as such while it stays
     */
    async untilNotActive({ account, saidActive }: { account: string; saidActive?: string }): Promise<Gate> {
      const gate = await parentStatusOf(context, account);
      const isSaid = gate.answer === 'not-understood' && gate.status === saidActive;
      if (gate.answer !== 'active' && !isSaid) return gate;
      hasAnswered();
      throw ApplicationFailure.create({
        message: `The Effective Status of ${gate.account} is ${gate.status}: looked at again in a day`,
        type: 'StillActive',
        nextRetryDelay: '1 day',
        category: ApplicationFailureCategory.BENIGN,
      });
    },

    parentStatus: ({ account }: { account: string }): Promise<Gate> => parentStatusOf(context, account),
  };
}
