import { ApplicationFailure } from '@temporalio/common';
import type { z } from 'zod';
import type { SystemCode } from '../../domain/shared/actors.ts';
import type { RefusalDetails } from '../../domain/shared/connectors.ts';
import { deadlineAfter } from './deadline.ts';

/** Which system a connector calls. */
export interface OutsideSystem {
  /** For people, in the failures' messages and in mails. */
  title: string;
  code: SystemCode;
  /** Begins the types of its failures: `Cst` makes `CstUnavailable`, `CstInvalidResponse`, `CstRefused`. */
  failurePrefix: string;
}

/** One call of an outside system's HTTP API. */
export interface Call<T> {
  system: OutsideSystem;
  url: string;
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  headers: Record<string, string>;
  body?: unknown;
  /** What the answer must be. */
  answer: z.ZodType<T>;
  /** Statuses that are an answer too, such as 404 for "gone". */
  also?: number[];
  /** Failures with a name of their own, by status; with them, a missing answer in time is `<prefix>TimedOut`. */
  failures?: Record<number, NamedFailure>;
  /** The longest answer that is read; 1 MiB when absent. */
  maxBytes?: number;
  /** Ends the call sooner, when nobody waits for its answer any more. */
  signal?: AbortSignal;
}

/** `name` follows the system's: `Conflict` makes `FortellisConflict`. */
interface NamedFailure {
  name: string;
  /** Whether trying again may help. */
  retryable?: boolean;
  /** What to check. */
  hint?: string;
}

/** For systems whose failures each have a name. */
export const failuresByStatus: Record<number, NamedFailure> = {
  401: { name: 'Unauthorized', hint: 'check its client ID and secret' },
  403: { name: 'Forbidden', hint: 'check its address and what its key may do' },
  404: { name: 'NotFound', hint: 'check its address' },
  409: { name: 'Conflict', retryable: true },
  429: { name: 'RateLimited', retryable: true },
};

export interface Answer<T> {
  status: number;
  /** Null for the statuses of `also`, and for 204. */
  body: T | null;
  /** As it came, for the statuses of `also`. */
  text: string;
  headers: Headers;
}

const deadlineMs = 10_000;

/**
 * Calls an outside system within 10 seconds; its answer is bounded and checked.
 * @throws ApplicationFailure `<prefix>Unavailable` (no connection, too slow, 5xx, 429) and `<prefix>InvalidResponse` (an answer
 *   that is not what the contract says), to be tried again; `<prefix>Refused` (any other 4xx), for which trying again is no use;
 *   and those that `failures` names
 */
export async function callOutside<T>(call: Call<T>): Promise<Answer<T>> {
  const { system, method = 'GET', maxBytes = 1024 * 1024 } = call;
  const { title, failurePrefix } = system;
  const path = `${method} ${new URL(call.url).pathname}`;
  let response: Response;
  let text: string;
  const deadline = deadlineAfter(deadlineMs);
  try {
    response = await fetch(call.url, {
      method,
      headers: { accept: 'application/json', ...call.headers },
      body: call.body === undefined ? undefined : typeof call.body === 'string' ? call.body : JSON.stringify(call.body),
      signal: AbortSignal.any([deadline.signal, ...(call.signal ? [call.signal] : [])]),
      redirect: 'error',
    });
    text = await readBounded(response, maxBytes);
  } catch (error) {
    if (error instanceof TooLong) throw invalidResponse(system, `${path} with more than ${maxBytes / 1024} KiB`);
    const tooSlow = error instanceof Error && error.name === 'TimeoutError';
    const cause = tooSlow
      ? call.signal?.aborted
        ? 'no answer in time'
        : `no answer within ${deadlineMs / 1000} s`
      : 'no connection';
    const name = tooSlow && call.failures ? 'TimedOut' : 'Unavailable';
    throw ApplicationFailure.retryable(`${title} cannot be reached (${path}): ${cause}`, `${failurePrefix}${name}`);
  } finally {
    deadline.clear();
  }
  const { status, headers } = response;
  const seconds = Number(headers.get('retry-after'));
  const nextRetryDelay = seconds > 0 ? (`${Math.min(seconds, 3600)} seconds` as const) : undefined;
  const named = call.failures?.[status];
  if (named)
    throw ApplicationFailure.create({
      message: `${title} refuses ${path}: HTTP ${status}${named.hint ? `: ${named.hint}` : ''}`,
      type: `${failurePrefix}${named.name}`,
      nonRetryable: !named.retryable,
      nextRetryDelay: named.retryable ? nextRetryDelay : undefined,
    });
  if (status >= 500 || status === 429)
    throw ApplicationFailure.create({
      message: `${title} cannot answer now (${path}): HTTP ${status}`,
      type: `${failurePrefix}Unavailable`,
      nextRetryDelay,
    });
  if (call.also?.includes(status) || status === 204) return { status, body: null, text, headers };
  if (status >= 400) {
    const hint = status === 401 || status === 403 ? ': check its token and rights' : '';
    const details = { status } satisfies RefusalDetails;
    throw ApplicationFailure.nonRetryable(
      `${title} refuses ${path}: HTTP ${status}${hint}`,
      `${failurePrefix}Refused`,
      details,
    );
  }
  return { status, body: readAnswer(call, path, text), text, headers };
}

function readAnswer<T>({ system, answer }: Call<T>, path: string, text: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalidResponse(system, `${path} with something that is not JSON`);
  }
  const read = answer.safeParse(json);
  if (read.success) return read.data;
  const where = read.error.issues.map((issue) => issue.path.join('.') || '(all)').join(', ');
  throw invalidResponse(system, `${path} not as its contract says; wrong: ${where}`);
}

function invalidResponse({ title, failurePrefix }: OutsideSystem, action: string): ApplicationFailure {
  return ApplicationFailure.retryable(`${title} answers ${action}`, `${failurePrefix}InvalidResponse`);
}

class TooLong extends Error {}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  let size = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
