import type { CancellationRequest } from '../../../domain/cancellations/cancellations.ts';
import type { FoundAccount } from '../../../domain/shared/accountRecords.ts';
import {
  type IntegrationName,
  integrationKey,
  integrationNames,
  isIntegrationName,
} from '../../../domain/shared/vendors.ts';
import type { ApiOptions } from '../../server/options.ts';
import { type Fault, Problem, unknownAccount, unusableAccount } from '../../server/problems.ts';
import type { CancellationBody } from './schemas.ts';

/** What a request asks to end, and the account as it was when it asked. */
export interface ToEnd {
  account: FoundAccount;
  integrations: IntegrationName[];
}

/**
 * What the account has and the body asks for.
 * @throws Problem that says what the account has, which vendors we know, or what of the account's record cannot be used
 */
export async function integrationsToEnd(options: ApiOptions, body: CancellationBody): Promise<ToEnd> {
  const account = await options.accounts.find(body.account);
  if (!account) throw unknownAccount(body.account, options);
  const has = account.integrations.map(integrationKey);
  const asked = body.reason === 'vendor_change' ? [body.integration] : body.integrations;
  const faults = account.faults.filter(({ integration }) => concerns(asked, integration));
  if (faults.length > 0) throw unusableAccount(account.id, faults);
  const unknown = asked ? [] : has.filter((name) => !isIntegrationName(name));
  if (unknown.length > 0) {
    throw new Problem(
      422,
      'unknown-vendor',
      `Account ${body.account} has ${unknown.join(', ')}, for which we have no procedure. Known are ${integrationNames.join(', ')}: name those to end in "integrations".`,
      {
        errors: [{ path: '/integrations', message: `must name those to end, of ${integrationNames.join(', ')}` }],
      },
    );
  }
  const wanted = [...new Set(asked ?? (has as IntegrationName[]))];
  const list = has.join(', ') || 'none';
  const errors = wanted.flatMap((name): Fault[] => {
    if (has.includes(name)) return [];
    const path = body.reason === 'vendor_change' ? '/integration' : `/integrations/${asked!.indexOf(name)}`;
    return [{ path, message: `The account does not have ${name}; it has ${list}.` }];
  });
  if (errors.length > 0 || wanted.length === 0) {
    const detail = has.length > 0 ? `has these integrations: ${list}.` : 'has no integrations.';
    throw new Problem(422, 'no-such-integration', `Account ${body.account} ${detail}`, { errors });
  }
  return { account, integrations: wanted };
}

/** What is wrong with an integration that is not asked for stops nothing. @param integration as in `FoundAccount.faults` */
function concerns(asked: IntegrationName[] | undefined, integration: string | null | undefined): boolean {
  return integration === undefined || !asked || asked.some((name) => name === integration);
}

/** The dealer's IDs at these vendors. */
export function dealerIdsOf(account: FoundAccount, integrations: IntegrationName[]): CancellationRequest['dealerIds'] {
  const ids = account.integrations.map((one) => [integrationKey(one), one.dealerId] as const);
  return Object.fromEntries(ids.filter(([name]) => integrations.includes(name as IntegrationName)));
}
