import { ApplicationFailure } from '@temporalio/common';
import type { Context } from './context.ts';
import type { DmsProvider } from './cst.ts';
import { parentStatusOf } from './gate.ts';

/** CST's DMS Provider tab (spec: cancellations.md, CDK). */
export function dmsProviderActivities(context: Context) {
  const { cst } = context;
  return {
    /**
     * Removes CDK as the dealer's DMS provider and reads back that it is gone; another vendor's, which has come meanwhile,
     * stays.
     * @throws ApplicationFailure `AccountActive` when the gate has closed meanwhile, `NoConnector` where CST is not configured
     */
    async removeDmsProvider({ account }: { account: string }): Promise<{ proof: string }> {
      if (!cst) throw ApplicationFailure.nonRetryable('CST is not configured', 'NoConnector');
      const gate = await parentStatusOf(context, account);
      if (gate.active) throw ApplicationFailure.nonRetryable(`Account ${gate.account} is Active`, 'AccountActive');
      const before = await cst.dmsProvider(account);
      if (isCdk(before)) await cst.removeDmsProvider(account);
      const left = await cst.dmsProvider(account);
      if (isCdk(left))
        throw ApplicationFailure.retryable(`CST still shows the DMS provider ${left.provider}`, 'DmsProviderLeft');
      return { proof: `read back: ${tabShows(left)}` };
    },

    /** Whether a person's clean-up has worked; `null` where there is no connector to look, or CST does not let us. */
    async dmsProviderGone({ account }: { account: string }): Promise<{ gone: boolean | null; tab?: string }> {
      if (!cst) return { gone: null };
      try {
        const left = await cst.dmsProvider(account);
        return { gone: !isCdk(left), tab: tabShows(left) };
      } catch (error) {
        if (error instanceof ApplicationFailure && error.type === 'CstRefused') return { gone: null };
        throw error;
      }
    },
  };
}

function isCdk(provider: DmsProvider | null): provider is DmsProvider {
  return provider !== null && /^cdk\b/i.test(provider.provider.trim());
}

function tabShows(left: DmsProvider | null): string {
  return left ? `CST's DMS Provider tab shows ${left.provider}, not CDK` : "CST's DMS Provider tab is empty";
}
