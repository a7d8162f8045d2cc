import type { FastifyRequest } from 'fastify';
import { type Caller, findKey } from '../../db/queries/keys.ts';
import { findSession, recordUse } from '../../db/queries/sessions.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import type { ApiOptions, App } from './options.ts';
import { WrongKey } from './plugins/limits.ts';
import { Problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on public routes. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What the caller's key must be allowed, or one of these; `admin` is allowed everything. */
    scope?: KeyScope | readonly KeyScope[];
    /** Open to all: pages without data. */
    public?: boolean;
    /** What an open page asks for by itself: never counts as use of the session. */
    background?: boolean;
    /** The console's page with the same, for a browser without a session: there it signs in. */
    consolePage?: (id: string) => string;
    /** Changes nothing whatever its method: Temporal's Web UI cannot send the console's header. */
    readOnly?: boolean;
  }
}

/** Browsers take a cookie of this prefix only by https (or from this machine itself), and from this very host. */
export const sessionCookie = '__Host-dealerops_session';
/**
 * The console sends it with each request; other sites' pages cannot. Its value is `idle` while the page only keeps itself up to
 * date: that does not count as use of the session.
 */
export const consoleHeader = 'x-dealerops-console';
/**
 * The console names in it whose page sends the request: the session's owner, percent-encoded. All tabs of a browser share one
 * cookie. When somebody else signs in in another tab, nothing that this page sends may be done in the new person's name.
 */
export const ownerHeader = 'x-dealerops-owner';

/** Routes of plugins, which cannot name a scope: the API's description to try, and the console's files. */
const publicPlugins = /^\/(docs(\/.*)?|\*)$/;

/**
 * Lets in who has a valid API key or session, with the scope of the route. A route that names no scope and is not public
 * is refused when it is registered, so that none is forgotten.
 */
export function addAuthentication(app: App, options: ApiOptions): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (publicPlugins.test(route.url)) route.config = { ...route.config, public: true };
    if (!route.config?.public && !route.config?.scope)
      throw new Error(`Route ${String(route.method)} ${route.url} must name a scope or be public`);
  });
  app.addHook('onRequest', async (request) => {
    const { scope, public: open } = request.routeOptions.config;
    if (request.is404 || open) return;
    request.caller = await callerOf(request, options);
    const needed = scopesOf(scope);
    if (!hasScope(request.caller, needed)) {
      const has = request.caller.scopes.join(', ') || 'none';
      throw lacksScope(needed[0]!, `This needs an API key with the scope ${needed.join(' or ')}; yours has ${has}.`);
    }
  });
}

/** @param scope as a route's `config` names it */
export function scopesOf(scope: KeyScope | readonly KeyScope[] = []): readonly KeyScope[] {
  return [scope].flat();
}

/** @param needed one of which is enough; none is needed when there are none */
export function hasScope({ scopes }: Caller, needed: readonly KeyScope[]): boolean {
  return needed.length === 0 || scopes.includes('admin') || needed.some((one) => scopes.includes(one));
}

/** @returns what a key is answered that may not do this (RFC 6750, 3.1) */
export function lacksScope(scope: KeyScope, detail: string): Problem {
  return new Problem(403, 'forbidden', detail, challenge(`error="insufficient_scope", scope="${scope}"`));
}

async function callerOf(request: FastifyRequest, { database }: ApiOptions): Promise<Caller> {
  const bearer = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const caller = /^\S{1,200}$/.test(bearer) ? await findKey(database.db, bearer) : null;
    if (caller) return caller;
    const detail = 'The API key is not known, has expired or was revoked.';
    throw new WrongKey(401, 'unauthenticated', detail, challenge('error="invalid_token"'));
  }
  const token = request.cookies[sessionCookie];
  if (!token) throw unauthenticated('Send an API key as Authorization: Bearer <key>.');
  const session = await findSession(database.db, token);
  if (!session) throw unauthenticated('The session has ended: sign in again.');
  const { caller, notUsedForAMinute } = session;
  assertSameOwner(request, caller);
  const missing = [consoleHeader, ownerHeader].filter((name) => request.headers[name] === undefined);
  if (isStateChanging(request) && missing.length > 0) {
    const detail = `With a session, what changes something needs the header ${missing.join(' and the header ')}.`;
    throw new Problem(403, 'forbidden', detail);
  }
  const isUse = request.headers[consoleHeader] !== 'idle' && !request.routeOptions.config.background;
  if (isUse && notUsedForAMinute) await recordUse(database.db, caller.sessionId!);
  return caller;
}

/**
 * @param owner of the session that the request's cookie stands for
 * @throws Problem when the page that sends the request belongs to somebody else
 */
export function assertSameOwner({ headers }: FastifyRequest, owner: Caller): void {
  const { id, name } = owner;
  const shown = headers[ownerHeader];
  if (shown === undefined || shown === encodeURIComponent(id)) return;
  const detail = `${name} has signed in in this browser since this page was loaded. Nothing was done. Reload the page to continue as ${name}.`;
  throw new Problem(412, 'session-replaced', detail);
}

function isStateChanging({ method, routeOptions }: FastifyRequest): boolean {
  return !['GET', 'HEAD'].includes(method) && !routeOptions.config.readOnly;
}

/** Where a browser that is refused because nobody is signed in finds the same in the console; undefined for all others. */
export function consolePageOf(problem: Problem, request: FastifyRequest, options: ApiOptions): string | undefined {
  const { consolePage } = request.routeOptions.config;
  if (problem.status !== 401 || !consolePage || !options.console || request.headers.authorization) return undefined;
  if (request.accepts().type(['json', 'html']) !== 'html') return undefined;
  return consolePage(encodeURIComponent((request.params as { id: string }).id));
}

/** @returns what a request without a valid key is answered with */
export function unauthenticated(detail: string, Kind = Problem): Problem {
  return new Kind(401, 'unauthenticated', detail, challenge());
}

/** @param fault what was wrong with the API key that was sent (RFC 6750, 3.1); absent when none was */
function challenge(fault?: string): { headers: Record<string, string> } {
  return { headers: { 'www-authenticate': ['Bearer realm="dealerops"', fault].filter(Boolean).join(', ') } };
}
