import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Between a client and PostgreSQL: it loses the connection at a commit, before PostgreSQL has it or after it was carried out. */
export interface CommitProxy {
  /** On 127.0.0.1. */
  port: number;
  /** Of the next commit. */
  lose(when: 'before' | 'after'): void;
  close(): Promise<void>;
}

const commit = Buffer.from('commit\0');

/** @param target the server, on 127.0.0.1 */
export async function startCommitProxy(target: { port: number }): Promise<CommitProxy> {
  let loses: 'before' | 'after' | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: target.port });
    let isCommitted = false;
    const end = () => [client, upstream].map((socket) => socket.destroy());
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket) && end());
    }
    client.on('data', (chunk) => {
      if (loses && chunk.includes(commit)) {
        const when = loses;
        loses = undefined;
        if (when === 'before') return end();
        isCommitted = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (isCommitted ? end() : client.write(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lose(when) {
      loses = when;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
