import { z } from 'zod';
import { listCancellations } from '../../db/cancellations.ts';
import { integrationStates } from '../../domain/cancellations.ts';
import { AccountId, CancellationId } from '../../domain/inputs.ts';
import { integrationNames } from '../../domain/vendors.ts';
import { BatchAnswer, BatchBody, startBatch } from '../cancellations/batch.ts';
import { reportPage } from '../cancellations/reportPage.ts';
import {
  CancellationBody,
  CancellationSummary,
  CancellationView,
  IdempotencyHeaders,
  Plan,
  Report,
  Started,
  WithdrawBody,
} from '../cancellations/schemas.ts';
import { startCancellation } from '../cancellations/start.ts';
import { summaryOf, viewOf } from '../cancellations/view.ts';
import { cancellation, withdraw } from '../cancellations/withdraw.ts';
import { cursorOf, readCursor } from '../cursor.ts';
import type { ApiOptions, App } from '../options.ts';
import { ProblemDetails } from '../problems.ts';
import { Instant } from '../time.ts';

const Id = z.object({ id: CancellationId });

export async function cancellationRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['cancellations'];

  app.post(
    '/v1/cancellations',
    {
      config: { scope: 'cancellations:write' },
      schema: {
        tags,
        summary: 'Start a cancellation, or join the one under way',
        headers: IdempotencyHeaders,
        body: CancellationBody,
        response: { 202: Started, 200: Plan, '4xx': ProblemDetails, 503: ProblemDetails },
      },
    },
    async ({ body, headers, caller }, reply) => {
      const answer = await startCancellation(options, caller!, { key: headers['idempotency-key'] }, body);
      if (answer.replayed) reply.header('idempotency-replayed', 'true');
      if (answer.status === 200) return reply.code(200).send(answer.body as Plan);
      const started = answer.body as Started;
      return reply.code(202).header('location', started.address).send(started);
    },
  );

  app.post(
    '/v1/cancellations/batch',
    {
      config: { scope: 'cancellations:write' },
      schema: {
        tags,
        summary: 'Start up to 1,000 cancellations; each has its own answer, and the same batch again has the same',
        headers: IdempotencyHeaders,
        body: BatchBody,
        response: { 200: BatchAnswer },
      },
    },
    async (request) => ({
      items: await startBatch(
        options,
        request.caller!,
        request.headers['idempotency-key'],
        request.body.items,
        request,
      ),
    }),
  );

  app.get(
    '/v1/cancellations',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'Cancellations, the newest first',
        querystring: z.strictObject({
          account: AccountId.optional(),
          integration: z.enum(integrationNames).optional(),
          state: z.enum(integrationStates).optional().describe('Of any integration, or with `integration` of that one'),
          open: z.enum(['true', 'false']).optional().describe('Whether anything of it is still under way'),
          from: Instant.optional(),
          to: Instant.optional(),
          cursor: z.string().max(200).optional(),
          limit: z.coerce.number().int().min(1).max(100).default(50),
        }),
        response: { 200: z.object({ cancellations: z.array(CancellationSummary), nextCursor: z.string().nullable() }) },
      },
    },
    async ({ query }) => {
      const { cursor, limit, open, ...filter } = query;
      const place = cursor ? readCursor(cursor) : undefined;
      const found = await listCancellations(options.database.db, {
        ...filter,
        open: open && open === 'true',
        before: place && { startedAt: place.at, id: place.id },
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        cancellations: page.map((row) => summaryOf(options, row)),
        nextCursor: found.length > limit ? cursorOf(last!.startedAt, last!.id) : null,
      };
    },
  );

  app.get(
    '/v1/cancellations/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'Where a cancellation stands, and what waits for whom since when',
        params: Id,
        response: { 200: CancellationView },
      },
    },
    async ({ params }) => viewOf(options, await cancellation(options, params.id)),
  );

  app.get(
    '/v1/cancellations/:id/report',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        summary: 'The audit record: JSON, or with Accept: text/html a page to print',
        params: Id,
        response: { 200: Report },
      },
    },
    async (request, reply) => {
      const { params } = request;
      const record = await cancellation(options, params.id);
      const report = {
        ...viewOf(options, record),
        tasks: record.tasks.map((task) => ({ ...task, title: task.content.title })),
        events: record.events,
        madeAt: new Date().toISOString(),
      };
      reply.header('vary', 'Accept');
      if (request.accepts().type(['json', 'html']) !== 'html') return report;
      return reply
        .type('text/html; charset=utf-8')
        .serializer((page: string) => page)
        .send(reportPage(report) as never);
    },
  );

  app.post(
    '/v1/cancellations/:id/withdraw',
    {
      config: { scope: 'cancellations:write' },
      schema: {
        tags,
        summary: 'The customer stays: stop, and set up again what was ended',
        params: Id,
        body: WithdrawBody,
        response: { 202: CancellationView, '4xx': ProblemDetails },
      },
    },
    async ({ params, body, caller }, reply) => {
      await withdraw(options, await cancellation(options, params.id), { ...body, by: caller!.id });
      return reply.code(202).send(viewOf(options, await cancellation(options, params.id)));
    },
  );
}
