import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { App } from '../options.ts';
import { Problem } from '../problems.ts';

/** Requests a minute of an address that sends no key: sign-in, health and pages. */
const perMinuteWithoutKey = 120;

/** Limits requests per API key, or per address where there is none, and refuses work when the process cannot keep up. */
export async function addLimits(app: App): Promise<void> {
  await app.register(rateLimit, {
    hook: 'onRequest',
    timeWindow: '1 minute',
    max: (request) => request.caller?.requestsPerMinute ?? perMinuteWithoutKey,
    keyGenerator: (request) => request.caller?.keyId ?? request.ip,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(429, 'too-many-requests', `Too many requests: try again in ${after}.`),
  });
  await app.register(underPressure, { maxEventLoopDelay: 3_000, retryAfter: 5 });
}

/** Ends what takes too long, so that nobody waits on a part that has stopped answering. */
const answerWithinMs = 10_000;
/** What Temporal has for its answer: less than a route, so that a server that does not answer is told apart from a slow route. */
export const temporalAnswersWithinMs = 8_000;
const slowRoutes: Record<string, number> = { '/v1/cancellations/batch': 120_000 };

/** Every route answers within 10 seconds, or with a 503; a batch of a thousand has 2 minutes. */
export function addDeadlines(app: App): void {
  app.addHook('onRoute', (route) => {
    route.handlerTimeout ??= slowRoutes[route.url] ?? answerWithinMs;
  });
}
