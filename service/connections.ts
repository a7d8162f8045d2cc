import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /**
   * Closes the connections on which no request is being answered at once, and the others after their answers. A request that
   * has not arrived completely within 5 seconds is cut off, and every other one after `withinMs`.
   * @returns when no connection is left
   */
  close(withinMs: number): Promise<void>;
}

const incompleteMs = 5_000;

/**
 * Knows the connections of an HTTP server, so that it can be closed: Node's `close()` waits for every client that has connected and
 * sends nothing, or half a request, for as long as they like. Call it before the server listens.
 */
export function connectionsOf(server: Server): Connections {
  const open = new Map<Socket, Set<IncomingMessage>>();
  let closing = false;
  let noneLeft = () => {};
  server.on('connection', (socket: Socket) => {
    if (closing) return void socket.destroy();
    open.set(socket, new Set());
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0) noneLeft();
    });
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    open.get(socket)?.add(request);
    response.once('close', () => {
      const requests = open.get(socket);
      requests?.delete(request);
      if (closing && requests?.size === 0) socket.destroySoon();
    });
  });
  const destroy = (which: (requests: Set<IncomingMessage>) => boolean) => {
    for (const [socket, requests] of open) if (which(requests)) socket.destroy();
  };
  return {
    async close(withinMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => {
        noneLeft = resolve;
      });
      const cut = [
        setTimeout(() => destroy((requests) => [...requests].some(({ complete }) => !complete)), incompleteMs),
        setTimeout(() => destroy(() => true), withinMs),
      ];
      destroy((requests) => requests.size === 0);
      if (open.size > 0) await closed;
      for (const timer of cut) clearTimeout(timer);
    },
  };
}
