import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { consoleHeader, ownerHeader, scopesOf, sessionCookie } from '../auth.ts';
import type { App } from '../options.ts';
import { type DescribedStatus, describedResponses, headers, type ResponseHeader } from './describedResponses.ts';
import { type Schemas, withNeededSchemas } from './neededSchemas.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Problems of this route, besides those that every route of its kind may answer with. */
    problems?: readonly DescribedStatus[];
    /** Headers of its answers by status, besides those of every answer. */
    responseHeaders?: Record<number, readonly ResponseHeader[]>;
  }
}

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;
type TransformObject = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;

/** In place of Swagger's own, with the API's name. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 190 32" width="190" height="32"><rect width="32" height="32" rx="7" fill="#1c5d7c"/><path d="M8 16h9M8 10h14M8 22h6" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><path d="m17 21 3 3 6-7" fill="none" stroke="#8fe3b4" stroke-width="2.8" stroke-linecap="round" stroke-linejoin="round"/><text x="42" y="22" font-family="system-ui, sans-serif" font-size="18" font-weight="600" fill="#fff">Dealerops API</text></svg>`;

/** Describes the API from its routes' schemas: OpenAPI 3.1 at `/openapi.json`, and a page to try it at `/docs`. */
export async function addDescription(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Dealerops API',
        version: '1',
        description:
          'Ends integrations with their vendors, and shows what is done, who must act next, and the evidence. Every error is a problem (RFC 9457); a path that is not listed here is answered with 404, and a method that its path does not take with 405.',
      },
      servers: [{ url: '/' }],
      components: {
        headers: { ...headers },
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
            description: `The console’s. What changes something needs two headers too: ${consoleHeader} (\`active\`, or \`idle\` while nobody uses the page), and ${ownerHeader}, the \`id\` of the session that the page shows, percent-encoded. When the cookie is another owner’s by now, the request is refused with 412, with reads too if they have the header.`,
          },
        },
      },
    },
    transform: describeRoute,
    transformObject: describeAnswers,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: false,
    theme: {
      title: 'Dealerops API',
      favicon: [{ filename: 'logo.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: logo }],
    },
    logo: { type: 'image/svg+xml', content: logo, href: '/', target: '_self' },
  });
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, async () => app.swagger());
}

/** What `describeAnswers` needs of a route; @fastify/swagger keeps names that begin with `x-`. */
interface Notes {
  'x-notes'?: {
    problems: readonly DescribedStatus[];
    responseHeaders: Record<number, readonly ResponseHeader[]>;
    optionalBody: boolean;
  };
}

const describeRoute: Transform = (route) => {
  const { problems = [], responseHeaders = {}, ...own } = route.schema ?? {};
  const described = { ...route, schema: own } as Parameters<typeof jsonSchemaTransform>[0];
  const { schema, url } = jsonSchemaTransform(described);
  const scopes = scopesOf(route.route.config?.scope);
  const security = ['key', 'session'].flatMap((scheme) => scopes.map((scope) => ({ [scheme]: [scope] })));
  const optionalBody = (own.body as z.ZodType | undefined)?.safeParse(undefined).success === true;
  const notes: Notes = { 'x-notes': { problems, responseHeaders, optionalBody } };
  return { url, schema: { ...schema, security, ...notes } };
};

/** Answers without an ETag, since they are sent while they are made. */
const streamed = ['text/event-stream', 'text/csv'];

const describeAnswers: TransformObject = (given) => {
  const document = jsonSchemaTransformObject(given as Parameters<typeof jsonSchemaTransformObject>[0]);
  if (!('paths' in document)) return document;
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods ?? {}) as [string, Operation][]) {
      const { problems, responseHeaders, optionalBody } = operation['x-notes']!;
      delete operation['x-notes'];
      operation.responses = describedResponses(operation.responses, responseHeaders, problems, {
        keyed: !!operation.security?.length,
        takesBody: method !== 'get',
        tagged: method === 'get' && !streamed.some((type) => type in (operation.responses[200]?.content ?? {})),
        hasId: path.includes('{'),
      });
      if (optionalBody) makeOptional(operation.requestBody!);
    }
  }
  return withNeededSchemas(document as { components: { schemas: Schemas } }) as typeof document;
};

interface BodySchema {
  type?: string;
  anyOf?: BodySchema[];
}

interface RequestBody {
  required: boolean;
  content: Record<string, { schema: BodySchema }>;
}

interface Operation extends Notes {
  security?: Record<string, string[]>[];
  requestBody?: RequestBody;
  responses: Parameters<typeof describedResponses>[0];
}

/** Says that the body may be left out, instead of being `null`. */
function makeOptional(body: RequestBody): void {
  body.required = false;
  for (const media of Object.values(body.content)) {
    const [one, ...others] = media.schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
    if (one && others.length === 0) media.schema = one;
  }
}
