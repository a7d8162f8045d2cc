import { type IntegrationName, vendorTitle } from '../../domain/shared/vendors.ts';
import type { Context } from '../shared/context.ts';
import { startNotice } from '../shared/startNotice.ts';

export function cancellationNoticeActivities({ temporal }: Pick<Context, 'temporal'>) {
  return {
    /** Tells the team leads that an integration's workflow was stopped in Temporal. */
    notifyOfStop({
      account,
      integration,
      reason,
      key,
    }: {
      account: string;
      integration: IntegrationName;
      reason: string;
      key: string;
    }): Promise<void> {
      const vendor = vendorTitle(integration);
      const text = [
        `The cancellation of ${vendor} for dealer ${account} was stopped before it ended: ${reason}.`,
        'Its feed may still run: check what was done, and start the cancellation again if the dealer has left.',
      ].join('\n');
      const title = `${vendor} of dealer ${account}`;
      return startNotice(temporal, { about: 'stopped', key, process: 'cancellations', title, text });
    },
  };
}
