import getPort, { portNumbers } from 'get-port';

/**
 * A port for a server that a test starts. Not one of those that the system gives to outgoing connections: such a port may be
 * taken between the choice and the server's start.
 */
export function freePort(): Promise<number> {
  const first = 15_000 + Math.floor(Math.random() * 16_000);
  return getPort({ port: portNumbers(first, first + 500) });
}
