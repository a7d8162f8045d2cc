import { type Gate, gateOf } from '../../domain/cancellations/gate.ts';
import type { Context } from '../shared/context.ts';
import { dealer } from '../shared/dealers.ts';

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
    parentStatus: ({ account }: { account: string }): Promise<Gate> => parentStatusOf(context, account),
  };
}
