import { randomUUID } from 'node:crypto';
import { afterEach, expect } from 'vitest';
import type { ProblemType } from '../../api/server/problems.ts';
import { eventually } from './eventually.ts';
import { serviceForFile } from './serviceForFile.ts';

export interface Expected {
  status: number;
  type: ProblemType;
  /** Where the fault is, as `errors` says. */
  path?: string;
  /** What the detail says. */
  says?: string | RegExp;
  /** The header Allow. */
  allow?: string;
}
export interface Request {
  who?: 'offboarding' | 'olivia' | 'admin' | 'reader';
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export const start = (
  body: unknown,
  headers: Record<string, string> = { 'idempotency-key': randomUUID() },
): Request => ({
  who: 'offboarding',
  method: 'POST',
  url: '/v1/cancellations',
  body,
  headers,
});
export const cancelled = { account: 'D-1003', reason: 'subscription_canceled' };
export const invalid = (path?: string, says?: string | RegExp): Expected => ({
  status: 400,
  type: 'invalid-request',
  path,
  says,
});

/** A service with a cancellation and its task, for requests that must be rejected: after each test nothing may have begun. */
export async function problemsForFile() {
  const { service, api } = await serviceForFile();
  /** Pages are limited per address. */
  let pages = 0;

  const dealersUnderWay = async () => (await service.client.workflow.count("WorkflowType = 'cancelDealer'")).count;
  const started = async () =>
    JSON.stringify([
      (await api.get<{ cancellations: { id: string }[] }>('reader', '/v1/cancellations')).body.cancellations.map(
        ({ id }) => id,
      ),
      await dealersUnderWay(),
    ]);
  const { body } = await api.start({ account: 'D-1104' });
  const list = () => api.get<{ tasks: { id: string }[] }>('reader', '/v1/tasks?account=D-1104');
  const task = await eventually(async () => (await list()).body.tasks[0]);
  const known = { cancellation: body.id, task: task.id };
  await eventually(async () => (await dealersUnderWay()) === 1);
  const before = await started();
  afterEach(async () => expect(await started()).toBe(before));

  async function send({ who = 'admin', method, url, body, headers = {} }: Request) {
    const response = await api.app.inject({
      method,
      url: url.replace('{cancellation}', known.cancellation).replace('{task}', known.task),
      headers: {
        authorization: `Bearer ${api.keys[who]}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.statusCode, headers: response.headers, text: response.body };
  }

  /** Sends it; the answer must be these problem details, whose type has a page. */
  async function expectProblem(request: Request, { status, type, path, says, allow }: Expected) {
    const answer = await send(request);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`"/problems/${type}"`)]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(;|$)/);
    const problem = JSON.parse(answer.text);
    expect(problem).toMatchObject({
      type: `/problems/${type}`,
      title: expect.stringMatching(/\w/),
      status,
      detail: expect.stringMatching(/\w/),
    });
    if (path) expect(problem.errors.map((one: { path: string }) => one.path)).toContain(path);
    expect(answer.headers.allow).toBe(allow);
    if (says) expect(problem.detail).toMatch(says);
    const page = await api.app.inject({ url: problem.type, remoteAddress: `192.0.2.${pages++ % 250}` });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(page.body).toContain(problem.title);
    return { ...answer, problem };
  }

  return { service, api, send, expectProblem };
}
