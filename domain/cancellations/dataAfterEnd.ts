import type { IntegrationName } from '../shared/vendors.ts';
import { inWords } from '../shared/words.ts';

/** A vendor's data that still arrives for a dealer whose integration has ended (spec: cancellations.md, last section). */

/** What arrived, as whoever receives the vendor's data reports it. Also what the workflow `reportDataAfterEnd` is started with. */
export interface DataArrival {
  integration: IntegrationName;
  /** The dealer: its account in CST, its ID at the vendor, or both. */
  account?: string;
  dealerId?: string;
  kind: 'file' | 'record';
  /** SHA-256 in hex of the file's or record's own key, which may be personal: the same arrival counts once. */
  keyHash: string;
  /** ISO 8601 */
  receivedAt: string;
  /** Where it arrived, such as the name of a feed. */
  source?: string;
  /** Who reports it. */
  by: string;
}

/** An integration that has ended, of which the task is. */
export interface EndedIntegration {
  cancellationId: string;
  account: string;
  integration: IntegrationName;
  /** At the vendor, when it was requested. */
  dealerId?: string;
}

/** The latest cancellation of one dealer's integration, as the tables have it. */
export interface LatestCancellation extends EndedIntegration {
  /** One of `integrationStates`. */
  state: string;
  endedAt: Date | null;
  /** The latest of its tasks about data after the end that is over. */
  answered?: { at: Date; outcome?: string };
}

/** Why an arrival is no issue; undefined when it is one. */
export function reasonToIgnore(
  { state, endedAt, dealerId, answered }: LatestCancellation,
  arrival: Pick<DataArrival, 'dealerId' | 'receivedAt'>,
  graceDays: number,
): string | undefined {
  if (state !== 'ended' || !endedAt) return `the integration has not ended: its cancellation is ${inWords(state)}`;
  if (arrival.dealerId !== undefined && dealerId !== undefined && arrival.dealerId !== dealerId)
    return 'a new integration: the dealer had another ID at the vendor when it ended';
  if (answered?.outcome === 'new_integration') return 'a person found that the dealer has a new integration';
  const since = answered && answered.at > endedAt ? answered.at : endedAt;
  if (Date.parse(arrival.receivedAt) <= since.getTime() + graceDays * 86_400_000)
    return `within ${graceDays} days after ${answered ? 'the last answer' : 'the end'}`;
  return undefined;
}

/** What has arrived since the end. */
export interface ArrivalCount {
  files: number;
  records: number;
  /** ISO 8601 */
  first: string;
  last: string;
  /** Where, the latest first, at most 5. */
  sources: string[];
}
