import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiOptions, App } from '../options.ts';
import { Problem } from '../problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the request's body is being received. */
    uploading: boolean;
  }
}

/** The route of the console's files. */
const consoleFiles = '/*';
const windowSeconds = 60;
/** Requests a minute of an address that sends no key: sign-in, health and addresses that do not exist. */
const perMinuteWithoutKey = 120;

/** Limits requests per API key, or per address where there is none, and refuses work when the process cannot keep up. */
export async function addLimits(app: App, { overloadedAfterMs = 3_000 }: ApiOptions): Promise<void> {
  await app.register(rateLimit, {
    hook: 'onRequest',
    timeWindow: windowSeconds * 1_000,
    max: (request) => request.caller?.requestsPerMinute ?? perMinuteWithoutKey,
    keyGenerator: (request) => request.caller?.keyId ?? addressOf(request),
    // Everybody in an office has the same address, and a page of the console is many files.
    allowList: (request) => request.routeOptions.url === consoleFiles,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(429, 'too-many-requests', `Too many requests: try again in ${after}.`),
  });
  app.addHook('onSend', async (request, reply) => nameLimit(request, reply));
  await app.register(underPressure, {
    maxEventLoopDelay: overloadedAfterMs,
    // Longer than the delay: the plugin takes a time in which it could measure nothing, such as one short pause, for endless.
    sampleInterval: 5_000,
    retryAfter: 5,
  });
}

/** The plugin's headers are those of an early draft: instead, what draft-ietf-httpapi-ratelimit-headers-10 says. */
export function nameLimit(request: FastifyRequest, reply: FastifyReply): void {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => {
    const header = `x-ratelimit-${name}`;
    const value = reply.getHeader(header);
    reply.removeHeader(header);
    return value;
  });
  if (limit === undefined) return;
  const policy = request.caller ? '"key"' : '"address"';
  reply.headers({
    'ratelimit-policy': `${policy};q=${limit};w=${windowSeconds}`,
    ratelimit: `${policy};r=${remaining};t=${reset}`,
  });
}

/** What counts as one address: an IPv4 address, or an IPv6 network of 64 bits, since one client may take any address in it. */
function addressOf({ ip }: FastifyRequest): string {
  return normalizeIP(ip ?? '');
}

/** Wrong API keys that one address may send in a minute, and other requests of it that are refused with 401 or 403. */
const wrongKeysPerMinute = 30;
const refusedPerMinute = 120;

/** A wrong API key, which is counted on its own: who sends many is guessing. */
export class WrongKey extends Problem {}

/**
 * Limits the refusals (401, 403) that one address is given. Only what is refused is counted and limited: a valid key or session
 * of the same address, such as a colleague's behind the same gateway, is never locked out.
 * @returns the refusal, or a 429 in its place when the address has had too many
 */
export function limitRefusals(app: App): (problem: Problem, request: FastifyRequest) => Promise<Problem> {
  const [wrongKeys, others] = [perAddress(app, wrongKeysPerMinute), perAddress(app, refusedPerMinute)];
  return async (problem, request) => {
    if (problem.status !== 401 && problem.status !== 403) return problem;
    const counted = await (problem instanceof WrongKey ? wrongKeys : others)(request);
    if (counted.isAllowed || !counted.isExceeded) return problem;
    return tooManyRequests('refused requests of this address', counted.ttlInSeconds, problem.message);
  };
}

/**
 * Limits what one address asks for that does not exist.
 * @returns counts one; it throws Problem 429 when there were too many
 */
export function limitGuesses(app: App): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const guesses = perAddress(app, perMinuteWithoutKey);
  return async (request, reply) => {
    const counted = await guesses(request);
    if (counted.isAllowed) return;
    const { max, remaining, ttlInSeconds } = counted;
    const headers = { limit: max, remaining, reset: ttlInSeconds };
    for (const [name, value] of Object.entries(headers)) reply.header(`x-ratelimit-${name}`, value);
    if (counted.isExceeded) throw tooManyRequests('requests', counted.ttlInSeconds);
  };
}

function perAddress(app: App, max: number) {
  const keyGenerator = (request: FastifyRequest) => addressOf(request);
  return app.createRateLimit({ max, timeWindow: '1 minute', keyGenerator, allowList: [] });
}

/** @param what there were too many of @param why what was wrong with this one */
export function tooManyRequests(what: string, seconds: number, why = ''): Problem {
  const detail = `Too many ${what}: try again in ${seconds} seconds. ${why}`.trim();
  return new Problem(429, 'too-many-requests', detail, { headers: { 'retry-after': String(seconds) } });
}

/** Ends what takes too long, so that nobody waits on a part that has stopped answering. */
const answerWithinMs = 10_000;
/** Less than a route has, so that a server that does not answer is told apart from a slow route. */
const temporalAnswersWithinMs = 8_000;

/** Until when Temporal has time for an answer, from now: in ms, as `withDeadline` takes it. */
export function temporalDeadline(): number {
  return Date.now() + temporalAnswersWithinMs;
}

/** Every route answers within 10 seconds, or with a 503, unless it has a `handlerTimeout` of its own. */
export function addDeadlines(app: App): void {
  app.decorateRequest('uploading', false);
  app.addHook('preParsing', async (request) => {
    request.uploading = true;
  });
  app.addHook('preValidation', async (request) => {
    request.uploading = false;
  });
  app.addHook('onRoute', (route) => {
    route.handlerTimeout ??= answerWithinMs;
  });
}
