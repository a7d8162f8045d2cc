import type { Database } from '../../db/client.ts';
import { findAccount } from '../../db/queries/accounts.ts';
import type { FoundAccount } from '../../domain/shared/accountRecords.ts';
import type { DealerNames } from '../../domain/shared/accounts.ts';
import { type IntegrationName, integrationNamed } from '../../domain/shared/vendors.ts';
import { accountOfRecord, accountUnknown, accountUnusable } from '../connectors/accountFailures.ts';
import type { Connectors } from '../connectors/index.ts';
import { retryingRefusals } from './retry.ts';

/** Who the dealers are. */
export interface Dealers {
  /**
   * @param signal ends the call to CST, as one that is not answered
   * @throws ApplicationFailure `AccountUnusable` when nothing may proceed with the account's record
   */
  find(account: string, signal?: AbortSignal): Promise<FoundAccount | null>;
  /** CST's dealers whose name begins with these letters, up to 100; absent where the registry is used. */
  named?(prefix: string, cursor: string | undefined, limit: number, signal?: AbortSignal): Promise<DealerNames>;
}

/** CST's dealers, or those of the service's own registry where CST is not configured. */
export function dealersOf({ connectors: { cst }, database }: { connectors: Connectors; database: Database }): Dealers {
  if (cst)
    return {
      find: (account, signal) => cst.account(account, signal),
      named: (prefix, cursor, limit, signal) => cst.dealersNamed(prefix, cursor, limit, signal),
    };
  return {
    async find(account) {
      const row = await findAccount(database.db, account);
      return row && accountOfRecord({ ...row }, account);
    },
  };
}

/**
 * The dealer's account, which a process counts on.
 * @throws ApplicationFailure to be tried again, since nothing proceeds without it: `AccountUnknown` (it may be entered
 *   meanwhile), `AccountUnusable` (it may be corrected), and the failures of `Cst`, refusals too
 */
export async function dealer(dealers: Dealers, account: string): Promise<FoundAccount> {
  const found = await retryingRefusals(() => dealers.find(account));
  if (!found)
    throw accountUnknown(account, `No account ${account}: enter it in CST, or with PUT /v1/accounts/${account}`);
  return found;
}

/**
 * The dealer's ID at the vendor: the CRM ID, VinSolutions' Dealer ID, CDK's 3PA ID.
 * @param whenAsked what it was when the cancellation was asked for; CST may have lost it since, such as by a change of vendor
 * @throws ApplicationFailure to be tried again: `AccountUnknown` when neither is known, `AccountUnusable` when the account
 *   has the integration, but not in a way that can be used
 */
export function dealerIdAt(account: FoundAccount, integration: IntegrationName, whenAsked?: string): string {
  const faults = account.faults.filter((one) => one.integration === integration);
  if (faults.length > 0) throw accountUnusable({ account: account.id, faults });
  const found = integrationNamed(account.integrations, integration)?.dealerId ?? whenAsked;
  if (found) return found;
  throw accountUnknown(
    account.id,
    `Account ${account.id} has no integration ${integration} any more: enter its ID again`,
  );
}
