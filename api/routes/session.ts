import { z } from 'zod';
import { findKey } from '../../db/keys.ts';
import { sessionCookie, unauthenticated } from '../auth.ts';
import type { ApiOptions, App } from '../options.ts';
import { tooManyRequests, WrongKey } from '../plugins/limits.ts';
import { KeyScope } from './keys.ts';
import { Role } from './people.ts';

const hours = 12;

const Session = z
  .object({
    id: z.string().describe('Who is recorded as having done what: a person’s ID, or key:<name>'),
    personId: z.string().nullable(),
    role: Role.nullable(),
    scopes: z.array(KeyScope),
  })
  .meta({ id: 'Session' });
const SignIn = z.strictObject({ key: z.string().min(1).max(200) }).meta({ id: 'SignIn' });

/** Signing in to the console: the key is exchanged for a cookie that scripts cannot read. */
export async function sessionRoutes(app: App, { database, secure = false }: ApiOptions): Promise<void> {
  const tags = ['session'];
  const signIns = app.createRateLimit({ max: 20, keyGenerator: ({ caller }) => caller!.keyId });
  app.post(
    '/v1/session',
    {
      // Wrong keys are limited per address, right ones per key: nobody can keep the others of an address from signing in.
      config: { public: true, rateLimit: false },
      schema: {
        tags,
        operationId: 'createSession',
        summary: 'Sign in with an API key',
        body: SignIn,
        response: { 200: Session },
        problems: [401],
        responseHeaders: { 200: ['Set-Cookie'] },
      },
    },
    async (request, reply) => {
      const caller = await findKey(database.db, { key: request.body.key.trim() });
      if (!caller) throw unauthenticated('The API key is not known, has expired or was revoked.', WrongKey);
      request.caller = caller;
      const counted = await signIns(request);
      if (!counted.isAllowed && counted.isExceeded)
        throw tooManyRequests('sign-ins with this key', counted.ttlInSeconds);
      const until = Date.now() + hours * 3_600_000;
      reply.setCookie(sessionCookie, `${caller.keyId}.${until}`, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure,
        signed: true,
        maxAge: hours * 3600,
      });
      return caller;
    },
  );

  app.get(
    '/v1/session',
    {
      config: { scope: 'read' },
      schema: { tags, operationId: 'getSession', summary: 'Who I am', response: { 200: Session } },
    },
    async ({ caller }) => caller!,
  );

  app.delete(
    '/v1/session',
    {
      config: { public: true },
      schema: { tags, operationId: 'deleteSession', summary: 'Sign out', response: { 204: z.null() } },
    },
    async (_request, reply) => reply.clearCookie(sessionCookie, { path: '/' }).code(204).send(null),
  );
}
