import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { unusableAccountMail } from '../domain/noticeTexts.ts';
import type { AccountFailureDetails } from './accountFailures.ts';
import type { Context } from './context.ts';
import { mailEach, peopleWithRole } from './mailPeople.ts';

type Activity = (...args: never[]) => Promise<unknown>;

/**
 * The same activities; when one waits for somebody to enter or correct an account, the leads are told by mail, once a day for
 * each account. The mail is not waited for: the next try sends it when this one could not.
 */
export function tellingLeadsOfAccounts<All extends Record<string, Activity>>(
  activities: All,
  context: Pick<Context, 'database' | 'mailer'>,
): All {
  const tell = async ({ message, details }: ApplicationFailure) => {
    const { account } = details![0] as AccountFailureDetails;
    const key = `account-record/${account}/${new Date().toISOString().slice(0, 10)}`;
    await mailEach(context, await peopleWithRole(context, 'lead'), key, unusableAccountMail({ account, message }));
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
