/** What every answer of the API may be besides its route's own: problems by status, and headers. */

const statuses = {
  400: 'A part of the request is missing or cannot be used; `errors` names each part',
  401: 'No valid API key or session',
  403: 'The key or its person may not do this',
  404: 'There is nothing with this ID',
  406: 'The header Accept rules out what the route answers with',
  408: 'The body did not arrive in time',
  409: 'The state does not allow this now',
  412: 'Another person has signed in in this browser since the page was loaded',
  413: 'The body is too large',
  414: 'The ID in the address is too long',
  415: 'The body is not JSON',
  422: 'Understood, but it cannot be done; the detail says why',
  429: 'Too many requests: wait as long as Retry-After says',
  500: 'The service has failed; the detail has the request’s ID',
  503: 'A part of the service does not answer now: try again after Retry-After',
} as const;

/** A status that a route may answer with a problem. */
export type DescribedStatus = keyof typeof statuses;

const text = { type: 'string' } as const;

/** Headers of answers, as components of the description. */
export const headers = {
  'X-Request-Id': {
    description: 'Names this request in the service’s log',
    schema: { type: 'string', format: 'uuid' },
  },
  'RateLimit-Policy': {
    description:
      'Requests (q) that a window of w seconds allows, to the key or to the address of a request without one (draft-ietf-httpapi-ratelimit-headers)',
    schema: { type: 'string', pattern: '^"(key|address)";q=[0-9]+;w=[0-9]+$' },
  },
  RateLimit: {
    description: 'Requests (r) that are left, for the next t seconds',
    schema: { type: 'string', pattern: '^"(key|address)";r=[0-9]+;t=[0-9]+$' },
  },
  Location: { description: 'Path of what was started', schema: text },
  'Idempotency-Replayed': {
    description: '`true` where an earlier call with this Idempotency-Key had the same answer',
    schema: { type: 'string', pattern: '^true$' },
  },
  ETag: { description: 'Of this answer: send it as If-None-Match, and what has not changed is a 304', schema: text },
  'Set-Cookie': { description: 'The session’s cookie', schema: text },
  'WWW-Authenticate': { description: 'How to authenticate (RFC 6750)', schema: text },
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'string', pattern: '^[0-9]+$' } },
} as const;

/** A header that only some routes answer with. */
export type ResponseHeader = Exclude<keyof typeof headers, (typeof always)[number]>;
const always = ['X-Request-Id', 'RateLimit-Policy', 'RateLimit'] as const;
const headersOf: Partial<Record<string, readonly ResponseHeader[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

interface Response {
  description: string;
  content?: object;
  headers?: object;
}

const success: Record<string, string> = { 200: 'Done', 201: 'Created', 202: 'Accepted', 204: 'Done' };

/**
 * All that an operation may answer.
 * @param own the answers that its route describes
 * @param ownProblems the problems that not every route of its kind has
 */
export function describedResponses(
  own: Record<string, Response>,
  ownHeaders: Record<number, readonly ResponseHeader[]>,
  ownProblems: readonly DescribedStatus[],
  kind: { keyed: boolean; takesBody: boolean; tagged: boolean; hasId: boolean },
): Record<string, Response> {
  const problems = new Set<DescribedStatus>([400, 429, 500, 503, ...ownProblems]);
  if (kind.keyed) for (const status of [401, 403, 412] as const) problems.add(status);
  if (kind.takesBody) for (const status of [408, 413, 415] as const) problems.add(status);
  if (kind.hasId) problems.add(414);
  const responses: Record<string, Response> = {};
  for (const [status, response] of Object.entries(own)) {
    const description = response.description === 'Default Response' ? success[status]! : response.description;
    const tagged = status === '200' && kind.tagged ? (['ETag'] as const) : [];
    responses[status] = {
      ...response,
      description,
      headers: headerRefs([...always, ...tagged, ...(ownHeaders[Number(status)] ?? [])]),
    };
  }
  if (kind.tagged)
    responses[304] = { description: 'As the ETag in If-None-Match names it', headers: headerRefs([...always, 'ETag']) };
  for (const status of problems) {
    responses[status] = {
      description: statuses[status],
      headers: headerRefs([...always, ...(headersOf[status] ?? [])]),
      content: {
        // A route may answer with more than a problem, such as readiness with what is wrong.
        ...own[status]?.content,
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    };
  }
  return responses;
}

function headerRefs(names: readonly (keyof typeof headers)[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
