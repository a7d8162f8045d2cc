import { createServer } from 'node:http';
import type { Readiness } from '../domain/shared/readiness.ts';
import { connectionsOf } from './connections.ts';
import { portFailure } from './startError.ts';

export interface HealthServer {
  close(): Promise<void>;
}

/**
 * Answers `GET /healthz` (200: the process lives) and `GET /readyz` as the API does (503 where the process cannot do its
 * work); for orchestrators of containers.
 * @throws StartError when the port is in use
 */
export async function serveHealth(
  { host, port }: { host: string; port: number },
  readiness: () => Promise<Readiness>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/healthz') answer(200, { status: 'ok' });
    else if (request.url === '/readyz')
      void readiness().then((found) => answer(found.status === 'not_ready' ? 503 : 200, found));
    else response.writeHead(404).end();
  });
  const connections = connectionsOf(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portFailure(error, { host, port, setting: 'HEALTH_PORT' })));
    server.listen(port, host, resolve);
  });
  return {
    async close() {
      server.close();
      await connections.close(5_000);
    },
  };
}
