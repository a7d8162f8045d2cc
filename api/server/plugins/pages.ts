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
      // A folder, or a path out of ours, is no file: it is answered as any other address that is none, and not with a 403.
      allowedPath: (path) => !/\/$|(^|[\\/])\.\.([\\/]|$)/.test(path),
      setHeaders: (response, path) => {
        // Vite names assets by their content; the page itself names the newest assets.
        const fixed = /-[\w-]{8}\.\w+$/.test(basename(path));
        response.setHeader('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  // Such as GET /v1/cancellations/batch, which the router would take for a cancellation with the ID "batch".
  app.addHook('onRequest', async (request) => {
    const path = pathOf(request);
    const own = routes.at(path);
    if (!request.is404 && own && own.url !== request.routeOptions.url) throw methodNotAllowed(request, own.methods);
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (request, reply) => {
    const path = pathOf(request);
    reply.header('vary', 'Accept');
    if (options.console && wantsPage(request, path)) return reply.sendFile('index.html');
    const methods = routes.at(path)?.methods ?? [];
    if (methods.length > 0 && !methods.includes(request.method))
      return sendProblem(methodNotAllowed(request, methods), reply);
    const detail = `There is nothing at ${request.method} ${path.slice(0, 200)}.`;
    return sendProblem(new Problem(404, 'not-found', detail), reply);
  });
}

function wantsPage(request: FastifyRequest, path: string): boolean {
  return request.method === 'GET' && !apiPaths.test(path) && request.accepts().type(['json', 'html']) === 'html';
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0]!;
}

function methodNotAllowed(request: FastifyRequest, methods: string[]): Problem {
  const allow = methods.join(', ');
  const detail = `${pathOf(request)} does not take ${request.method}; it takes ${allow}.`;
  return new Problem(405, 'method-not-allowed', detail, { headers: { allow } });
}

/** Knows the methods of each address, which the router does not tell: a path that is written out goes before a pattern. */
function collectRoutes(app: App) {
  const routes = new Map<string, { url: string; path: RegExp; methods: string[] }>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '/*') return;
    const path = new RegExp(`^${url.replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*')}$`);
    const { methods = [] } = routes.get(url) ?? {};
    routes.set(url, { url, path, methods: [...new Set([...methods, ...[method].flat()])] });
  });
  return {
    at: (address: string) => routes.get(address) ?? [...routes.values()].find(({ path }) => path.test(address)),
  };
}
