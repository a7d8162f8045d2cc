import createClient, { type Middleware } from 'openapi-fetch';
import { isIdle } from './activity.ts';
import type { components, paths } from './api.generated.ts';
import { tellOtherTabs } from './otherTabs.ts';
import { nameOwner } from './pageOwner.ts';

export type Problem = components['schemas']['Problem'];

/** A refusal by the API, as it words it. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  /** How long the API asks to wait before the same is sent again, in ms; undefined when it does not say so. */
  readonly retryAfterMs: number | undefined;
  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** The refusal of one part of what was sent, such as `/answers/ticket`. */
  of(path: string): string | undefined {
    return this.problem.errors?.find((error) => error.path === path)?.message;
  }
}

/** Whether there is nothing at the page's address: it names no ID, or one that does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiProblem && [400, 404].includes(error.problem.status);
}

const refusals: Middleware = {
  onRequest({ request }) {
    request.headers.set('x-dealerops-console', isIdle() ? 'idle' : 'active');
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const fallback = {
      type: 'about:blank',
      title: 'No answer',
      status: response.status,
      detail: 'The service does not answer now: try again in a moment.',
    };
    const seconds = Number(response.headers.get('retry-after'));
    throw new ApiProblem(await response.json().catch(() => fallback), seconds > 0 ? seconds * 1_000 : undefined);
  },
  async onError() {
    throw new ApiProblem({
      type: 'about:blank',
      title: 'No connection',
      status: 0,
      detail: 'The service cannot be reached: check the connection, then try again.',
    });
  },
};

const sessionPath = /^\/v1\/sessions?(\/|$)/;

/** Says whose page this is, except where it asks who is signed in, or signs in itself. */
const identity: Middleware = {
  onRequest({ request, schemaPath }) {
    if (schemaPath !== '/v1/session' || request.method === 'DELETE') nameOwner(request.headers);
  },
  async onResponse({ request, response, schemaPath }) {
    if (request.method !== 'GET' && response.ok && sessionPath.test(schemaPath)) tellOtherTabs();
  },
};

const mostKept = 100;
/** Answers with an ETag, the one used last at the end. */
const kept = new Map<string, { etag: string; body: string }>();

/**
 * Asks for an answer again only if it has changed. The browser keeps none itself (`no-store`); these are gone with the page, and
 * each is used only when the API says for this very session that it is the same.
 */
const sameAnswers: Middleware = {
  onRequest({ request }) {
    const known = request.method === 'GET' ? kept.get(request.url) : undefined;
    if (known) request.headers.set('if-none-match', known.etag);
  },
  async onResponse({ request, response }) {
    if (request.method !== 'GET') return;
    const { url } = request;
    const known = kept.get(url);
    const etag = response.headers.get('etag');
    const isSame = response.status === 304 && known?.etag === etag;
    if (!isSame && (!response.ok || !etag)) return;
    const body = isSame ? known!.body : await response.text();
    kept.delete(url);
    kept.set(url, { etag: etag!, body });
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return new Response(body, { status: 200, headers: response.headers });
  },
};

const client = createClient<paths>({ baseUrl: '/' });
// Answers pass them in the opposite order: a 304 becomes an answer before refusals are looked for.
client.use(refusals, identity, sameAnswers);
export const api = client;

/** The answer's body; refusals were thrown before. */
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

type Schemas = components['schemas'];
export type TaskList = Schemas['TaskPage'];
export type Task = Schemas['TaskWithEvents'];
export type Session = Schemas['Session'];
export type CancellationList = Schemas['CancellationPage'];
export type Cancellation = Schemas['Cancellation'];
export type Integration = Cancellation['integrations'][number];
export type Step = Schemas['Step'];
export type Plan = Schemas['Plan'];
export type Person = Schemas['Person'];
export type Dealer = Schemas['Dealer'];
export type ListedDealer = Schemas['ListedDealer'];
export type Overview = Schemas['Overview'];
export type SearchResult = Schemas['SearchResult'];
export type CancellationsOverview = Schemas['CancellationsOverview'];

/** Everybody, from all pages. */
export async function allPeople(): Promise<Person[]> {
  const people: Person[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await bodyOf(api.GET('/v1/people', { params: { query: { cursor, limit: 100 } } }));
    people.push(...page.people);
    if (page.nextCursor === null) return people;
    cursor = page.nextCursor;
  }
}
