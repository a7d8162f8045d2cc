import { setTimeout } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { FoundAccount, RecordFault } from '../../../domain/shared/accountRecords.ts';
import type { ApiOptions } from '../../server/options.ts';
import { faultsOfAccount, isOutageOfCst, isRefusalOfCst } from '../../server/outages.ts';

/** What CST, or the registry, says of a dealer's account. An outage is an answer of its own: never "no such dealer". */
export type Lookup = { readAt: Date } & (
  | { state: 'found'; account: FoundAccount }
  | { state: 'not_found' }
  /** There is a record, with which nothing may proceed. */
  | { state: 'unusable'; faults: RecordFault[] }
  | { state: 'unavailable'; reason: string }
);

/** A dealer's account and that of its parent. */
export interface DealerRecords {
  account: string;
  own: Lookup;
  /** Null where the dealer has none, undefined while that is not known. */
  parent: { account: string; lookup: Lookup } | null | undefined;
}

/** Looks an account up. @param until in ms since 1970; what does not answer by then is unavailable */
export async function lookUp({ accounts }: ApiOptions, id: string, until: number): Promise<Lookup> {
  try {
    const account = await inTime(accounts.find(id), until);
    const readAt = new Date();
    return account ? { state: 'found', account, readAt } : { state: 'not_found', readAt };
  } catch (error) {
    const unusable = faultsOfAccount(error);
    if (unusable) return { state: 'unusable', faults: unusable.faults, readAt: new Date() };
    return { state: 'unavailable', reason: reasonOf(error), readAt: new Date() };
  }
}

/** Looks a dealer up, and its parent sales account. */
export async function lookUpDealer(options: ApiOptions, id: string, until: number): Promise<DealerRecords> {
  const own = await lookUp(options, id, until);
  if (own.state !== 'found') return { account: id, own, parent: undefined };
  const { id: account, parentSalesAccountId: parent } = own.account;
  return {
    account,
    own,
    parent: parent === null ? null : { account: parent, lookup: await lookUp(options, parent, until) },
  };
}

/** @throws ApplicationFailure `CstUnavailable` when the answer comes later */
export async function inTime<T>(answer: Promise<T>, until: number): Promise<T> {
  const over = new AbortController();
  const late = setTimeout(Math.max(0, until - Date.now()), undefined, { signal: over.signal }).then(() => {
    throw ApplicationFailure.retryable('CST has not answered in time', 'CstUnavailable');
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
    late.catch(() => {});
    answer.catch(() => {});
  }
}

/** Why CST says nothing, as a sentence. @throws the error when it is another system's */
export function reasonOf(error: unknown): string {
  if (isOutageOfCst(error)) return 'CST does not answer now.';
  if (isRefusalOfCst(error)) return 'CST refuses this service: its operator must check CST_TOKEN and its permissions.';
  throw error;
}
