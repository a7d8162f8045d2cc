import { z } from 'zod';
import { listEvents } from '../../../db/queries/events.ts';
import { AccountId } from '../../../domain/shared/inputs.ts';
import { eventProcesses } from '../../../domain/shared/processes.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Instant, Time } from '../../server/time.ts';

export const EventProcess = z.enum(eventProcesses).meta({ id: 'EventProcess' });
const Event = z
  .object({
    id: z.string(),
    at: Time,
    by: z
      .string()
      .describe('A person’s ID, key:<name> of a system, a system such as cst, dealerops or the command line'),
    keyId: z.uuid().nullable().describe('The API key with which, or with a session of which, it was done'),
    process: EventProcess,
    subject: z
      .string()
      .describe(
        'The process’s own ID, such as a cancellation’s; of administration such as person/olivia or account/D-1001',
      ),
    taskId: z.uuid().nullable(),
    account: z.string().nullable(),
    vendor: z.string().nullable().describe('Such as crm/elead'),
    action: z.string(),
    detail: z.string().nullable().describe('What has changed, or the evidence'),
  })
  .meta({ id: 'AuditEvent' });
const EventPage = pageSchema('AuditEventPage', { events: z.array(Event) });
const Place = z.tuple([z.literal('events'), Instant, z.int()]);

/** The audit trail. */
export async function eventRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  app.get(
    '/v1/events',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['audit'],
        operationId: 'listEvents',
        summary:
          'Who did what in a process, or in the administration of people, keys, accounts and sessions; the newest first',
        querystring: z.strictObject({
          process: EventProcess.default('administration'),
          subject: z.string().max(200).optional(),
          account: AccountId.optional(),
          by: z.string().max(80).optional(),
          ...pageQuery,
        }),
        response: { 200: EventPage },
      },
    },
    async ({ query: { cursor, limit, ...filter } }) => {
      const { items, nextCursor } = await readPage(
        { cursor, limit },
        {
          place: Place,
          read: (place, most) =>
            listEvents(db, { ...filter, before: place && { at: place[1], sequence: place[2] }, limit: most }),
          placeOf: ({ at, sequence }) => ['events', at, sequence],
        },
      );
      return { events: items, nextCursor };
    },
  );
}
