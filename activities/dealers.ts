import { ApplicationFailure } from '@temporalio/common';
import { accountsNamed, findAccount } from '../db/accounts.ts';
import type { Db } from '../db/client.ts';
import type { Account } from '../domain/accounts.ts';
import type { IntegrationName } from '../domain/vendors.ts';
import type { Cst } from './cst.ts';
import { retryingRefusals } from './retry.ts';

/** Who the dealers are: CST, or the service's own registry where CST is not configured. */
export interface Dealers {
  find(account: string): Promise<Account | null>;
  named(prefix: string, limit: number): Promise<{ id: string; name: string }[]>;
}

export function dealersOfCst(cst: Cst): Dealers {
  return { find: (account) => cst.account(account), named: (prefix, limit) => cst.dealersNamed(prefix, limit) };
}

export function dealersOfRegistry(db: Db): Dealers {
  return { find: (account) => findAccount(db, account), named: (prefix, limit) => accountsNamed(db, prefix, limit) };
}

/**
 * The dealer's account, which a process counts on.
 * @throws ApplicationFailure to be tried again, since nothing proceeds without it: `AccountUnknown` (it may be entered
 *   meanwhile), and the failures of `Cst`, refusals too
 */
export async function dealer(dealers: Dealers, account: string): Promise<Account> {
  const found = await retryingRefusals(() => dealers.find(account));
  if (!found)
    throw ApplicationFailure.retryable(
      `No account ${account}: enter it in CST, or with PUT /v1/accounts/${account}`,
      'AccountUnknown',
    );
  return found;
}

/**
 * The dealer's ID at the vendor: the CRM ID, VinSolutions' Dealer ID, CDK's 3PA ID.
 * @param whenAsked what it was when the cancellation was asked for; CST may have lost it since, such as by a change of vendor
 * @throws ApplicationFailure `AccountUnknown`, to be tried again, when neither is known
 */
export function dealerIdAt(account: Account, integration: IntegrationName, whenAsked?: string): string {
  const found = account.integrations.find((one) => `${one.kind}/${one.vendor}` === integration)?.dealerId ?? whenAsked;
  if (found) return found;
  throw ApplicationFailure.retryable(
    `Account ${account.id} has no integration ${integration} any more: enter its ID again`,
    'AccountUnknown',
  );
}
