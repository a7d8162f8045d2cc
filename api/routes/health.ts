import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ApiOptions, App } from '../options.ts';

/** For load balancers and people: whether the service lives, and whether it can do its work. */
export async function healthRoutes(app: App, { database, temporal }: ApiOptions): Promise<void> {
  app.get(
    '/healthz',
    {
      config: { public: true },
      schema: {
        tags: ['health'],
        operationId: 'getHealth',
        summary: 'The process lives',
        response: { 200: z.object({ status: z.literal('ok') }).meta({ id: 'Health' }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { public: true },
      schema: {
        tags: ['health'],
        operationId: 'getReadiness',
        summary: 'PostgreSQL and Temporal answer',
        response: { 200: z.object({ status: z.literal('ready') }).meta({ id: 'Readiness' }) },
      },
    },
    async () => {
      await database.db.execute(sql`select 1`);
      await temporal.withDeadline(Date.now() + 5_000, () => temporal.workflowService.getSystemInfo({}));
      return { status: 'ready' as const };
    },
  );
}
