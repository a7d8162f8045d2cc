import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** A made-up dealer of the sandbox with a Reynolds CRM: its cancellation needs nobody. */
const account = 'D-1302';

const Cancellation = z.object({ id: z.string(), state: z.string(), webUi: z.string().optional() });

/**
 * Cancels a dealer of the sandbox as the offboarding system would, and waits until that has ended.
 * @returns the dealer and the address of its workflow in Temporal's Web UI, as the API gives it
 * @throws Error when it is refused or has not ended after 60 seconds
 */
export async function runExample(apiUrl: string, key: string): Promise<{ account: string; webUi?: string }> {
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${apiUrl}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the API answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  const { id } = await call('/v1/cancellations', {
    method: 'POST',
    headers: { 'idempotency-key': randomUUID() },
    body: JSON.stringify({ account, reason: 'subscription_canceled' }),
  });
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(250)) {
    const { state, webUi } = Cancellation.parse(await call(`/v1/cancellations/${id}`));
    if (state === 'closed') return { account, webUi };
  }
  throw new Error('it has not ended after 60 seconds');
}
