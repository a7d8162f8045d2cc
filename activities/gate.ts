import type { Context } from './context.ts';
import { dealer } from './dealers.ts';

export interface Gate {
  /** The account whose status it is. */
  account: string;
  status: string;
  active: boolean;
}

/**
 * The parent sales account's Effective Status (spec: cancellations.md, "the gate first"); of a dealer without a parent sales
 * account, its own.
 * @throws the failures of `Cst`, and `AccountUnknown`: then nothing may proceed
 */
export async function parentStatusOf({ dealers }: Pick<Context, 'dealers'>, account: string): Promise<Gate> {
  const own = await dealer(dealers, account);
  const parent = own.parentSalesAccountId ? await dealer(dealers, own.parentSalesAccountId) : own;
  const status = parent.effectiveStatus?.trim() ?? '';
  return { account: parent.id, status, active: status === 'Active' || status === '' };
}

export function gateActivities(context: Context) {
  return {
    parentStatus: ({ account }: { account: string }): Promise<Gate> => parentStatusOf(context, account),
  };
}
