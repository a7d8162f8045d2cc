import createClient, { type Middleware } from 'openapi-fetch';
import { isIdle } from './activity.ts';
import type { components, paths } from './api.generated.ts';

export type Problem = components['schemas']['Problem'];

/** A refusal by the API, as it words it. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  /** The refusal of one part of what was sent, such as `/answers/ticket`. */
  of(path: string): string | undefined {
    return this.problem.errors?.find((error) => error.path === path)?.message;
  }
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
    throw new ApiProblem(await response.json().catch(() => fallback));
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

const client = createClient<paths>({ baseUrl: '/' });
client.use(refusals);
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
export type Integration = Schemas['CancellationIntegration'];
export type Step = Schemas['Step'];
export type Plan = Schemas['Plan'];
type Person = Schemas['Person'];

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
