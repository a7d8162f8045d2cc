import { z } from 'zod';
import { LastLead, listPeople, savePerson } from '../../../db/queries/people.ts';
import { DisplayName, NewPersonId, PersonId } from '../../../domain/shared/inputs.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { actingOf } from './activePerson.ts';

export const Role = z.enum(['ops', 'lead']).meta({ id: 'PersonRole' });
const Person = z
  .object({ id: z.string(), name: z.string(), email: z.string(), role: Role, active: z.boolean() })
  .meta({ id: 'Person' });
const PersonPage = pageSchema('PersonPage', { people: z.array(Person) });
const PersonBody = z
  .strictObject({
    name: DisplayName(100),
    email: z.email().max(254),
    role: Role.describe('Leads decide about tasks that cannot be done'),
    active: z
      .boolean()
      .optional()
      .describe(
        'False for somebody who has left: their keys and sessions stop working, and no task is given to them. Stays as it is when absent; a new person is active',
      ),
  })
  .meta({ id: 'PersonBody' });

/** The people who do tasks. */
export async function peopleRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  const tags = ['people'];
  app.get(
    '/v1/people',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listPeople',
        summary: 'People, by name',
        querystring: z.strictObject(pageQuery),
        response: { 200: PersonPage },
      },
    },
    async ({ query }) => {
      const { items, nextCursor } = await readPage(query, {
        place: z.tuple([z.literal('people'), z.string(), PersonId]),
        read: (place, limit) => listPeople(db, { after: place && { name: place[1], id: place[2] }, limit }),
        placeOf: ({ name, id }) => ['people', name, id],
      });
      return { people: items, nextCursor };
    },
  );

  app.put(
    '/v1/people/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        operationId: 'savePerson',
        summary: 'Enter or change a person',
        params: z.object({ id: NewPersonId }),
        body: PersonBody,
        response: { 200: Person },
        problems: [409],
      },
    },
    async ({ params: { id }, body, caller }) => {
      try {
        return await savePerson(db, { id, ...body }, actingOf(caller));
      } catch (error) {
        if (!(error instanceof LastLead)) throw error;
        const detail = `${id} is the last active team lead, who decides about what cannot be done: make another person a team lead first.`;
        throw new Problem(409, 'last-lead', detail);
      }
    },
  );
}
