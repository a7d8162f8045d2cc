import { z } from 'zod';
import { listPeople, savePerson } from '../../db/people.ts';
import { DisplayName, PersonId } from '../../domain/inputs.ts';
import type { ApiOptions, App } from '../options.ts';

const Person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['ops', 'lead']),
  active: z.boolean(),
});
const PersonBody = z.strictObject({
  name: DisplayName(100),
  email: z.email().max(254),
  role: z.enum(['ops', 'lead']).describe('Leads decide about tasks that cannot be done'),
  active: z
    .boolean()
    .default(true)
    .describe('False for somebody who has left: their keys stop working, and no task is given to them'),
});

/** The people who do tasks. */
export async function peopleRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  const tags = ['people'];
  app.get(
    '/v1/people',
    {
      config: { scope: 'read' },
      schema: { tags, summary: 'All people', response: { 200: z.object({ people: z.array(Person) }) } },
    },
    async () => ({
      people: await listPeople(db),
    }),
  );

  app.put(
    '/v1/people/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        summary: 'Enter or change a person',
        params: z.object({ id: PersonId }),
        body: PersonBody,
        response: { 200: Person },
      },
    },
    async ({ params, body }) => {
      const person = { id: params.id, ...body };
      await savePerson(db, person);
      return person;
    },
  );
}
