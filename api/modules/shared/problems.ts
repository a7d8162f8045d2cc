import { z } from 'zod';
import type { App } from '../../server/options.ts';
import { Problem, type ProblemType, problemTypes } from '../../server/problems.ts';

/** The pages that the `type` of a problem names. */
export async function problemRoutes(app: App): Promise<void> {
  app.get(
    '/problems/:type',
    {
      config: { public: true },
      schema: {
        tags: ['problems'],
        operationId: 'getProblemType',
        summary: 'What a type of problem means',
        params: z.object({ type: z.string().max(64) }),
        response: { 200: { description: 'Its meaning', content: { 'text/plain': { schema: z.string() } } } },
        problems: [404],
      },
    },
    async ({ params }, reply) => {
      if (!Object.hasOwn(problemTypes, params.type)) {
        throw new Problem(404, 'not-found', `Types of problems are ${Object.keys(problemTypes).join(', ')}.`);
      }
      const text = `${params.type}\n\n${problemTypes[params.type as ProblemType]}\n`;
      return reply.type('text/plain; charset=utf-8').send(text);
    },
  );
}
