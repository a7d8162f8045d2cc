import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { consoleHeader, sessionCookie } from '../auth.ts';
import type { App } from '../options.ts';

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;
type TransformObject = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;

/** What every route may answer besides its own, and those that need a key besides that. */
const anyRoute = {
  400: 'Not as described here',
  429: 'Too many requests',
  500: 'Failed inside',
  503: 'Try again later',
};
const keyedRoute = { 401: 'No valid API key or session', 403: 'The scope is missing' };

/** Describes the API from its routes' schemas: OpenAPI 3.1 at `/openapi.json`, and a page to try it at `/docs`. */
export async function addDescription(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Dealerops',
        version: '1',
        description:
          'Ends integrations with their vendors, and shows what is done, what waits for whom, and the proof. Every error is a problem (RFC 9457).',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key; the scopes that a route needs are named with it',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: `The console’s; what changes something needs the header ${consoleHeader} too`,
          },
        },
      },
    },
    transform: withSecurity,
    transformObject: withProblems,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: false });
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, async () => app.swagger());
}

const withSecurity: Transform = (route) => {
  const { schema, url } = jsonSchemaTransform(route as Parameters<typeof jsonSchemaTransform>[0]);
  const { scope } = route.route.config ?? {};
  const security: Record<string, string[]>[] = scope ? [{ key: [scope] }, { session: [scope] }] : [];
  return { url, schema: { ...schema, security } };
};

const withProblems: TransformObject = (given) => {
  const document = jsonSchemaTransformObject(given as Parameters<typeof jsonSchemaTransformObject>[0]);
  if (!('paths' in document)) return document;
  const schema = { $ref: '#/components/schemas/Problem' };
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations ?? {}) as Operation[]) {
      const { '4XX': _any, ...own } = operation.responses;
      const problems = { ...anyRoute, ...(operation.security?.length ? keyedRoute : {}) };
      for (const [status, description] of Object.entries(problems)) own[status] = { description };
      for (const [status, response] of Object.entries(own)) {
        if (Number(status) >= 400) response.content = { 'application/problem+json': { schema } };
      }
      own.default = { description: 'Any other problem', content: { 'application/problem+json': { schema } } };
      operation.responses = own;
    }
  }
  return document;
};

type Security = Record<string, string[]>;

interface Operation {
  security?: Security[];
  responses: Record<string, { description: string; content?: object }>;
}
