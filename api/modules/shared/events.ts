import { z } from 'zod';
import { listAdministration } from '../../../db/queries/administration.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Instant, Time } from '../../server/time.ts';

const Event = z
  .object({
    id: z.string(),
    at: Time,
    by: z.string().describe('A person’s ID, key:<name> of a system, or the command line'),
    keyId: z.uuid().nullable().describe('The API key with which, or with a session of which, it was done'),
    action: z.string(),
    subject: z.string().nullable().describe('Such as person/olivia, api-key/<id>, account/D-1001 or session/<id>'),
    detail: z.string().nullable().describe('What has changed'),
  })
  .meta({ id: 'AdministrationEvent' });
const EventPage = pageSchema('AdministrationEventPage', { events: z.array(Event) });
const Place = z.tuple([z.literal('events'), Instant, z.string().startsWith('administration/')]);

/** The audit record of administration. */
export async function eventRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  app.get(
    '/v1/events',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['audit'],
        operationId: 'listEvents',
        summary: 'Who changed API keys, people, accounts and other people’s sessions; the newest first',
        querystring: z.strictObject({
          subject: z.string().max(200).optional(),
          by: z.string().max(80).optional(),
          ...pageQuery,
        }),
        response: { 200: EventPage },
      },
    },
    async ({ query: { subject, by, ...page } }) => {
      const { items, nextCursor } = await readPage(page, {
        place: Place,
        read: (place, limit) =>
          listAdministration(db, { subject, by, before: place && { at: place[1], id: place[2] }, limit }),
        placeOf: ({ at, id }) => ['events', at, id],
      });
      return { events: items, nextCursor };
    },
  );
}
