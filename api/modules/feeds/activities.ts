import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  type ActivityFilter,
  type ActivityRow,
  findActivity,
  findContact,
  listActivities,
  timelineOf,
} from '../../../db/queries/feeds/activities.ts';
import { activityTypes, activityTypeTitles } from '../../../domain/feeds/feeds.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { exportedActivities } from './activityExport.ts';
import { Activity, ActivityMatch, ActivityPage, activityFilter, Contact, RowId, Type } from './activitySchemas.ts';
import { activitiesOf, contactOf, matchOf } from './activityView.ts';

const Id = z.object({ id: RowId });
const Query = z.strictObject({ ...activityFilter, ...pageQuery });
const ExportQuery = z.strictObject(activityFilter);
const place = <List extends string>(list: List) => z.tuple([z.literal(list), z.iso.date(), RowId]);
const placeOf = <List extends string>(list: List, { occurredOn, id }: ActivityRow) => [list, occurredOn, String(id)];
const longestExportMs = 30 * 60_000;

const Exclusions = z
  .object({
    account: z.string(),
    activityTypes: z
      .array(z.object({ type: Type, title: z.string() }))
      .describe('What the dealer’s XML lead export must leave out, whether or not the dealer has a feed now'),
  })
  .meta({ id: 'LeadExportExclusions' });

/** What dealers' customers bought and had done. All of it is personal, except what the lead export leaves out. */
export async function activityRoutes(app: App, options: ApiOptions): Promise<void> {
  const tags = ['activities'];
  const { db } = options.database;
  const config = { scope: 'contacts:read' } as const;

  app.get(
    '/v1/activities',
    {
      config: { ...config, cost: 1 },
      schema: {
        tags,
        operationId: 'listActivities',
        summary: 'A dealer’s Sold Units and Work Orders, the latest first',
        querystring: Query,
        response: { 200: ActivityPage },
      },
    },
    async ({ query: { cursor, limit: ofPage, ...query } }) => {
      const { items, nextCursor } = await readPage(
        { cursor, limit: ofPage },
        {
          place: place('activities'),
          read: (after, limit) =>
            listActivities(db, filterOf(query), { after: after && { occurredOn: after[1], id: after[2] }, limit }),
          placeOf: ({ activity }) => placeOf('activities', activity),
        },
      );
      return { activities: await activitiesOf(db, items), nextCursor };
    },
  );

  app.get(
    '/v1/activities.csv',
    {
      handlerTimeout: longestExportMs,
      exposeHeadRoute: false,
      config: { ...config, cost: 2 },
      schema: {
        tags,
        operationId: 'exportActivities',
        summary: 'The same as CSV, of any length',
        description:
          'RFC 4180 in UTF-8, as a stream. A text that a spreadsheet would take for a formula has an apostrophe in front. A connection that ends before the last chunk has not had all of it.',
        querystring: ExportQuery,
        response: { 200: { description: 'The activities', content: { 'text/csv': { schema: z.string() } } } },
      },
    },
    async ({ query }, reply) =>
      reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="activities-${query.account}.csv"`)
        .send(Readable.from(exportedActivities(db, filterOf(query))) as never),
  );

  app.get(
    '/v1/activities/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'getActivity',
        summary: 'A Sold Unit or a Work Order',
        params: Id,
        response: { 200: Activity },
        problems: [404],
      },
    },
    async ({ params }) => (await activitiesOf(db, [await activity(params.id)]))[0]!,
  );

  app.get(
    '/v1/activities/:id/match',
    {
      config,
      schema: {
        tags,
        operationId: 'getActivityMatch',
        summary: 'Why an activity is this contact’s: the rule, what was compared, and which of several was taken',
        params: Id,
        response: { 200: ActivityMatch },
        problems: [404],
      },
    },
    async ({ params }) => matchOf(await activity(params.id)),
  );

  app.get(
    '/v1/contacts/:id',
    {
      config,
      schema: {
        tags,
        operationId: 'getContact',
        summary: 'A dealer’s customer, as the feeds know them',
        params: Id,
        response: { 200: Contact },
        problems: [404],
      },
    },
    async ({ params }) => contactOf(await contact(params.id)),
  );

  app.get(
    '/v1/contacts/:id/timeline',
    {
      config,
      schema: {
        tags,
        operationId: 'getContactTimeline',
        summary: 'A contact’s activities, the latest first',
        params: Id,
        querystring: z.strictObject(pageQuery),
        response: { 200: ActivityPage },
        problems: [404],
      },
    },
    async ({ params, query }) => {
      const { id } = await contact(params.id);
      const { items, nextCursor } = await readPage(query, {
        place: place('timeline'),
        read: (after, limit) => timelineOf(db, id, { after: after && { occurredOn: after[1], id: after[2] }, limit }),
        placeOf: ({ activity }) => placeOf('timeline', activity),
      });
      return { activities: await activitiesOf(db, items), nextCursor };
    },
  );

  app.get(
    '/v1/lead-exports/:account/exclusions',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'getLeadExportExclusions',
        summary:
          'What a dealer’s XML lead export must leave out, so that a lead never carries sales or service activities',
        params: z.object({ account: AccountId }),
        response: { 200: Exclusions },
      },
    },
    async ({ params: { account } }) => ({
      account,
      activityTypes: activityTypes.map((type) => ({ type, title: activityTypeTitles[type] })),
    }),
  );

  async function activity(id: bigint) {
    const found = await findActivity(db, id);
    if (!found) throw new Problem(404, 'not-found', `There is no activity ${id}.`);
    return found;
  }

  async function contact(id: bigint) {
    const found = await findContact(db, id);
    if (!found) throw new Problem(404, 'not-found', `There is no contact ${id}.`);
    return found;
  }
}

function filterOf({ contact, ...filter }: z.output<typeof ExportQuery>): ActivityFilter {
  return { ...filter, contactId: contact };
}
