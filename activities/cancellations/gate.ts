import { type Gate, gateOf } from '../../domain/cancellations/gate.ts';
import { dealer } from '../shared/dealers.ts';
import { lookDaily } from '../shared/notBefore.ts';
import type { CancellationContext } from './context.ts';

/**
 * The parent sales account's gate; of a dealer without a parent sales account, its own.
 * @throws the failures of `Cst`, `AccountUnknown` and `AccountUnusable`: then nothing may proceed
 */
export async function parentStatusOf(
  { dealers, cancellations }: Pick<CancellationContext, 'dealers' | 'cancellations'>,
  account: string,
): Promise<Gate> {
  const own = await dealer(dealers, account);
  const parent = own.parentSalesAccountId === null ? own : await dealer(dealers, own.parentSalesAccountId);
  return gateOf(parent, cancellations.inactiveStatuses);
}

/** For the Web UI. */
export function statusOf({ account, status }: Gate): string {
  return `The Effective Status of ${account} is ${status}`;
}

export function gateActivities(context: CancellationContext) {
  return {
    /**
     * Resolves when the account is no longer Active; looks at once, and then daily. Waiting writes nothing into the history.
     * @param confirmedActive a status that a person has found to mean Active, and that counts as such while it stays
     */
    untilNotActive({ account, confirmedActive }: { account: string; confirmedActive?: string }): Promise<Gate> {
      return lookDaily<Gate>(async () => {
        const gate = await parentStatusOf(context, account);
        const isSaid = gate.answer === 'not-understood' && gate.status === confirmedActive;
        return gate.answer === 'active' || isSaid ? { still: statusOf(gate) } : { found: gate };
      });
    },

    parentStatus: ({ account }: { account: string }): Promise<Gate> => parentStatusOf(context, account),
  };
}
