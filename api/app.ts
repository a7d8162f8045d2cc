import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import underPressure from '@fastify/under-pressure';
import type { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Database } from '../db/client.ts';
import type { Account } from '../domain/accounts.ts';
import { authenticate } from './auth.ts';
import { Problem, problemTypes, sendProblem, toProblem } from './problems.ts';
import { accountRoutes } from './routes/accounts.ts';
import { cancellationRoutes } from './routes/cancellations.ts';
import { codecRoutes } from './routes/codec.ts';
import { healthRoutes } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { peopleRoutes } from './routes/people.ts';
import { sessionRoutes } from './routes/session.ts';
import { taskRoutes } from './routes/tasks.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Where dealers are looked up: CST, or the service's own registry. */
export interface AccountDirectory {
  find(id: string): Promise<Account | null>;
}

export interface ApiOptions {
  database: Database;
  /** With the codec, so that what it sends to workflows is encrypted. */
  temporal: Client;
  accounts: AccountDirectory;
  /** Which outside systems are configured: what has no connector becomes a person's task. */
  connected: { cst: boolean; salesforce: boolean };
  codec: PayloadCodec;
  /** Signs the console's session cookies. */
  sessionSecret: string;
  namespace: string;
  /** Temporal's Web UI, for links and as the origin that may have payloads decoded. */
  webUiUrl?: string;
  /** Whether the service is reached by https: cookies are then for https only. */
  secure?: boolean;
  /** Folder of the built console. */
  console?: string;
  logger?: boolean;
}

/** The API as an application that a test can use without a port; `listen()` to serve it. */
export async function buildApp(options: ApiOptions): Promise<App> {
  const app = Fastify({
    logger: options.logger
      ? {
          level: 'info',
          redact: ['req.headers.authorization', 'req.headers.cookie'],
          serializers: { req: ({ method, routeOptions }) => ({ method, route: routeOptions?.url }) },
        }
      : false,
    bodyLimit: 1024 * 1024,
    genReqId: () => randomUUID(),
    requestTimeout: 60_000,
    trustProxy: false,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
    return sendProblem(problem, reply);
  });

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'upgrade-insecure-requests': null,
      },
    },
    hsts: options.secure ?? false,
  });
  await app.register(cookie, { secret: options.sessionSecret });
  await app.register(underPressure, { maxEventLoopDelay: 3_000, retryAfter: 5 });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Dealerops',
        version: '1',
        description:
          'Ends integrations with their vendors, and shows what is done, what waits for whom, and the proof.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  await app.register(authenticate, options);
  await app.register(rateLimit, {
    hook: 'preHandler',
    timeWindow: '1 minute',
    max: (request) => request.caller?.requestsPerMinute ?? 120,
    keyGenerator: (request) => request.caller?.keyId ?? request.ip,
    errorResponseBuilder: (_request, { after }) =>
      new Problem(429, 'too-many-requests', `Too many requests: try again in ${after}.`),
  });

  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, async () => app.swagger());
  app.get('/problems/:type', { config: { public: true }, schema: { hide: true } }, async (request, reply) => {
    const { type } = request.params as { type: string };
    if (!(type in problemTypes)) throw new Problem(404, 'not-found', 'There is no such type of problem.');
    return reply
      .type('text/plain; charset=utf-8')
      .send(`${type}\n\n${problemTypes[type as keyof typeof problemTypes]}\n`);
  });
  for (const routes of [
    healthRoutes,
    sessionRoutes,
    keyRoutes,
    peopleRoutes,
    accountRoutes,
    cancellationRoutes,
    taskRoutes,
    codecRoutes,
  ]) {
    await app.register(routes, options);
  }
  if (options.console) await app.register(fastifyStatic, { root: options.console, wildcard: false, index: false });

  app.setNotFoundHandler((request, reply) => {
    const page =
      request.method === 'GET' &&
      !/^\/(v1|codec|docs|problems)\b/.test(request.url) &&
      request.headers.accept?.includes('text/html');
    if (page && options.console) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return sendProblem(
      new Problem(404, 'not-found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`),
      reply,
    );
  });
  return app;
}
