import { setTimeout as sleep } from 'node:timers/promises';
import { joinOrOpenCancellation } from '../../../db/queries/cancellationRequests.ts';
import {
  expireLease,
  type KeyOfCall,
  type OwnKey,
  releaseKey,
  storeAnswer,
  takeKey,
} from '../../../db/queries/idempotency.ts';
import type { Caller } from '../../../db/queries/keys.ts';
import type { ApiOptions } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { bodyHash } from './bodyHash.ts';
import { requestOfDealer } from './dealerWorkflow.ts';
import { dealerIdsOf, integrationsToEnd } from './integrations.ts';
import { planOf } from './plan.ts';
import type { CancellationBody, Plan, Started } from './schemas.ts';

export type Answer = { status: 202; body: Started; replayed: boolean } | { status: 200; body: Plan; replayed: false };

/** How long a call waits for an equal one that is in progress. */
const waitMs = 8_000;

/**
 * Starts a cancellation, or joins the one that the dealer has in progress. The same call again is the same answer, also when
 * the first one was cut off at any point: its request's ID is kept before anything else happens.
 * @throws Problem 4xx for what cannot be started, the Idempotency-Key is then free again; 503 when an equal call has been
 *   in progress for 8 seconds
 */
export async function startCancellation(
  options: ApiOptions,
  caller: Caller,
  { key, item = -1 }: { key: string; item?: number },
  body: CancellationBody,
): Promise<Answer> {
  if (body.dryRun) {
    const plan = await planOf(options, await integrationsToEnd(options, body), body.whenActive);
    return { status: 200, body: plan, replayed: false };
  }
  const { db } = options.database;
  const call: KeyOfCall = { caller: caller.id, key, item };
  const hash = bodyHash(body);
  const waitUntil = Date.now() + waitMs;
  for (let pause = 25; ; pause = Math.min(2 * pause, 400)) {
    const taken = await takeKey(db, call, hash);
    if (taken.state === 'ours') return carryOut(options, caller, call, taken, body);
    if (taken.state === 'answered') return { status: 202, body: taken.response.body as Started, replayed: true };
    if (taken.state === 'reused') {
      const detail = 'This Idempotency-Key was used with another body before: use a new one.';
      throw new Problem(422, 'idempotency-key-reused', detail);
    }
    if (Date.now() + pause > waitUntil) {
      const detail = 'The same request is in progress in another call: send it again with the same Idempotency-Key.';
      throw new Problem(503, 'unavailable', detail, { headers: { 'retry-after': '5' } });
    }
    await sleep(pause);
  }
}

async function carryOut(
  options: ApiOptions,
  caller: Caller,
  call: KeyOfCall,
  taken: OwnKey,
  body: CancellationBody,
): Promise<Answer> {
  const { db } = options.database;
  const { reason, whenActive } = body;
  try {
    const { account, integrations } = await integrationsToEnd(options, body);
    const dealerIds = dealerIdsOf(account, integrations);
    const { requestId } = taken;
    const request = { requestId, reason, integrations, dealerIds, whenActive, by: caller.id };
    const { cancellationId: id, taken: isTaken } = await joinOrOpenCancellation(db, account.id, request);
    if (!isTaken) await requestOfDealer(options, account.id, { ...request, cancellationId: id });
    const address = `/v1/cancellations/${id}`;
    const started: Started = { id, account: account.id, state: 'open', integrations, address };
    await storeAnswer(db, call, taken, { status: 202, body: started });
    return { status: 202, body: started, replayed: false };
  } catch (error) {
    // A call before this one may have started the request: then its ID must stay.
    if (taken.fresh && error instanceof Problem && error.status < 500) await releaseKey(db, call, taken);
    // When the database is what failed, the key waits until its call can be given up.
    else await expireLease(db, call, taken).catch(() => {});
    throw error;
  }
}
