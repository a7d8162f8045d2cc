import type { FastifyRequest } from 'fastify';
import type { App } from '../options.ts';
import { tooManyRequests } from './limits.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request costs that asks other systems, or much of PostgreSQL: those of one API key in progress may cost 8. */
    cost?: number | ((request: FastifyRequest) => number);
  }
}

const mostOfOne = 8;
const retrySeconds = 1;

/**
 * Limits what one API key has in progress at once on routes that name a cost, so that its burst leaves the others their answers.
 * A request counts until its handler has ended, also where its client has gone.
 */
export function addCostLimit(app: App): void {
  const inProgress = new Map<string, number>();
  app.addHook('onRoute', (route) => {
    const cost = route.config?.cost;
    if (cost === undefined) return;
    const { handler } = route;
    route.handler = async function (request, reply) {
      const { keyId } = request.caller!;
      const ofThis = typeof cost === 'number' ? cost : cost(request);
      const before = inProgress.get(keyId) ?? 0;
      // One that costs more than all alone may cost begins when nothing else is in progress.
      if (ofThis > 0 && before > 0 && before + ofThis > mostOfOne)
        throw tooManyRequests('requests at once with this API key', retrySeconds, 'Send fewer at the same time.');
      inProgress.set(keyId, before + ofThis);
      try {
        return await handler.call(this, request, reply);
      } finally {
        const left = inProgress.get(keyId)! - ofThis;
        if (left > 0) inProgress.set(keyId, left);
        else inProgress.delete(keyId);
      }
    };
  });
}
