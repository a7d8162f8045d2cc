import { basename } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import type { ApiOptions, App } from '../options.ts';
import { Problem, sendProblem } from '../problems.ts';
import { limitGuesses } from './limits.ts';

const apiPaths = /^\/(v1|codec|docs|problems)(\/|$)/;

/** Serves the console's files where it was built, with its page at every address that is not the API's; the rest is a 404. */
export async function addPages(app: App, options: ApiOptions): Promise<void> {
  if (options.console) {
    await app.register(fastifyStatic, {
      root: options.console,
      index: false,
      cacheControl: false,
      // The build has compressed each file once, better than each answer could be.
      preCompressed: true,
      // A folder, or a path out of ours, is no file: it is answered as any other address that is none, and not with a 403.
      allowedPath: (path) => !/\/$|(^|[\\/])\.\.([\\/]|$)/.test(path),
      setHeaders: (response, path) => {
        // Vite names assets by their content; the page itself names the newest assets.
        const fixed = /-[\w-]{8}\.\w+(\.(br|gz))?$/.test(basename(path));
        response.setHeader('vary', 'Accept-Encoding');
        response.setHeader('cache-control', fixed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  const countGuess = limitGuesses(app);
  app.setNotFoundHandler(async (request, reply) => {
    if (isPage(request, options)) return reply.header('vary', 'Accept, Accept-Encoding').sendFile('index.html');
    reply.header('vary', 'Accept');
    await countGuess(request, reply);
    const path = pathOf(request);
    const detail = `There is no ${path.slice(0, 200)}; /openapi.json lists every path.`;
    return sendProblem(new Problem(404, 'not-found', detail), reply);
  });
}

const pathOf = ({ url }: FastifyRequest) => url.split('?')[0]!;

function isPage(request: FastifyRequest, options: ApiOptions): boolean {
  const readsPage = options.console !== undefined && request.method === 'GET' && !apiPaths.test(pathOf(request));
  return readsPage && request.accepts().type(['json', 'html']) === 'html';
}
