import { z } from 'zod';
import { timeOf } from '../../../db/clock.ts';
import { createKey, listKeys, revokeKey } from '../../../db/queries/keys.ts';
import { ApiKeyId, KeyName, PersonId } from '../../../domain/shared/inputs.ts';
import { keyScopes } from '../../../domain/shared/keyScopes.ts';
import { timePlace } from '../../server/cursor.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { Problem } from '../../server/problems.ts';
import { Instant, Time } from '../../server/time.ts';
import { actingOf, assertActivePerson } from './activePerson.ts';

export const KeyScope = z.enum(keyScopes).meta({ id: 'KeyScope' });
const NewKey = z
  .strictObject({
    name: KeyName.describe('What it is for, such as offboarding'),
    scopes: z
      .array(KeyScope)
      .min(1)
      .max(keyScopes.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice')
      .meta({ uniqueItems: true }),
    personId: PersonId.nullish().describe('Whose it is; tasks are done with a person’s key'),
    expiresAt: Instant.nullish(),
    requestsPerMinute: z.int().min(1).max(100_000).optional(),
  })
  .meta({ id: 'NewApiKey' });
const MadeKey = z.object({ id: z.uuid(), key: z.string() }).meta({ id: 'CreatedApiKey' });

const when = Time.nullable();
const Key = z
  .object({
    id: z.uuid(),
    name: z.string(),
    personId: z.string().nullable(),
    scopes: z.array(KeyScope),
    requestsPerMinute: z.int(),
    createdAt: when,
    expiresAt: when,
    revokedAt: when,
  })
  .meta({ id: 'ApiKey' });
const KeyPage = pageSchema('ApiKeyPage', { keys: z.array(Key) });

export async function keyRoutes(app: App, { database: { db } }: ApiOptions): Promise<void> {
  const tags = ['API keys'];
  app.post(
    '/v1/api-keys',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        operationId: 'createApiKey',
        summary: 'Make an API key; it is shown only now',
        body: NewKey,
        response: { 201: MadeKey },
        problems: [422],
      },
    },
    async ({ body, caller }, reply) => {
      if (body.personId) await assertActivePerson(db, body.personId, '/personId');
      if (body.expiresAt && body.expiresAt <= (await timeOf(db))) {
        throw new Problem(422, 'invalid-request', 'expiresAt is in the past.', {
          errors: [{ path: '/expiresAt', message: 'must be in the future' }],
        });
      }
      const made = await createKey(db, body, { acting: actingOf(caller) });
      return reply.code(201).send(made);
    },
  );

  app.get(
    '/v1/api-keys',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        operationId: 'listApiKeys',
        summary: 'API keys, the oldest first',
        querystring: z.strictObject(pageQuery),
        response: { 200: KeyPage },
      },
    },
    async ({ query }) => {
      const { items, nextCursor } = await readPage(query, {
        place: timePlace('keys'),
        read: (place, limit) => listKeys(db, { after: place && { createdAt: place[1], id: place[2] }, limit }),
        placeOf: ({ createdAt, id }) => ['keys', createdAt, id],
      });
      return { keys: items, nextCursor };
    },
  );

  app.delete(
    '/v1/api-keys/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags,
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key, at once',
        params: z.object({ id: ApiKeyId }),
        response: { 204: z.null() },
        problems: [404],
      },
    },
    async ({ params, caller }, reply) => {
      if (!(await revokeKey(db, params.id, actingOf(caller))))
        throw new Problem(404, 'not-found', 'There is no such key, or it was revoked before.');
      return reply.code(204).send(null);
    },
  );
}
