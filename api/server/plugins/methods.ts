import type { App } from '../options.ts';
import { Problem } from '../problems.ts';

/**
 * Fastify answers a method that a path does not take with 404, or as another path with a parameter in that place. Its own means
 * against that is a route for the other methods (RFC 9110, 15.5.6).
 * @returns adds a 405 with Allow for the other methods of every path registered since; call it after the last route
 */
export function methodsNotAllowed(app: App): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    // Of files, and the pages of a plugin.
    if (!url.includes('*') && !url.startsWith('/docs'))
      taken.set(url, new Set([...(taken.get(url) ?? []), ...[method].flat()]));
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].sort().join(', ');
      const refuse = async () => {
        throw new Problem(405, 'method-not-allowed', `This path takes ${allow} only.`, { headers: { allow } });
      };
      app.route({
        url,
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        config: { public: true },
        schema: { hide: true },
        // Before the body is read, and after the limits of requests.
        preParsing: refuse,
        handler: refuse,
      });
    }
  };
}
