import { randomUUID } from 'node:crypto';
import {
  type CancellationRecord,
  findCancellation,
  type IntegrationRow,
} from '../../../db/queries/cancellations/cancellations.ts';
import { nameOf } from '../../../db/queries/people.ts';
import { fullTime } from '../../../domain/shared/times.ts';
import { type IntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import { inWords } from '../../../domain/shared/words.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { signalDealer } from './dealerWorkflow.ts';

/**
 * Tells the dealer's workflow that the customer stays. For a cancellation that has ended already it makes the tasks to
 * reinstate.
 * @throws Problem 409 when there is nothing left to withdraw; 422 when the cancellation does not have such an integration
 */
export async function withdraw(
  options: ApiOptions,
  record: CancellationRecord,
  withdrawal: { reason: string; integrations?: IntegrationName[]; by: string },
): Promise<void> {
  const { integrations: wanted } = withdrawal;
  if (wanted) checkAsked(record, wanted);
  const concerned = record.integrations.filter(({ integration }) => wanted?.includes(integration) ?? true);
  const nothing = concerned.length > 0 && concerned.every((row) => nothingToWithdraw(row, record));
  if (nothing || isWithdrawn(record)) throw await nothingLeft(options, record, concerned);
  await signalDealer(options, record.account, 'withdraw', {
    requestId: randomUUID(),
    cancellationId: record.id,
    ...withdrawal,
  });
}

/** By its requests: the rows of what has just begun are still to be written. */
function checkAsked({ requests, account }: CancellationRecord, wanted: IntegrationName[]): void {
  const asked = new Set(requests.flatMap(({ integrations }) => integrations));
  const errors = wanted.flatMap((name, index) =>
    asked.has(name) ? [] : [{ path: `/integrations/${index}`, message: `The cancellation does not have ${name}.` }],
  );
  if (errors.length === 0) return;
  const detail = `This cancellation of account ${account} has these integrations: ${[...asked].join(', ')}.`;
  throw new Problem(422, 'no-such-integration', detail, { errors });
}

/** The whole of it, and nothing was asked for since. */
function isWithdrawn({ withdrawnAt, requests }: CancellationRecord): boolean {
  return withdrawnAt !== null && requests.every(({ requestedAt }) => requestedAt <= withdrawnAt);
}

/** Withdrawn already, or about to be; or refused by the gate, so that nothing was ended. Unless it was asked for again. */
function nothingToWithdraw({ integration, state, steps, updatedAt }: IntegrationRow, { requests }: Requests): boolean {
  const withdrawn = steps.some((one) => one.step === 'reinstate' || one.state === 'withdrawn');
  if (state !== 'withdrawn' && state !== 'blocked' && !withdrawn) return false;
  return !requests.some((one) => one.integrations.includes(integration) && one.requestedAt > updatedAt);
}

type Requests = Pick<CancellationRecord, 'requests'>;

async function nothingLeft(
  options: ApiOptions,
  record: CancellationRecord,
  concerned: IntegrationRow[],
): Promise<Problem> {
  const { withdrawnAt, withdrawnBy, withdrawnReason } = record;
  if (withdrawnAt) {
    const who = await nameOf(options.database.db, withdrawnBy ?? '');
    const detail = `The cancellation was withdrawn by ${who} on ${fullTime(withdrawnAt.toISOString(), record.timeZone ?? 'UTC')}: ${withdrawnReason}`;
    return new Problem(409, 'already-withdrawn', detail);
  }
  const states = concerned
    .map(({ integration, standing }) => `${vendorTitle(integration)} is ${inWords(standing)}`)
    .join(', ');
  return new Problem(409, 'already-withdrawn', `There is nothing to withdraw: ${states}.`);
}

/** @throws Problem 404 */
export async function cancellation(options: ApiOptions, id: string): Promise<CancellationRecord> {
  const record = await findCancellation(options.database.db, id);
  if (!record) throw new Problem(404, 'not-found', `There is no cancellation ${id}.`);
  return record;
}
