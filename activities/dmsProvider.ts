import { ApplicationFailure } from '@temporalio/common';
import type { Context } from './context.ts';
import { parentStatusOf } from './gate.ts';

/** CST's DMS Provider tab (spec: cancellations.md, CDK). */
export function dmsProviderActivities(context: Context) {
  const { cst } = context;
  return {
    /**
     * Removes the dealer's DMS provider and reads back that it is gone.
     * @throws ApplicationFailure `AccountActive` when the gate has closed meanwhile, `NoConnector` where CST is not configured
     */
    async removeDmsProvider({ account }: { account: string }): Promise<{ proof: string }> {
      if (!cst) throw ApplicationFailure.nonRetryable('CST is not configured', 'NoConnector');
      const gate = await parentStatusOf(context, account);
      if (gate.active) throw ApplicationFailure.nonRetryable(`Account ${gate.account} is Active`, 'AccountActive');
      await cst.removeDmsProvider(account);
      const left = await cst.dmsProvider(account);
      if (left)
        throw ApplicationFailure.retryable(`CST still shows the DMS provider ${left.provider}`, 'DmsProviderLeft');
      return { proof: "read back: CST's DMS Provider tab is empty" };
    },

    /** Whether a person's clean-up has worked; `null` where there is no connector to look, or CST does not let us. */
    async dmsProviderGone({ account }: { account: string }): Promise<{ gone: boolean | null }> {
      if (!cst) return { gone: null };
      try {
        return { gone: (await cst.dmsProvider(account)) === null };
      } catch (error) {
        if (error instanceof ApplicationFailure && error.type === 'CstRefused') return { gone: null };
        throw error;
      }
    },
  };
}
