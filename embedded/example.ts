import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** A made-up dealer of the sandbox with a Reynolds CRM: its cancellation needs nobody. */
const account = 'D-1302';

const Started = z.object({ id: z.string() });
const Cancellation = z.object({ state: z.string(), webUi: z.string().optional() });
const Problem = z.object({ title: z.string(), detail: z.string() });

const withinMs = 60_000;

/**
 * Cancels a dealer of the sandbox as the offboarding system would, and waits until that has ended.
 * @returns the dealer and the address of its workflow in Temporal's Web UI, as the API gives it
 * @throws Error when it is refused or has not ended after 60 seconds
 */
export async function runExample(apiUrl: string, key: string): Promise<{ account: string; webUi?: string }> {
  const until = Date.now() + withinMs;
  const call = async (path: string, init: RequestInit = {}) => {
    for (;;) {
      const response = await fetch(`${apiUrl}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
        signal: AbortSignal.timeout(15_000),
      });
      if (response.ok) return response.json();
      const waitMs = waitOf(response);
      if (waitMs === undefined || Date.now() + waitMs > until) throw new Error(await reasonOf(response));
      await sleep(waitMs);
    }
  };
  const { id } = Started.parse(
    await call('/v1/cancellations', {
      method: 'POST',
      // The same key in every try, so that they count as one request.
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify({ account, reason: 'subscription_canceled' }),
    }),
  );
  for (; Date.now() < until; await sleep(250)) {
    const { state, webUi } = Cancellation.parse(await call(`/v1/cancellations/${id}`));
    if (state === 'closed') return { account, webUi };
  }
  throw new Error('it has not ended after 60 seconds');
}

/** How long the API asks to wait before the same request is sent again; undefined when that would not help. */
function waitOf({ status, headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after'));
  return (status === 503 || status === 429) && seconds > 0 ? seconds * 1_000 : undefined;
}

/** What the API says of its refusal (RFC 9457). */
async function reasonOf(response: Response): Promise<string> {
  const { data } = Problem.safeParse(await response.json().catch(() => undefined));
  return data ? `${data.title}: ${data.detail}` : `the API answered with status ${response.status}`;
}
