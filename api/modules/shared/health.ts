import { z } from 'zod';
import { Readiness } from '../../../domain/shared/readiness.ts';
import type { ApiOptions, App } from '../../server/options.ts';

/** Without a limit of requests: many probes may come from one address. */
const config = { public: true, rateLimit: false } as const;

/** For load balancers and people: whether the process is running, and whether it can do its work. */
export async function healthRoutes(app: App, { readiness }: ApiOptions): Promise<void> {
  app.get(
    '/healthz',
    {
      config,
      schema: {
        tags: ['health'],
        operationId: 'getHealth',
        summary: 'The process is running',
        response: { 200: z.object({ status: z.literal('ok') }).meta({ id: 'Health' }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags: ['health'],
        operationId: 'getReadiness',
        summary: 'The service can do its work: each part, and what is wrong with it',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const found = await readiness();
      if (found.status === 'not_ready') return reply.code(503).header('retry-after', '5').send(found);
      return found;
    },
  );
}
