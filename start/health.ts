import { createServer } from 'node:http';
import { connectionsOf } from './connections.ts';
import { portFailure } from './startError.ts';

export interface HealthServer {
  close(): Promise<void>;
}

/**
 * Answers GET /healthz with 200 while the check succeeds, else with 503; for orchestrators of containers.
 * @throws StartError when the port is in use
 */
export async function serveHealth(
  { host, port }: { host: string; port: number },
  check: () => Promise<void>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') return response.writeHead(404).end();
    check().then(
      () => response.writeHead(200).end('ok\n'),
      () => response.writeHead(503).end('not healthy\n'),
    );
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
