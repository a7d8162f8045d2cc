import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../db/client.ts';
import {
  expireLease,
  type KeyOfCall,
  keepBatchKey,
  releaseKey,
  type StoredResponse,
  storeAnswer,
  takeKey,
} from '../../db/queries/idempotency.ts';
import { bodyHash } from './bodyHash.ts';
import { Problem } from './problems.ts';

/** How long a call waits for an equal one that is in progress. */
const waitMs = 8_000;

/**
 * Carries out a call once for its Idempotency-Key. The same call again gets the same answer, also when the first one was cut off
 * at any point: `carryOut` gets the same `requestId` at every try, and must do with one request what it does only once.
 * @param body whose hash tells an equal call from another one with the same key
 * @returns the answer, and whether it is of an earlier call
 * @throws Problem of `carryOut`: after a 4xx of the first try the key is free again; 422 when the key was used with another body;
 *   503 when an equal call has been in progress for 8 seconds
 */
export async function withIdempotencyKey<Answer extends StoredResponse>(
  db: Db,
  call: KeyOfCall,
  body: unknown,
  carryOut: (requestId: string) => Promise<Answer>,
): Promise<{ answer: Answer; replayed: boolean }> {
  const hash = bodyHash(body);
  const waitUntil = Date.now() + waitMs;
  for (let pause = 25; ; pause = Math.min(2 * pause, 400)) {
    const taken = await takeKey(db, call, hash);
    if (taken.state === 'answered') return { answer: taken.response as Answer, replayed: true };
    if (taken.state === 'reused') throw reused('use a new one');
    if (taken.state === 'ours') {
      try {
        const answer = await carryOut(taken.requestId);
        await storeAnswer(db, call, taken, answer);
        return { answer, replayed: false };
      } catch (error) {
        // A call before this one may have started the request: then its ID must stay.
        if (taken.fresh && error instanceof Problem && error.status < 500) await releaseKey(db, call, taken);
        // When the database is what failed, the key waits until its call can be given up.
        else await expireLease(db, call, taken).catch(() => {});
        throw error;
      }
    }
    if (Date.now() + pause > waitUntil) {
      const detail = 'The same request is in progress in another call: send it again with the same Idempotency-Key.';
      throw new Problem(503, 'unavailable', detail, { headers: { 'retry-after': '5' } });
    }
    await sleep(pause);
  }
}

/**
 * Keeps the key of a batch, whose items have keys of their own.
 * @throws Problem 422 when it was used for another batch: what that has begun would be hidden by answers for other items
 */
export async function keepKeyOfBatch(db: Db, call: Omit<KeyOfCall, 'item'>, items: unknown[]): Promise<void> {
  if (await keepBatchKey(db, { ...call, item: -1 }, bodyHash(items))) return;
  throw reused('use a new one, with only the corrected items');
}

function reused(whatToDo: string): Problem {
  const detail = `This Idempotency-Key was used with another body before: ${whatToDo}.`;
  return new Problem(422, 'idempotency-key-reused', detail);
}
