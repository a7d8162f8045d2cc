import { z } from 'zod';
import {
  changeSegment,
  countActivities,
  createSegment,
  deleteSegment,
  findSegment,
  listSegments,
  type NameTaken,
  type SegmentRow,
} from '../../../db/queries/feeds/segments.ts';
import { AccountId, SegmentId } from '../../../domain/shared/inputs.ts';
import { hasScope } from '../../server/auth.ts';
import { withIdempotencyKey } from '../../server/idempotency.ts';
import { IdempotencyHeaders } from '../../server/idempotencyKey.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, readPage } from '../../server/paging.ts';
import { Problem, unknownAccount } from '../../server/problems.ts';
import { actingOf } from '../shared/activePerson.ts';
import { assertVersion } from './assertVersion.ts';
import { CreatedSegment, NewSegment, Segment, SegmentChange, SegmentPage, SegmentVersion } from './segmentSchemas.ts';

/** All counts of one answer together, in ms. @internal exported for the benchmark */
export const countWithinMs = 4_000;
const Id = z.object({ id: SegmentId });

/** Saved segments of dealers' activities. */
export async function segmentRoutes(app: App, options: ApiOptions): Promise<void> {
  const { db } = options.database;
  const tags = ['segments'];
  const read = { scope: 'contacts:read', cost: 2 } as const;
  const write = { scope: 'contacts:write' } as const;

  app.post(
    '/v1/segments',
    {
      config: write,
      schema: {
        tags,
        operationId: 'createSegment',
        summary: 'Save a filter of a dealer’s activities under a name',
        headers: IdempotencyHeaders,
        body: NewSegment,
        response: { 201: CreatedSegment },
        problems: [409, 422],
        responseHeaders: { 201: ['Location', 'Idempotency-Replayed'] },
      },
    },
    async ({ body, headers, caller }, reply) => {
      const call = { caller: caller!.id, key: headers['idempotency-key'], item: -1 };
      const { answer, replayed } = await withIdempotencyKey(db, call, body, async (id) => {
        const dealer = await options.accounts.find(body.account);
        if (!dealer) throw unknownAccount(body.account, options);
        const { account, name, filter, createdBy, version } = present(
          await createSegment(db, { ...body, id, account: dealer.id }, actingOf(caller)),
        );
        const created: CreatedSegment = { id, account, name, filter, createdBy, version, address: addressOf(id) };
        return { status: 201 as const, body: created };
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(201).header('location', answer.body.address).send(answer.body);
    },
  );

  app.get(
    '/v1/segments',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listSegments',
        summary: 'A dealer’s segments by name, with how many activities are in each',
        querystring: z.strictObject({ account: AccountId.describe('The dealer’s account'), ...pageQuery }),
        response: { 200: SegmentPage },
      },
    },
    async ({ query: { account, ...query } }) => {
      const { items, nextCursor } = await readPage(query, {
        place: z.tuple([z.literal('segments'), z.string().max(100), z.uuid()]),
        read: (place, limit) => listSegments(db, account, { after: place && { name: place[1], id: place[2] }, limit }),
        placeOf: ({ name, id }) => ['segments', name, id],
      });
      return { segments: await counted(items), nextCursor };
    },
  );

  app.get(
    '/v1/segments/:id',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getSegment',
        summary: 'A segment, with how many activities are in it',
        params: Id,
        response: { 200: Segment },
        problems: [404],
      },
    },
    async ({ params }) => (await counted([present(await findSegment(db, params.id))]))[0]!,
  );

  app.patch(
    '/v1/segments/:id',
    {
      config: write,
      schema: {
        tags,
        operationId: 'changeSegment',
        summary: 'Change a segment’s name, or its filter as a whole',
        description:
          'Only what is named changes. `version` is that of the segment as it was read: when somebody else has changed it since, the answer is 409 and nothing changes.',
        params: Id,
        body: SegmentChange,
        response: { 200: Segment },
        problems: [404, 409],
      },
    },
    async ({ params, body: { version, ...to }, caller }) => {
      const row = await changeSegment(db, params.id, to, actingOf(caller), (now) =>
        assertVersion('segment', now, version),
      );
      const segment = present(row);
      // The count of a filter that people choose, and a VIN, can reveal customers whom they may not see.
      if (!hasScope(caller!, ['contacts:read'])) {
        const { vin: _, ...filter } = segment.filter;
        return { ...segment, filter, count: null };
      }
      return (await counted([segment]))[0]!;
    },
  );

  app.delete(
    '/v1/segments/:id',
    {
      config: write,
      schema: {
        tags,
        operationId: 'deleteSegment',
        summary: 'Delete a segment; its activities stay',
        params: Id,
        querystring: z.strictObject({ version: SegmentVersion.describe('Of the segment as it was read') }),
        response: { 204: z.null() },
        problems: [404, 409],
      },
    },
    async ({ params, query: { version }, caller }, reply) => {
      const isDeleted = await deleteSegment(db, params.id, actingOf(caller), (now) =>
        assertVersion('segment', now, version),
      );
      if (!isDeleted) throw unknownSegment();
      return reply.code(204).send(null);
    },
  );

  async function counted(rows: SegmentRow[]): Promise<Segment[]> {
    const until = Date.now() + countWithinMs;
    const segments: Segment[] = [];
    for (const { id, account, name, filter, createdBy, createdAt, version } of rows) {
      const left = until - Date.now();
      const count = left > 0 ? await countActivities(db, { ...filter, account }, left) : null;
      segments.push({ id, account, name, filter, count, createdBy, createdAt, version });
    }
    return segments;
  }
}

const addressOf = (id: string) => `/v1/segments/${id}`;

/** @throws Problem where there is no such segment, or another one has its name */
function present(row: SegmentRow | NameTaken | undefined): SegmentRow {
  if (!row) throw unknownSegment();
  if (!('taken' in row)) return row;
  const { id, name } = row.taken;
  const detail = `The dealer has a segment of this name already: ${name}, ${addressOf(id)}. Choose another name, or change that one.`;
  throw new Problem(409, 'conflict', detail, { errors: [{ path: '/name', message: `is taken: ${addressOf(id)}` }] });
}

function unknownSegment(): Problem {
  return new Problem(404, 'not-found', 'There is no such segment, or it was deleted.');
}
