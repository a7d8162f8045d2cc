import { activityInfo, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Context } from '../shared/context.ts';
import { startNotice } from '../shared/notices.ts';
import type { AccountFailureDetails } from './accountFailures.ts';

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * The same activities; when one waits for somebody to enter or correct an account, the leads are told by mail, once a day for
 * each account. That is not waited for: the next try tells them when this one could not.
 */
export function tellingLeadsOfAccounts<All extends Record<string, Activity>>(
  activities: All,
  context: Pick<Context, 'temporal'>,
): All {
  const tell = async ({ message, details }: ApplicationFailure) => {
    const { account } = details![0] as AccountFailureDetails;
    // By Temporal's clock: workers whose own differ would tell twice a day.
    const date = new Date(activityInfo().currentAttemptScheduledTimestampMs).toISOString().slice(0, 10);
    const key = `account-record/${account}/${date}`;
    await startNotice(context.temporal, { about: 'account', key, account, message });
  };
  const telling = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: never[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        if (error instanceof ApplicationFailure && /^Account(Unknown|Unusable)$/.test(error.type ?? ''))
          void tell(error).catch((cause) =>
            log.warn('The leads could not be told of an account', { error: String(cause) }),
          );
        throw error;
      }
    },
  ]);
  return Object.fromEntries(telling) as All;
}
