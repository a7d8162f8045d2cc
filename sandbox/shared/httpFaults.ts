import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { HttpFaults } from './faults.ts';

/**
 * Carries out one call as the next fault wants it, if there is one for it.
 * @param operation its ID in the contract
 */
export async function withFault(
  faults: HttpFaults,
  operation: string,
  reply: FastifyReply,
  carryOut: () => unknown,
  errorOf: (status: number) => unknown = (status) => ({ code: status, message: 'the fault that was asked for' }),
): Promise<unknown> {
  const index = faults.next.findIndex(({ on }) => on === undefined || on === operation);
  const [fault] = index === -1 ? [] : faults.next.splice(index, 1);
  if (!fault) return carryOut();
  if (fault.slowMs) await sleep(fault.slowMs);
  if (fault.status) return reply.code(fault.status).send(errorOf(fault.status));
  const answer = fault.ignored ? {} : await carryOut();
  if (fault.lost) {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
  reply.headers(fault.more?.headers ?? {});
  if (fault.more?.fields) return { ...(answer as object), ...fault.more.fields };
  return fault.invalidResponse ? reply.type('text/html').send('<html>Welcome</html>') : answer;
}
