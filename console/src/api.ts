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

type Body<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer T } } } };
}
  ? T
  : never;

export type TaskList = Body<'/v1/tasks'>;
export type Task = Body<'/v1/tasks/{id}'>;
export type Session = Body<'/v1/session'>;
export type CancellationList = Body<'/v1/cancellations'>;
export type Cancellation = Body<'/v1/cancellations/{id}'>;
export type Integration = Cancellation['integrations'][number];
export type Step = Integration['steps'][number];

export type Plan = paths['/v1/cancellations']['post']['responses'][200]['content']['application/json'];
