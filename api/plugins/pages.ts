import { basename } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import type { ApiOptions, App } from '../options.ts';
import { Problem, sendProblem } from '../problems.ts';

const apiPaths = /^\/(v1|codec|docs|problems)(\/|$)/;

/**
 * Serves the console's files where it was built, with its page at every address that is not the API's, and answers what is
 * left: 405 where the address takes other methods, else 404.
 */
export async function addPages(app: App, options: ApiOptions): Promise<void> {
  const routes = collectRoutes(app);
  if (options.console) {
    await app.register(fastifyStatic, {
      root: options.console,
      index: false,
      cacheControl: false,
      // A folder is no file: it is answered as any other address that is none, and not with a 403.
      allowedPath: (path) => !path.endsWith('/'),
      setHeaders: (response, path) => {
        // Vite names assets by their content; the page itself names the newest assets.
        const fixed = /-[\w-]{8}\.\w+$/.test(basename(path));
        response.setHeader('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (request, reply) => {
    const path = request.url.split('?')[0]!;
    reply.header('vary', 'Accept');
    if (options.console && wantsPage(request, path)) return reply.sendFile('index.html');
    const allowed = routes.methodsOf(path);
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      const allow = allowed.join(', ');
      const detail = `${path} does not take ${request.method}; it takes ${allow}.`;
      return sendProblem(new Problem(405, 'method-not-allowed', detail, { headers: { allow } }), reply);
    }
    const detail = `There is nothing at ${request.method} ${path.slice(0, 200)}.`;
    return sendProblem(new Problem(404, 'not-found', detail), reply);
  });
}

function wantsPage(request: FastifyRequest, path: string): boolean {
  return request.method === 'GET' && !apiPaths.test(path) && request.accepts().type(['json', 'html']) === 'html';
}

/** Knows the methods of each address, which the router does not tell. */
function collectRoutes(app: App) {
  const routes: { path: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '/*') return;
    const path = new RegExp(`^${url.replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*')}$`);
    routes.push({ path, methods: [method].flat() });
  });
  return {
    methodsOf: (address: string) => [
      ...new Set(routes.filter(({ path }) => path.test(address)).flatMap(({ methods }) => methods)),
    ],
  };
}
