import { ApplicationFailure } from '@temporalio/common';
import { type FoundAccount, type RecordFault, readAccountRecord } from '../../domain/shared/accountRecords.ts';

/** Failures that somebody ends by correcting an account's record; they are tried again, since nothing proceeds without it. */

/** What `details[0]` of both failures holds; `faults` of `AccountUnusable` only. */
export interface AccountFailureDetails {
  account: string;
  faults?: RecordFault[];
}

export function accountUnknown(account: string, message: string): ApplicationFailure {
  return ApplicationFailure.retryable(message, 'AccountUnknown', { account } satisfies AccountFailureDetails);
}

/** A record that was found, but of which something cannot be used. */
export function accountUnusable({ account, faults }: Required<AccountFailureDetails>): ApplicationFailure {
  const said = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  return ApplicationFailure.retryable(
    `The record of account ${account} cannot be used: ${said}. Correct it in CST, or with PUT /v1/accounts/${account} where CST is not configured.`,
    'AccountUnusable',
    { account, faults } satisfies AccountFailureDetails,
  );
}

/** The account that a record holds. @throws ApplicationFailure `AccountUnusable` when nothing may proceed with it */
export function accountOfRecord(record: Record<string, unknown>, id: string): FoundAccount {
  const read = readAccountRecord(record, id);
  if ('faults' in read) throw accountUnusable({ account: id, faults: read.faults });
  return read.account;
}
