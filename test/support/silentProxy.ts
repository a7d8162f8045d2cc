import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Between a client and a server: it can lose its connections as a failover or a firewall does, without a word to anybody. */
export interface SilentProxy {
  /** On 127.0.0.1. */
  port: number;
  /** Connections that are open and pass on what they carry. */
  passing(): number;
  /** From now on nothing passes on the connections that there are, in either direction, and none is closed; new ones pass. */
  silence(): void;
  /** What happens to the next connection once so many bytes have come from the server: it is cut, or nothing passes any more. */
  failAfter(bytes: number, how: 'cut' | 'stall'): void;
  close(): Promise<void>;
}

/** @param target the server, on 127.0.0.1 */
export async function startSilentProxy(target: { port: number }): Promise<SilentProxy> {
  const passing = new Set<[Socket, Socket]>();
  const sockets = new Set<Socket>();
  let fault: { bytes: number; how: 'cut' | 'stall' } | undefined;
  // Half-open: the end of one side is not answered by this program itself.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: target.port, allowHalfOpen: true });
    const pair: [Socket, Socket] = [client, upstream];
    const own = fault;
    fault = undefined;
    let received = 0;
    passing.add(pair);
    upstream.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (!own || received < own.bytes) return;
      if (own.how === 'cut') client.destroy();
      else passing.delete(pair);
    });
    for (const [from, to] of [pair, [upstream, client] as const]) {
      sockets.add(from);
      from.on('data', (chunk) => passing.has(pair) && to.write(chunk));
      from.on('end', () => passing.has(pair) && to.end());
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        if (passing.delete(pair)) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passing: () => passing.size,
    silence: () => passing.clear(),
    failAfter(bytes, how) {
      fault = { bytes, how };
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
