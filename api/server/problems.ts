import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { GateCode } from '../../domain/cancellations/gate.ts';
import { type Fault, faultsOf } from './faults.ts';
import type { ApiOptions } from './options.ts';
import { faultsOfAccount, isOutageOfCst, isRefusalOfCst, outageOf } from './outages.ts';

/** RFC 9457 problem details: every error of the API is one. */

export type { Fault } from './faults.ts';

/** What each type of problem means, for the page that its `type` names. */
export const problemTypes = {
  'invalid-request':
    'A part of the request is missing or cannot be used. `errors` names each part and says what it needs; /docs describes all of them.',
  unauthenticated: 'The request has no valid API key or session. Send `Authorization: Bearer <key>`.',
  forbidden: 'The API key may not do this; the detail names the missing scope.',
  'session-replaced':
    'Another person has signed in in this browser. The header x-dealerops-owner names whose page sends the request, and the session is another person’s by now. Nothing was done. Reload the page to continue as the person who is signed in now.',
  'signed-in-as-another':
    'Another person is signed in in this browser. Nothing was changed, and a sign-in link still works. To end that person’s session here, name them in `replaces`.',
  'not-found': 'Not found. There is nothing with this ID, or at this path; /openapi.json lists every path.',
  'method-not-allowed': 'The path does not take this method. The header Allow lists those that it takes.',
  'not-acceptable':
    'The header Accept rules out what this path answers with. Leave it out, or name the type in the detail.',
  'too-large': 'The body, the headers or the address of the request are too large. Send less at once.',
  'too-slow': 'The request did not arrive completely in time. Send it again.',
  'unsupported-media-type': 'The body is not of a type that is understood here. Send it as application/json.',
  'idempotency-key-reused': 'The Idempotency-Key was already used with another body. Use a new key for a new request.',
  'unknown-account':
    'No dealer has this ID. Check it. A new dealer is entered in CST first; where CST is not configured, with PUT /v1/accounts/{id}.',
  'unusable-account':
    'A part of the account’s record cannot be used; the detail names the account and each field. Correct it in CST; where CST is not configured, with PUT /v1/accounts/{id}.',
  'unknown-vendor': 'We have no procedure for this vendor; the detail lists those that we have.',
  'not-entitled':
    'The dealer’s package or level gives no right to feeds. The detail says which. An administrator may grant an exception with a reason.',
  'not-proresponse': 'ProResponse does not deliver the data of this DMS. The detail says how it is requested instead.',
  'no-such-integration': 'The account, or the cancellation, does not have this integration.',
  'already-withdrawn':
    'There is nothing left to withdraw. Either it was withdrawn before, and the detail says by whom, when and why; or the gate blocked it, so that nothing was ended. Nothing has to be done. If the dealer is to be canceled after all, send a new request.',
  'cannot-decode': 'A payload was encrypted with a key that the service does not hold, or was changed.',
  'wrong-state':
    'The task is not in a state in which this can be done. The detail says in which it is, and what this needs: an open task is claimed first, an escalated one is the team lead’s to return, and one that is done or closed can only be corrected or commented on.',
  'claimed-by-another': 'Another person has claimed the task.',
  'assigned-to-another': 'The task is assigned to another person, who alone may claim it.',
  'bad-answers': 'Some answers are missing or cannot be used. `errors` names each field and says what it needs.',
  'bad-correction': 'Some answers cannot be corrected like this. `errors` names each field and says why.',
  'account-active': 'The parent sales account is Active: the DMS feed must not be ended.',
  'status-not-understood':
    'The parent sales account’s Effective Status is neither Active nor one that means not active: the DMS feed must not be ended before a person has corrected it, see the task.',
  'not-a-person': 'Tasks are done by people: use an API key that belongs to a person.',
  'team-leads-only': 'Only the team lead of the task’s team, or an administrator, may do this.',
  'not-in-team': 'The task belongs to another team: its members and its team lead do it.',
  'unknown-person': 'There is no person with this ID, or the person is no longer active.',
  'last-team-lead':
    'The last active team lead of a team can neither leave nor stop leading it. Make another member the team lead first.',
  'not-configured': 'This part of the service is off. The detail names the setting that turns it on.',
  'draft-replaced':
    'Another draft of the task was saved since the one that was continued. Nothing was kept. Read the task, which has the newer draft.',
  conflict: 'The request does not fit what there is.',
  'too-many-requests': 'Too many requests with this key or from this address. Wait for as long as Retry-After says.',
  unavailable:
    'A part of the service does not answer now. The detail says what became of the request; try again after Retry-After seconds.',
  internal: 'The service has failed. The detail has the request’s ID for its operators.',
} as const satisfies Record<string, string> & Record<GateCode, string>;

export type ProblemType = keyof typeof problemTypes;

export function isProblemType(code: string): code is ProblemType {
  return Object.hasOwn(problemTypes, code);
}

