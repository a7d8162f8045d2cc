import { activityInfo, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Process } from '../../domain/shared/processes.ts';
import type { AccountFailureDetails } from '../connectors/accountFailures.ts';
import type { Activities } from './composed.ts';
import type { Context } from './context.ts';
import { startNotice } from './startNotice.ts';

/**
 * The same activities; when one waits for somebody to enter or correct an account, the team leads are told by mail, once a day for
 * each account. That is not waited for: where it fails, the next try does it.
 */
export function notifyingLeadsOfAccounts<All extends Activities>(
  activities: All,
  context: Pick<Context, 'temporal'>,
  process: Process,
): All {
  const notify = async ({ message, details }: ApplicationFailure) => {
    const { account } = details![0] as AccountFailureDetails;
    // By Temporal's clock: workers whose own differ would do so twice a day.
    const date = new Date(activityInfo().currentAttemptScheduledTimestampMs).toISOString().slice(0, 10);
    const key = `account-record/${process}/${account}/${date}`;
    await startNotice(context.temporal, { about: 'account', key, process, account, message });
  };
  const notifying = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: never[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        if (error instanceof ApplicationFailure && /^Account(Unknown|Unusable)$/.test(error.type ?? ''))
          void notify(error).catch((cause) =>
            log.warn('The team leads could not be notified of an account', { error: String(cause) }),
          );
        throw error;
      }
    },
  ]);
  return Object.fromEntries(notifying) as All;
}
