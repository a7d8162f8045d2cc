import { z } from 'zod';
import { listCancellations } from '../../../db/queries/cancellations/cancellations.ts';
import { AccountId, CancellationId } from '../../../domain/shared/inputs.ts';
import { timePlace } from '../../server/cursor.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, QueryBoolean, readPage } from '../../server/paging.ts';
import { Instant } from '../../server/time.ts';
import { aboutComments, Comment, CommentId, comment, mailAssignees, NewCommentBody } from '../shared/comments.ts';
import { IntegrationName } from '../shared/integrationName.ts';
import { checkMayRead, checkMayWithdraw } from './access.ts';
import { BatchAnswer, BatchBody, startBatch } from './batch.ts';
import { reportOf } from './report.ts';
import { reportPage, reportPolicy } from './reportPage.tsx';
import {
  Activity,
  CancellationBody,
  CancellationPage,
  CancellationReason,
  CancellationView,
  IntegrationState,
  Plan,
  Report,
  Started,
  WithdrawBody,
  Withdrawn,
} from './schemas.ts';
import { startCancellation } from './start.ts';
import { stoppedOf, summaryOf, viewOf } from './view.ts';
import { cancellation, withdraw } from './withdraw.ts';

const Id = z.object({ id: CancellationId });

export async function cancellationRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['cancellations'];

  app.post(
    '/v1/cancellations',
    {
      config: { scope: 'cancellations:write', cost: ({ body }) => ((body as CancellationBody).dryRun ? 1 : 0) },
      schema: {
        tags,
        operationId: 'startCancellation',
        summary: 'Start a cancellation, or join the one in progress',
        headers: IdempotencyHeaders,
        body: CancellationBody,
        response: { 202: Started, 200: Plan },
        problems: [422],
        responseHeaders: { 202: ['Location', 'Idempotency-Replayed'] },
      },
    },
    async ({ body, headers, caller }, reply) => {
      const answer = await startCancellation(options, caller!, { key: headers['idempotency-key'] }, body);
      if (answer.replayed) reply.header('idempotency-replayed', 'true');
      if (answer.status === 200) return reply.code(200).send(answer.body);
      return reply.code(202).header('location', answer.body.address).send(answer.body);
    },
  );

  app.post(
    '/v1/cancellations/batch',
    {
      // A thousand take longer than another route may.
      handlerTimeout: 120_000,
      config: { scope: 'cancellations:write', cost: 4 },
      schema: {
        tags,
        operationId: 'startCancellationBatch',
        summary: 'Start up to 1,000 cancellations; each has its own answer, and the same batch again has the same',
        headers: IdempotencyHeaders,
        body: BatchBody,
        response: { 200: BatchAnswer },
        problems: [422],
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
        operationId: 'listCancellations',
        summary: 'Cancellations, the newest first',
        querystring: z.strictObject({
          account: AccountId.optional(),
          search: z
            .string()
            .trim()
            .min(1)
            .max(200)
            .optional()
            .describe('Each word must be in the dealer’s name or ID, upper or lower case'),
          reason: CancellationReason.optional().describe('Of its first request'),
          requestedBy: z
            .string()
            .max(80)
            .optional()
            .describe('Who made any of its requests: a person’s ID, or key:<name> of a system'),
          integration: IntegrationName.optional(),
          state: IntegrationState.optional().describe('Of any integration, or with `integration` of that one'),
          open: QueryBoolean.optional().describe('Whether anything of it is still in progress'),
          from: Instant.optional(),
          to: Instant.optional(),
          ...pageQuery,
        }),
        response: { 200: CancellationPage },
      },
    },
    async ({ query }) => {
      const { cursor, limit: ofPage, ...filter } = query;
      const { items, nextCursor } = await readPage(
        { cursor, limit: ofPage },
        {
          place: timePlace('cancellations'),
          read: (place, limit) =>
            listCancellations(options.database.db, {
              ...filter,
              before: place && { startedAt: place[1], id: place[2] },
              limit,
            }),
          placeOf: ({ startedAt, id }) => ['cancellations', startedAt, id],
        },
      );
      const stopped = await stoppedOf(options, items);
      return { cancellations: items.map((row) => summaryOf(options, row, stopped)), nextCursor };
    },
  );

  app.get(
    '/v1/cancellations/:id',
    {
      config: { scope: ['read', 'cancellations:write'] },
      schema: {
        tags,
        operationId: 'getCancellation',
        summary: 'Where a cancellation stands, and who must act next; with the scope cancellations:write one’s own',
        params: Id,
        response: { 200: CancellationView },
        problems: [404],
      },
    },
    async ({ params, caller }) => {
      const record = await cancellation(options, params.id);
      checkMayRead(caller!, record);
      return viewOf(options, record, await stoppedOf(options, [record]));
    },
  );

  app.get(
    '/v1/cancellations/:id/activity',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'getCancellationActivity',
        summary: 'Everything that happened to a cancellation and its tasks, with all comments',
        params: Id,
        response: { 200: Activity },
        problems: [404],
      },
    },
    async ({ params }) => ({ events: (await cancellation(options, params.id)).events }),
  );

  app.put(
    '/v1/cancellations/:id/comments/:commentId',
    {
      config: { scope: ['tasks:write', 'cancellations:write'] },
      schema: {
        tags,
        operationId: 'addCancellationComment',
        summary: 'Comment on a cancellation as a whole, also on one that is closed',
        description: `${aboutComments} A key without the scope read comments only on what it requested itself. Whoever has an open task of it hears by mail that somebody else commented.`,
        params: Id.extend({ commentId: CommentId }),
        body: NewCommentBody,
        response: { 200: Comment },
        problems: [404, 409],
      },
    },
    async ({ params: { id, commentId }, body: { text }, caller }) => {
      const record = await cancellation(options, id);
      checkMayRead(caller!, record);
      const about = { process: 'cancellations', subject: id, taskId: null, account: record.account } as const;
      const added = await comment(options, caller!, 'cancellation', { commentId, about, text });
      await mailAssignees(options, added, 'process-commented', record.tasks);
      return added;
    },
  );

  app.get(
    '/v1/cancellations/:id/report',
    {
      config: { scope: 'read', consolePage: (id) => `/cancellations/${id}/record` },
      schema: {
        tags,
        operationId: 'getCancellationReport',
        summary: 'The audit record: JSON, or with Accept: text/html a page to print',
        params: Id,
        response: {
          200: {
            description: 'The record, in the type that the header Accept asks for',
            content: { 'application/json': { schema: Report }, 'text/html': { schema: z.string() } },
          },
        },
        problems: [404],
      },
    },
    async (request, reply) => {
      const { params } = request;
      const record = await cancellation(options, params.id);
      const report = await reportOf(options, record, await stoppedOf(options, [record]));
      reply.header('vary', 'Accept');
      if (request.accepts().type(['json', 'html']) !== 'html') return report;
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', reportPolicy)
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
        operationId: 'withdrawCancellation',
        summary: 'The customer stays: stop, and reinstate what was ended',
        description:
          'A person withdraws any cancellation that they may read (scope read, or one’s own). A system’s key withdraws only what the system requested and nobody else did, unless it has the scope admin: else the answer is 403, and nothing is withdrawn.',
        params: Id,
        body: WithdrawBody,
        response: { 202: Withdrawn },
        problems: [404, 409, 422],
        responseHeaders: { 202: ['Location'] },
      },
    },
    async ({ params, body, caller }, reply) => {
      const record = await cancellation(options, params.id);
      const integrations = checkMayWithdraw(caller!, record, body.integrations);
      await withdraw(options, record, { reason: body.reason, integrations, by: caller!.id });
      const address = `/v1/cancellations/${record.id}`;
      const next = `What has not begun is stopped, and a task is opened to reinstate each integration of which something was ended. GET ${address} shows it, usually within seconds: the integration is withdrawn, or its step reinstate says who must act.`;
      const current = await cancellation(options, params.id);
      const view = viewOf(options, current, await stoppedOf(options, [current]));
      return reply
        .code(202)
        .header('location', address)
        .send({ ...view, next });
    },
  );
}
