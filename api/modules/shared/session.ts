import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { currentPosition } from '../../../db/queries/changes.ts';
import { type Caller, findKey } from '../../../db/queries/keys.ts';
import {
  beginSession,
  endSessions,
  endSessionsFor,
  findSession,
  idleMinutes,
  listSessions,
  sessionHours,
} from '../../../db/queries/sessions.ts';
import { findSignInLink, type LinkProblem, linkHours, takeSignInLink } from '../../../db/queries/signInLinks.ts';
import { assertSameOwner, sessionCookie, unauthenticated } from '../../server/auth.ts';
import { timePlace } from '../../server/cursor.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { pageQuery, pageSchema, readPage } from '../../server/paging.ts';
import { tooManyRequests, WrongKey } from '../../server/plugins/limits.ts';
import { Problem } from '../../server/problems.ts';
import { Time } from '../../server/time.ts';
import { actingOf } from './activePerson.ts';
import { KeyScope } from './keys.ts';
import { TeamName } from './people.ts';

const Session = z
  .object({
    id: z.string().describe('Who is recorded as having done what: a person’s ID, or key:<name>'),
    personId: z.string().nullable(),
    name: z.string().describe('For people: a person’s name, or what a system is called'),
    teams: z.array(TeamName),
    leadOf: TeamName.nullable(),
    scopes: z.array(KeyScope),
    sandbox: z
      .boolean()
      .describe('Whether the external systems are stand-ins of `npm start`, which /v1/sandbox shows and changes'),
    changes: z
      .string()
      .describe('Send it as the first Last-Event-ID of GET /v1/changes: what is read after this answer misses nothing'),
  })
  .meta({ id: 'Session' });
const secret = z.string().min(1).max(200);
const SignIn = z
  .strictObject({
    key: secret.optional().describe('An API key'),
    link: secret.optional().describe('The token of a sign-in link, which works once'),
    replaces: z
      .string()
      .max(200)
      .optional()
      .describe('The `id` of the session that goes on in this browser, if it is another’s and may end'),
  })
  .refine(({ key, link }) => (key === undefined) !== (link === undefined), 'must have either key or link')
  .meta({ id: 'SignIn' });

const ListedSession = z
  .object({
    id: z.uuid(),
    owner: z.string().describe('A person’s ID, or key:<name>'),
    keyName: z.string().describe('Name of the API key that it began with'),
    createdAt: Time,
    lastUsedAt: Time,
    address: z.string(),
    browser: z.string().describe('As the browser names itself'),
    current: z.boolean().describe('Whether this request was made with it'),
  })
  .meta({ id: 'ConsoleSession' });
const SessionPage = pageSchema('ConsoleSessionPage', { sessions: z.array(ListedSession) });

const owner = z
  .string()
  .max(80)
  .optional()
  .describe('For administrators: whose sessions, as `owner` names them; else one’s own');

const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: true } as const;

const linkProblems: Record<LinkProblem, string> = {
  unknown: 'This sign-in link is not known: copy it again, completely.',
  used: 'This sign-in link was already used; each works once.',
  expired: `This sign-in link has expired: it works for ${linkHours} hours, or until a newer one is made.`,
  'invalid-key': 'The API key of this sign-in link has expired or was revoked, or its person has left.',
};
const signedInMeanwhile = 'Somebody has just signed in or out in this browser. Reload the page, then sign in again.';
const otherWay =
  'Sign in with your API key, or use a new link: npm start prints one at each start, and npm run api-keys -- sign-in-link makes one.';

