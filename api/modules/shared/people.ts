import { z } from 'zod';
import { LastTeamLead, listPeople, savePerson } from '../../../db/queries/people.ts';
import { DisplayName, NewPersonId, PersonId } from '../../../domain/shared/inputs.ts';
import { teams } from '../../../domain/shared/tasks.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { actingOf } from './activePerson.ts';

export const TeamName = z.enum(teams).meta({ id: 'Team' });
const Person = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    teams: z.array(TeamName),
    leadOf: TeamName.nullable(),
    active: z.boolean(),
  })
  .meta({ id: 'Person' });
const PersonPage = pageSchema('PersonPage', { people: z.array(Person) });
const PersonBody = z
  .strictObject({
    name: DisplayName(100),
    email: z.email().max(254),
    teams: z
      .array(TeamName)
      .max(teams.length)
      .refine((some) => new Set(some).size === some.length, 'names a team twice')
      .meta({ uniqueItems: true })
      .describe('Whose tasks they see and do'),
    leadOf: TeamName.nullish().describe(
      'The team of theirs that they lead; its team lead decides about tasks that cannot be done. Leads none when absent',
    ),
    active: z
      .boolean()
      .optional()
      .describe(
        'False for somebody who has left: their keys and sessions stop working, and no task is given to them. Stays as it is when absent; a new person is active',
      ),
  })
  .refine(({ teams: own, leadOf }) => !leadOf || own.includes(leadOf), {
    path: ['leadOf'],
    message: 'must be one of the person’s teams',
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
        return await savePerson(db, { id, ...body, leadOf: body.leadOf ?? null }, actingOf(caller));
      } catch (error) {
        if (!(error instanceof LastTeamLead)) throw error;
        const detail = `${id} is the last active team lead of ${error.team}, who decides about what cannot be done: make another member the team lead first.`;
        throw new Problem(409, 'last-team-lead', detail);
      }
    },
  );
}
