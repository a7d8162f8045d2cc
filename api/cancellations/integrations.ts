import { type IntegrationName, integrationNames, isIntegrationName } from '../../domain/vendors.ts';
import type { ApiOptions } from '../options.ts';
import { type Fault, Problem } from '../problems.ts';
import type { CancellationBody } from './schemas.ts';

/** What the account has and the body asks for. @throws Problem that says what the account has, or which vendors we know */
export async function integrationsToEnd({ accounts }: ApiOptions, body: CancellationBody): Promise<IntegrationName[]> {
  const account = await accounts.find(body.account);
  if (!account) {
    throw new Problem(
      422,
      'unknown-account',
      `There is no account ${body.account}. Check it, or enter it with PUT /v1/accounts/${body.account}.`,
      {
        errors: [{ path: '/account', message: 'is not known' }],
      },
    );
  }
  const has = account.integrations.map((one) => `${one.kind}/${one.vendor}`);
  const asked = body.reason === 'vendor_change' ? [body.integration] : body.integrations;
  const unknown = asked ? [] : has.filter((name) => !isIntegrationName(name));
  if (unknown.length > 0) {
    throw new Problem(
      422,
      'unknown-vendor',
      `Account ${body.account} has ${unknown.join(', ')}, for which we have no procedure. Known are ${integrationNames.join(', ')}: name those to end in "integrations".`,
      {
        errors: [{ path: '/integrations', message: `known are ${integrationNames.join(', ')}` }],
      },
    );
  }
  const wanted = [...new Set(asked ?? (has as IntegrationName[]))];
  const list = has.join(', ') || 'none';
  const errors = wanted.flatMap((name): Fault[] => {
    if (has.includes(name)) return [];
    const path = body.reason === 'vendor_change' ? '/integration' : `/integrations/${asked!.indexOf(name)}`;
    return [{ path, message: `the account does not have ${name}; it has ${list}` }];
  });
  if (errors.length > 0 || wanted.length === 0) {
    throw new Problem(422, 'no-such-integration', `Account ${body.account} has these integrations: ${list}.`, {
      errors,
    });
  }
  return wanted;
}