/** An error that is answered as it is: throw it anywhere in a route. */
export class Problem extends Error {
  readonly status: number;
  readonly type: ProblemType;
  readonly errors: Fault[] | undefined;
  readonly headers: Record<string, string>;

  /**
   * @param detail what is wrong with this request, and what to do about it
   * @param more.errors the wrong parts, each on its own
   */
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

  /** As `ProblemDetails` describes it; the title is the first sentence of the type's page. */
  body(): z.infer<typeof ProblemDetails> {
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

/** @param errors at least one */
export function invalidRequest(errors: Fault[]): Problem {
  const detail = errors
    .map((one) => (one.path === '/' ? `The body ${one.message}` : `${one.path}: ${one.message}`))
    .join('; ');
  return new Problem(400, 'invalid-request', detail, { errors });
}

/** @param id as the body's `account` has it */
export function unknownAccount(id: string, { connectors }: Pick<ApiOptions, 'connectors'>): Problem {
  const detail = connectors.includes('cst')
    ? `No dealer has the ID ${id} in CST. Check the ID; a new dealer is entered in CST first.`
    : `No dealer has the ID ${id}. Check the ID; a new dealer is entered with PUT /v1/accounts/${id}.`;
  return new Problem(422, 'unknown-account', detail, {
    errors: [{ path: '/account', message: `is not known: ${id}` }],
  });
}

/** @param faults of the account's record, at least one; `field` is named as CST names it */
export function unusableAccount(account: string, faults: { field: string; message: string }[]): Problem {
  const said = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  const detail = `The record of account ${account} cannot be used: ${said}. Correct it in CST, or with PUT /v1/accounts/${account} where CST is not configured. Nothing was started.`;
  const errors = faults.map(({ field, message }) => ({
    path: '/account',
    message: `has a record that cannot be used: ${field} ${message}`,
  }));
  return new Problem(422, 'unusable-account', detail, { errors });
}

const ProblemPart = z
  .object({
    path: z.string().describe('A JSON pointer into the body; or `query`, `header` or `path` and a parameter’s name'),
    message: z.string(),
  })
  .meta({ id: 'ProblemPart' });

/** How problems look in the OpenAPI document. */
export const ProblemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(ProblemPart).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

const tryAgain = { headers: { 'retry-after': '5' } };

/** Fastify's own refusals, by status; what has no type of its own is an invalid request. */
const typesByStatus: Record<number, ProblemType> = {
  404: 'not-found',
  413: 'too-large',
  414: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

const clearerWords: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE:
    'The body is not of a type that is understood here. Send JSON with the header Content-Type: application/json.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than 1 MiB: send less at once.',
  FST_ERR_MAX_PARAM_LENGTH: 'The ID in the address is longer than 100 characters.',
  FST_ERR_BAD_URL: 'The address is not a valid URL: encode its special characters.',
};

/** Makes a problem of whatever was thrown; inner words of an unforeseen error stay inside. */
export function toProblem(
  error: unknown,
  request: Pick<FastifyRequest, 'id'> & Partial<Pick<FastifyRequest, 'uploading'>>,
): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    return invalidRequest(faultsOf(error));
  }
  const unusable = faultsOfAccount(error);
  if (unusable) return unusableAccount(unusable.account, unusable.faults);
  if (isOutageOfCst(error)) {
    const detail =
      'CST, where accounts are looked up, does not answer now; nothing was started. Try again in a moment.';
    return new Problem(503, 'unavailable', detail, tryAgain);
  }
  if (isRefusalOfCst(error)) {
    const detail = `CST, where accounts are looked up, refuses this service; nothing was started. Its operator must check CST_TOKEN and its permissions (${error.message}).`;
    return new Problem(503, 'unavailable', detail, tryAgain);
  }
  const { statusCode, message, code } = error as FastifyError;
  if (request.uploading && (code === 'FST_ERR_HANDLER_TIMEOUT' || code === 'ECONNRESET')) {
    const detail = 'The body did not arrive completely in time; nothing was done. Send the request again.';
    return new Problem(408, 'too-slow', detail, { headers: { connection: 'close' } });
  }
  if (code === 'FST_ERR_HANDLER_TIMEOUT' || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    const detail =
      'The service has not answered in time; what was asked may still happen. Look at it, then ask again: the same request is done once.';
    return new Problem(503, 'unavailable', detail, tryAgain);
  }
  const outage = outageOf(error);
  if (outage) {
    const detail = `${outage} Try again in a moment: the same request is done once.`;
    return new Problem(503, 'unavailable', detail, tryAgain);
  }
  if (statusCode === 503) {
    return new Problem(503, 'unavailable', 'The service is too busy; try again in a moment.', tryAgain);
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem(statusCode, typesByStatus[statusCode] ?? 'invalid-request', clearerWords[code] ?? message);
  }
  return new Problem(500, 'internal', `The request ${request.id} has failed inside the service; its log says why.`);
}

/** Answers with a problem, as `application/problem+json`. */
export async function sendProblem(problem: Problem, reply: FastifyReply): Promise<FastifyReply> {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problem.body()));
}
