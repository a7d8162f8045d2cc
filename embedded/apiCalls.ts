import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const Problem = z.object({ title: z.string(), detail: z.string() });

/** Sends one request, with the body as JSON. @throws Error with what the API says of its refusal */
type ApiCall = (path: string, init?: { method?: string; headers?: object; body?: object }) => Promise<unknown>;

/**
 * Calls the API with a key.
 * @param until in ms since 1970: until then a request is sent again as the API asks for it, such as while it is busy
 */
export function callsOf(apiUrl: string, key: string, until: number): ApiCall {
  return async (path, { method, headers, body } = {}) => {
    for (;;) {
      const response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      });
      if (response.ok) return response.json();
      const waitMs = waitOf(response);
      if (waitMs === undefined || Date.now() + waitMs > until) throw new Error(await reasonOf(response));
      await sleep(waitMs);
    }
  };
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
