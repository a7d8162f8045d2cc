import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type Caller, findKey, type KeyScope } from '../db/keys.ts';
import type { ApiOptions } from './app.ts';
import { Problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on public routes. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What the caller's key must be allowed; `admin` is allowed everything. */
    scope?: KeyScope;
    /** Open to all: pages without data. */
    public?: boolean;
  }
}

export const sessionCookie = 'dealerops_session';
/** The console sends it with what changes something; other sites' pages cannot. */
const consoleHeader = 'x-dealerops-console';
const publicPrefixes = ['/docs', '/*', '/assets'];

/** Every route names the scope that it needs, or says that it is public; one that says neither is not started. */
export const authenticate = fp<ApiOptions>(async (app: FastifyInstance, options) => {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (
      publicPrefixes.some((prefix) => route.url.startsWith(prefix)) ||
      (options.console && route.url.startsWith('/') && !route.url.startsWith('/v1') && !route.config)
    ) {
      route.config = { ...route.config, public: true };
    }
    if (!route.config?.public && !route.config?.scope)
      throw new Error(`Route ${String(route.method)} ${route.url} must name a scope or be public`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { scope, public: open } = request.routeOptions.config;
    if (open) return;
    request.caller = await callerOf(request, options);
    if (scope && !request.caller.scopes.includes(scope) && !request.caller.scopes.includes('admin')) {
      throw new Problem(
        403,
        'forbidden',
        `This needs an API key with the scope ${scope}; yours has ${request.caller.scopes.join(', ') || 'none'}.`,
      );
    }
  });
});

async function callerOf(request: FastifyRequest, { database }: ApiOptions): Promise<Caller> {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer) {
    const caller = await findKey(database.db, { key: bearer });
    if (caller) return caller;
    throw unauthenticated('The API key is not known, has expired or was revoked.');
  }
  const signed = request.cookies[sessionCookie];
  const cookie = signed === undefined ? null : request.unsignCookie(signed);
  if (!cookie?.valid || !cookie.value) throw unauthenticated('Send an API key as Authorization: Bearer <key>.');
  const [keyId, until] = cookie.value.split('.');
  if (Number(until) < Date.now()) throw unauthenticated('The session has ended: sign in again.');
  if (
    !['GET', 'HEAD'].includes(request.method) &&
    !request.url.startsWith('/codec') &&
    request.headers[consoleHeader] === undefined
  ) {
    throw new Problem(403, 'forbidden', `With a session, what changes something needs the header ${consoleHeader}.`);
  }
  const caller = await findKey(database.db, { keyId });
  if (!caller) throw unauthenticated('The key of this session has expired or was revoked: sign in again.');
  return caller;
}

function unauthenticated(detail: string): Problem {
  return new Problem(401, 'unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } });
}