/** Signing in to the console: the key, or a link, is exchanged for a cookie that scripts cannot read. */
export async function sessionRoutes(app: App, { database: { db }, sandbox }: ApiOptions): Promise<void> {
  const tags = ['session'];
  const sessionOf = async (caller: Caller) => ({
    ...caller,
    sandbox: sandbox !== undefined,
    changes: await currentPosition(db),
  });
  const signIns = app.createRateLimit({ max: 20, keyGenerator: ({ caller }) => caller!.keyId });
  app.post(
    '/v1/session',
    {
      // Wrong keys and links are limited per address, right ones per key: nobody can keep the others of an address from signing in.
      config: { public: true, rateLimit: false },
      schema: {
        tags,
        operationId: 'createSession',
        summary: 'Sign in with an API key or a sign-in link',
        description: `The session ends after ${sessionHours} hours, or after ${idleMinutes} minutes without use.`,
        body: SignIn,
        response: { 200: Session },
        problems: [401, 409],
        responseHeaders: { 200: ['Set-Cookie'] },
      },
    },
    async (request, reply) => {
      const { link, replaces } = request.body;
      const caller = await callerOfSignIn(request.body);
      request.caller = caller;
      const counted = await signIns(request);
      if (!counted.isAllowed && counted.isExceeded)
        throw tooManyRequests('sign-ins with this key', counted.ttlInSeconds);
      const before = await signedIn(request);
      if (before && before.id !== caller.id && before.id !== replaces) throw signedInAsAnother(before, caller, link);
      const browser = (request.headers['user-agent'] ?? '').slice(0, 300);
      const token = await db.transaction(async (transaction) => {
        if (link !== undefined && !(await takeSignInLink(transaction, link.trim()))) throw refusedLink('used');
        const ended = await endOwn(request, transaction);
        if (before && ended === 0) throw new Problem(409, 'conflict', signedInMeanwhile);
        return beginSession(transaction, caller, { address: request.ip, browser });
      });
      reply.setCookie(sessionCookie, token, { ...cookie, maxAge: sessionHours * 3600 });
      return sessionOf(caller);
    },
  );

  async function callerOfSignIn({ key, link }: z.output<typeof SignIn>): Promise<Caller> {
    if (link !== undefined) {
      const found = await findSignInLink(db, link.trim());
      if ('caller' in found) return found.caller;
      throw refusedLink(found.problem);
    }
    const caller = await findKey(db, key!.trim());
    if (!caller) throw unauthenticated('The API key is not known, has expired or was revoked.', WrongKey);
    return caller;
  }

  app.get(
    '/v1/session',
    {
      config: { scope: 'read' },
      schema: { tags, operationId: 'getSession', summary: 'Who I am', response: { 200: Session } },
    },
    async ({ caller }) => sessionOf(caller!),
  );

  app.delete(
    '/v1/session',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'deleteSession',
        summary: 'Sign out',
        response: { 204: z.null() },
        problems: [412],
      },
    },
    async (request, reply) => {
      const session = await signedIn(request);
      if (session) assertSameOwner(request, session);
      await endOwn(request);
      return reply.clearCookie(sessionCookie, cookie).code(204).send(null);
    },
  );

  /** Who is signed in in the browser that sends the request. */
  async function signedIn({ cookies }: FastifyRequest): Promise<Caller | undefined> {
    const token = cookies[sessionCookie];
    return token ? (await findSession(db, token))?.caller : undefined;
  }

  /** @returns how many there were */
  async function endOwn({ cookies }: FastifyRequest, on = db): Promise<number> {
    const token = cookies[sessionCookie];
    return token ? (await endSessions(on, { token })).length : 0;
  }

  app.get(
    '/v1/sessions',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'Active sessions of the console, the newest first; at most 20 of one owner',
        querystring: z.strictObject({ owner, ...pageQuery }),
        response: { 200: SessionPage },
      },
    },
    async ({ query, caller }) => {
      const of = ownerOf(caller!, query.owner);
      const { items, nextCursor } = await readPage(query, {
        place: timePlace('sessions'),
        read: (place, limit) => listSessions(db, { owner: of, before: place && { at: place[1], id: place[2] }, limit }),
        placeOf: ({ createdAt, id }) => ['sessions', createdAt, id],
      });
      return { sessions: items.map((one) => ({ ...one, current: one.id === caller!.sessionId })), nextCursor };
    },
  );

  app.delete(
    '/v1/sessions',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'deleteSessions',
        summary: 'Sign out everywhere',
        querystring: z.strictObject({ owner }),
        response: { 204: z.null() },
      },
    },
    async ({ query, caller }, reply) => {
      await endSessionsFor(db, { owner: ownerOf(caller!, query.owner) }, actingOf(caller));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v1/sessions/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags,
        operationId: 'endSession',
        summary: 'End a session: one of one’s own, or for administrators any',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null() },
        problems: [404],
      },
    },
    async ({ params: { id }, caller }, reply) => {
      const owner = isAdmin(caller!) ? undefined : caller!.id;
      const ended = await endSessionsFor(db, { id, owner }, actingOf(caller));
      if (ended === 0) throw new Problem(404, 'not-found', 'You have no such session, or it has ended.');
      return reply.code(204).send(null);
    },
  );
}

function refusedLink(problem: LinkProblem): Problem {
  return unauthenticated(`${linkProblems[problem]} ${otherWay}`, WrongKey);
}

function signedInAsAnother(before: Caller, caller: Caller, link: string | undefined): Problem {
  const by = link === undefined ? 'this API key' : 'this sign-in link';
  const kept = link === undefined ? '' : ', and the link still works';
  const detail = `${before.name} is signed in in this browser, and ${by} signs in ${caller.name}. Nothing has changed yet${kept}.`;
  return new Problem(409, 'signed-in-as-another', detail);
}

const isAdmin = ({ scopes }: Caller) => scopes.includes('admin');

function ownerOf(caller: Caller, whose = caller.id): string {
  if (whose === caller.id || isAdmin(caller)) return whose;
  throw new Problem(403, 'forbidden', `Only an administrator may see or end the sessions of ${whose}.`);
}
