import { Readable } from 'node:stream';
import { z } from 'zod';
import { type ActivityWithContact, findActivity, listActivities } from '../../../db/queries/feeds/activities.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { actingOf } from '../shared/activePerson.ts';
import { exportOf } from './activityExport.ts';
import { filterOf, PagedFilter, RowId, WholeFilter } from './activityFilter.ts';
import { Activity, ActivityMatch, ActivityPage } from './activitySchemas.ts';
import { activitiesOf, activityPage, matchOf } from './activityView.ts';

const Id = z.object({ id: RowId });
const longestExportMs = 30 * 60_000;

/** What dealers' customers bought and had done: all of it is personal. */
export async function activityRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  const tags = ['activities'];
  const config = { scope: 'contacts:read' } as const;

  app.get(
    '/v1/activities',
    {
      config: { ...config, cost: 1 },
      schema: {
        tags,
        operationId: 'listActivities',
        summary: 'A dealer’s Sold Units and Work Orders, the latest first',
        querystring: PagedFilter,
        response: { 200: ActivityPage },
      },
    },
    async ({ query: { cursor, limit, ...query } }) =>
      activityPage(db, 'activities', { cursor, limit }, (at) => listActivities(db, filterOf(query), at)),
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
        summary: 'All activities of a filter as CSV, of any length',
        description:
          'UTF-8, as a stream. A text that a spreadsheet would run as a formula has an apostrophe before it. Who exported what is in the audit trail. Where the connection ends before the answer does, the rest is missing.',
        querystring: WholeFilter,
        response: { 200: { description: 'The activities', content: { 'text/csv': { schema: z.string() } } } },
      },
    },
    async ({ query, caller }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="activities-${query.account}.csv"`)
        .send(Readable.from(await exportOf(db, query, actingOf(caller))) as never),
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
    async ({ params }) => matchOf(db, await activity(params.id)),
  );

  async function activity(id: string): Promise<ActivityWithContact> {
    const found = await findActivity(db, BigInt(id));
    if (!found) throw new Problem(404, 'not-found', `There is no activity ${id}.`);
    return found;
  }
}
