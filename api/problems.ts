import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** RFC 9457 problem details: every error of the API is one. */

/** One fault of a request; `path` is a JSON pointer into the body, or `header Name`, `query name`. */
export interface Fault {
  path: string;
  message: string;
}

/** What each type of problem means, for the page that its `type` names. */
export const problemTypes = {
  'invalid-request': 'A part of the request is not as the API’s description says; `errors` names each part.',
  unauthenticated: 'The request has no valid API key or session. Send `Authorization: Bearer <key>`.',
  forbidden: 'The API key may not do this; the detail names the scope that it lacks.',
  'not-found': 'There is nothing at this address.',
  'idempotency-key-missing':
    'Send the header Idempotency-Key with a value that is new for each new request, such as a UUID.',
  'idempotency-key-reused': 'The Idempotency-Key was already used with another body. Use a new key for a new request.',
  'unknown-account': 'The account is not known. Check it, or enter it with PUT /v1/accounts/{id}.',
  'unknown-vendor': 'We have no procedure for this vendor; the detail lists those that we have.',
  'no-such-integration': 'The account does not have this integration.',
  'already-withdrawn': 'The cancellation was withdrawn before.',
  'wrong-state': 'The task is not in a state in which this can be done.',
  'claimed-by-another': 'Another person has claimed the task.',
  'bad-answers': 'The answers do not finish the task; `errors` names each.',
  'account-active': 'The parent sales account is Active: the DMS feed must not be ended.',
  'not-a-person': 'Tasks are done by people: use an API key that belongs to a person.',
  'leads-only': 'Only a lead may do this.',
  'unknown-person': 'There is no person with this ID.',
  conflict: 'The request does not fit what there is.',
  'too-many-requests': 'Too many requests with this key; wait for as long as Retry-After says.',
  unavailable: 'A part of the service does not answer now. Nothing was lost; try again after Retry-After seconds.',
  internal: 'The service has failed. The detail has the request’s ID for its operators.',
} as const;

export type ProblemType = keyof typeof problemTypes;

export class Problem extends Error {
  readonly status: number;
  readonly type: ProblemType;
  readonly errors: Fault[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    type: ProblemType,
    detail: string,
    more: { errors?: Fault[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.status = status;
    this.type = type;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }

  body() {
    const title = problemTypes[this.type].split('. ')[0]!.replace(/\.$/, '');
    return {
      type: `/problems/${this.type}`,
      title,
      status: this.status,
      detail: this.message,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

/** How problems look in the OpenAPI document. */
export const ProblemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

const retryAfterSeconds = '5';

/** Makes a problem of whatever was thrown; inner words of an unforeseen error stay inside. */
export function toProblem(error: unknown, request: Pick<FastifyRequest, 'id'>): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      path: place(error.validationContext, issue.instancePath),
      message: issue.message ?? 'is not as described',
    }));
    const detail = errors.map((one) => `${one.path}: ${one.message}`).join('; ');
    return new Problem(400, 'invalid-request', detail, { errors });
  }
  if (isOutage(error)) {
    return new Problem(
      503,
      'unavailable',
      'The service cannot reach a part of itself; nothing was lost. Try again in a moment.',
      {
        headers: { 'retry-after': retryAfterSeconds },
      },
    );
  }
  const { statusCode, message, code } = error as FastifyError;
  if (statusCode === 429) return new Problem(429, 'too-many-requests', message);
  if (statusCode === 503)
    return new Problem(503, 'unavailable', 'The service is too busy; try again in a moment.', {
      headers: { 'retry-after': retryAfterSeconds },
    });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const hint = code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? 'Send the body as application/json.' : message;
    return new Problem(statusCode, statusCode === 404 ? 'not-found' : 'invalid-request', hint);
  }
  return new Problem(500, 'internal', `The request ${request.id} has failed inside the service; its log says why.`);
}

function place(context: string | undefined, instancePath: string): string {
  if (context === 'body' || context === undefined) return instancePath || '/';
  const name = { querystring: 'query', params: 'address', headers: 'header' }[context] ?? context;
  return `${name} ${instancePath.replace(/^\//, '')}`.trim();
}

const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
  '08001',
  '53300',
]);
const grpcOutages = new Set([4, 14]); // DEADLINE_EXCEEDED, UNAVAILABLE

/** Whether PostgreSQL or Temporal could not be reached, however deep the cause is. */
export function isOutage(error: unknown): boolean {
  for (let cause = error, depth = 0; cause && depth < 6; depth += 1) {
    const {
      code,
      message,
      cause: deeper,
      errors,
    } = cause as { code?: unknown; message?: string; cause?: unknown; errors?: unknown[] };
    if (typeof code === 'string' && outageCodes.has(code)) return true;
    if (typeof code === 'number' && grpcOutages.has(code)) return true;
    if (/connection terminated|timeout exceeded when trying to connect|Query read timeout/i.test(message ?? ''))
      return true;
    if (errors?.some(isOutage)) return true;
    cause = deeper;
  }
  return false;
}

export async function sendProblem(problem: Problem, reply: FastifyReply): Promise<FastifyReply> {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problem.body()));
}
