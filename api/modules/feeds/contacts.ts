import { z } from 'zod';
import { type ContactRow, findContact, timelineOf } from '../../../db/queries/feeds/activities.ts';
import { activityTypes, activityTypeTitles } from '../../../domain/feeds/feeds.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { RowId, Type } from './activityFilter.ts';
import { ActivityPage, Contact } from './activitySchemas.ts';
import { activityPage, contactOf } from './activityView.ts';

const Id = z.object({ id: RowId });

const Exclusions = z
  .object({
    account: z.string(),
    activityTypes: z
      .array(z.object({ type: Type, title: z.string() }))
      .describe('What the dealer’s XML lead export must leave out, whether or not the dealer has a feed now'),
  })
  .meta({ id: 'LeadExportExclusions' });

/** Dealers' customers, as the feeds know them. */
export async function contactRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  const config = { scope: 'contacts:read' } as const;

  app.get(
    '/v1/contacts/:id',
    {
      config,
      schema: {
        tags: ['contacts'],
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
        tags: ['contacts'],
        operationId: 'getContactTimeline',
        summary: 'A contact’s activities, the latest first; of one that was merged those of the one that replaced it',
        params: Id,
        querystring: z.strictObject(pageQuery),
        response: { 200: ActivityPage },
        problems: [404],
      },
    },
    async ({ params, query }) => {
      const { id, mergedInto } = await contact(params.id);
      return activityPage(db, 'timeline', query, (at) => timelineOf(db, mergedInto ?? id, at));
    },
  );

  app.get(
    '/v1/lead-exports/:account/exclusions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['contacts'],
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

  async function contact(id: string): Promise<ContactRow> {
    const found = await findContact(db, BigInt(id));
    if (!found) throw new Problem(404, 'not-found', `There is no contact ${id}.`);
    return found;
  }
}
