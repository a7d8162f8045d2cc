import { sleep } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isIntegrationName, vendorCode } from '../../domain/shared/vendors.ts';
import type { Cst, DmsProvider } from '../connectors/cst.ts';
import type { CancellationContext } from './context.ts';
import { parentStatusOf } from './gate.ts';

/** Between looks at whether CST has removed the provider, ms; after the last look a person removes it. */
const readBackPauses = [1_000, 2_000, 4_000, 8_000];

interface DealerAtCdk {
  account: string;
  /** The 3PA ID, when it was asked for. */
  dealerId?: string;
}

/** CST's DMS Provider tab (spec: cancellations.md, CDK). */
export function dmsProviderActivities(context: CancellationContext) {
  const { cst } = context.connectors;
  return {
    /**
     * Removes CDK as the dealer's DMS provider and reads back that it is gone; another vendor's, which has come meanwhile,
     * stays.
     * @throws ApplicationFailure `GateClosed` when the gate is not open any more, `NoConnector` where CST is not configured,
     *   `DmsProviderLeft` (not to be tried again) where CST takes the removal but goes on showing CDK
     */
    async removeDmsProvider({ account, dealerId }: DealerAtCdk): Promise<{ evidence: string }> {
      if (!cst) throw ApplicationFailure.nonRetryable('CST is not configured', 'NoConnector');
      const gate = await parentStatusOf(context, account);
      if (gate.answer !== 'open')
        throw ApplicationFailure.nonRetryable(`Effective Status of ${gate.account} is ${gate.status}`, 'GateClosed');
      if (isCdk(await cst.dmsProvider(account), dealerId)) await cst.removeDmsProvider(account);
      const left = await readBack(cst, account, dealerId);
      if (isCdk(left, dealerId))
        throw ApplicationFailure.nonRetryable(
          `CST took the removal but still shows the DMS provider ${left.provider}`,
          'DmsProviderLeft',
        );
      return { evidence: `read back: ${tabShows(left)}` };
    },

    /** Whether a person's clean-up has worked; `null` where there is no connector to look, or CST does not let us. */
    async dmsProviderGone({ account, dealerId }: DealerAtCdk): Promise<{ gone: boolean | null; tab?: string }> {
      if (!cst) return { gone: null };
      try {
        const left = await cst.dmsProvider(account);
        return { gone: !isCdk(left, dealerId), tab: tabShows(left) };
      } catch (error) {
        if (error instanceof ApplicationFailure && error.type === 'CstRefused') return { gone: null };
        throw error;
      }
    },
  };
}

async function readBack(cst: Cst, account: string, dealerId: string | undefined): Promise<DmsProvider | null> {
  let left = await cst.dmsProvider(account);
  for (const pause of readBackPauses) {
    if (!isCdk(left, dealerId)) break;
    await sleep(pause);
    left = await cst.dmsProvider(account);
  }
  return left;
}

function isCdk(found: DmsProvider | null, dealerId: string | undefined): found is DmsProvider {
  if (!found) return false;
  const vendor = vendorCode('dms', found.provider);
  // Whatever its ID: vendors count their dealers on their own.
  if (isIntegrationName(`dms/${vendor}`)) return vendor === 'cdk';
  return found.providerId === dealerId || /cdk/i.test(found.provider);
}

function tabShows(left: DmsProvider | null): string {
  return left ? `CST's DMS Provider tab shows ${left.provider}, not CDK` : "CST's DMS Provider tab is empty";
}
