import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { namesOf } from '../../activities/connectors/index.ts';
import { openFeedServer } from '../../activities/feeds/server.ts';
import { dealersOf } from '../../activities/shared/dealers.ts';
import { type ApiOptions, type App, buildApp } from '../../api/server/app.ts';
import { createKey } from '../../db/queries/keys.ts';
import type { KeyScope } from '../../domain/shared/keyScopes.ts';
import { readinessOf } from '../../service/readiness/readiness.ts';
import { partsOfApi } from '../../service/readiness/service.ts';
import { encryptionCodec } from '../../worker/codec.ts';
import { type TestService, testKeyring } from './service.ts';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  text: string;
  headers: Record<string, string | number | string[] | undefined>;
}

/** The API on a test's service, with keys for the people and the systems that use it. */
export async function apiOf(service: TestService, more: Partial<ApiOptions> = {}) {
  const { outside } = service;
  const app: App = await buildApp({
    database: service.database,
    temporal: service.client,
    accounts: dealersOf(outside),
    cancellations: outside.cancellations,
    feeds: outside.feeds,
    openFeedServer: (server, options) => openFeedServer(outside.feeds, server, options),
    cipher: outside.cipher,
    connectors: namesOf(outside.connectors),
    schedules: outside.schedules,
    codec: encryptionCodec(testKeyring),
    readiness: readinessOf(partsOfApi({ database: service.database, temporal: service.client })),
    namespace: service.namespace,
    webUi: { upstream: inject('webUiUrl') },
    // A test's process loads and compiles as much as three programs: on a busy machine that takes it seconds.
    overloadedAfterMs: 0,
    ...more,
  });
  const key = async (name: string, scopes: KeyScope[], personId?: string) =>
    (await createKey(service.db, { name, scopes, personId, requestsPerMinute: 100_000 })).key;
  const keys = {
    offboarding: await key('offboarding', ['cancellations:write', 'read']),
    olivia: await key('olivia', ['tasks:write', 'read'], 'olivia'),
    oscar: await key('oscar', ['tasks:write', 'read'], 'oscar'),
    lena: await key('lena', ['tasks:write', 'read'], 'lena'),
    finn: await key('finn', ['feeds:write', 'contacts:read', 'contacts:write', 'tasks:write', 'read'], 'finn'),
    tara: await key('tara', ['tasks:write', 'read'], 'tara'),
    admin: await key('admin', ['admin']),
    reader: await key('reader', ['read']),
  };
  type Who = keyof typeof keys;

  async function call<T = Record<string, unknown>>(
    who: Who | null,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const response = await app.inject({
      method,
      url,
      headers: { ...(who && { authorization: `Bearer ${keys[who]}` }), ...headers },
      ...(body !== undefined && { payload: body as object }),
    });
    const json = response.headers['content-type']?.toString().includes('json') ? response.json() : {};
    return { status: response.statusCode, body: json as T, text: response.body, headers: response.headers };
  }

  return {
    app,
    keys,
    call,
    get: <T>(who: Who, url: string) => call<T>(who, 'GET', url),
    post: <T>(who: Who, url: string, body: unknown = {}, headers: Record<string, string> = {}) =>
      call<T>(who, 'POST', url, { body, headers }),
    start: (body: Record<string, unknown>, idempotencyKey: string = randomUUID()) =>
      call<{ id: string; account: string; integrations: string[] }>('offboarding', 'POST', '/v1/cancellations', {
        body: { reason: 'subscription_canceled', ...body },
        headers: { 'idempotency-key': idempotencyKey },
      }),
    close: () => app.close(),
  };
}

export type TestApi = Awaited<ReturnType<typeof apiOf>>;
