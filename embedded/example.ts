import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { callsOf } from './apiCalls.ts';

/** A made-up dealer of the sandbox with a Reynolds CRM: its cancellation needs nobody. */
const account = 'D-1302';

const Started = z.object({ id: z.string() });
const Cancellation = z.object({ state: z.string(), webUi: z.string().optional() });

const withinMs = 60_000;

/**
 * Cancels a dealer of the sandbox as the offboarding system would, and waits until that has ended.
 * @returns the dealer and the address of its workflow in Temporal's Web UI, as the API gives it
 * @throws Error when it is refused or has not ended after 60 seconds
 */
export async function runExample(apiUrl: string, key: string): Promise<{ account: string; webUi?: string }> {
  const until = Date.now() + withinMs;
  const call = callsOf(apiUrl, key, until);
  const { id } = Started.parse(
    await call('/v1/cancellations', {
      method: 'POST',
      // The same key in every try, so that they count as one request.
      headers: { 'idempotency-key': randomUUID() },
      body: { account, reason: 'subscription_canceled' },
    }),
  );
  for (; Date.now() < until; await sleep(250)) {
    const { state, webUi } = Cancellation.parse(await call(`/v1/cancellations/${id}`));
    if (state === 'closed') return { account, webUi };
  }
  throw new Error('it has not ended after 60 seconds');
}
