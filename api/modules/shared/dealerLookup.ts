import { setTimeout } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { FoundAccount, RecordFault } from '../../../domain/shared/accountRecords.ts';
import type { DealerNames } from '../../../domain/shared/accounts.ts';
import { wrongCursor } from '../../server/cursor.ts';
import { keptAnswers } from '../../server/keptAnswers.ts';
import type { ApiOptions } from '../../server/options.ts';
import { faultsOfAccount, isOutageOfCst, isRefusalOfCst, statusOfRefusal } from '../../server/outages.ts';

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

type AccountDirectory = ApiOptions['accounts'];
/** A page of CST's dealers by name; an outage is an answer of its own. */
type NamesPage = { page: DealerNames } | { reason: string };

/** In ms: CST may take this long for an answer that nobody waits for any more, but for the next who asks. */
const longestWaitMs = 6_000;
/** What CST has said is shown with its age; what it has not, or does not know, may be there in a moment. */
const [foundKeptMs, otherKeptMs] = [30_000, 5_000];
const mostKept = 2_000;

const keptOf = new WeakMap<AccountDirectory, ReturnType<typeof keptFor>>();
const keptFor = () => ({
  lookups: keptAnswers<Lookup>({
    most: mostKept,
    keptMs: ({ state }) => (state === 'found' ? foundKeptMs : otherKeptMs),
  }),
  names: keptAnswers<NamesPage>({
    most: mostKept,
    keptMs: (answer) => ('page' in answer ? foundKeptMs : otherKeptMs),
  }),
});

/** What CST has answered lately, for pages that are read again at each change; the gate and requests ask CST itself. */
function kept(accounts: AccountDirectory): ReturnType<typeof keptFor> {
  const found = keptOf.get(accounts) ?? keptFor();
  keptOf.set(accounts, found);
  return found;
}

/**
 * Looks an account up, in CST at most every 30 seconds: `readAt` says when.
 * @param until in ms since 1970; what does not answer by then is unavailable
 */
export async function lookUp({ accounts }: ApiOptions, id: string, until: number): Promise<Lookup> {
  // Our own registry is asked as it is now.
  const lookup = accounts.named ? kept(accounts).lookups(id, () => ask(accounts, id)) : ask(accounts, id);
  try {
    return await inTime(lookup, until);
  } catch (error) {
    return { state: 'unavailable', reason: reasonOf(error), readAt: new Date() };
  }
}

async function ask(accounts: AccountDirectory, id: string): Promise<Lookup> {
  try {
    const account = await accounts.find(id, AbortSignal.timeout(longestWaitMs));
    const readAt = new Date();
    return account ? { state: 'found', account, readAt } : { state: 'not_found', readAt };
  } catch (error) {
    const unusable = faultsOfAccount(error);
    if (unusable) return { state: 'unusable', faults: unusable.faults, readAt: new Date() };
    return { state: 'unavailable', reason: reasonOf(error), readAt: new Date() };
  }
}

/** CST's dealers by the beginning of their name, as `lookUp` has an account. */
export async function dealersNamed(
  { accounts }: ApiOptions,
  text: string,
  { cursor, limit, until }: { cursor: string | undefined; limit: number; until: number },
): Promise<NamesPage> {
  const asked = async (): Promise<NamesPage> => {
    try {
      return { page: await accounts.named!(text, cursor, limit, AbortSignal.timeout(longestWaitMs)) };
    } catch (error) {
      // The cursor in ours is CST's own, which only CST can check.
      if (cursor !== undefined && isRefusalOfCst(error) && statusOfRefusal(error) === 400) throw wrongCursor();
      return { reason: reasonOf(error) };
    }
  };
  try {
    const key = JSON.stringify([text.toLowerCase(), cursor, limit]);
    return await inTime(kept(accounts).names(key, asked), until);
  } catch (error) {
    return { reason: reasonOf(error) };
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
async function inTime<T>(answer: Promise<T>, until: number): Promise<T> {
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
function reasonOf(error: unknown): string {
  if (isOutageOfCst(error)) return 'CST does not answer now.';
  if (isRefusalOfCst(error)) return 'CST refuses this service: its operator must check CST_TOKEN and its permissions.';
  throw error;
}
