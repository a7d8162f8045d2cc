import { type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import { failedStatement } from '../../../db/failures.ts';

/** Log lines say who asks, from which address, by which route; they hold no URL, header or body, in which keys and people's words may be. */
export const logging = {
  level: 'info',
  redact: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]'],
  serializers: {
    req: ({ method, routeOptions }) => ({ method, route: routeOptions?.url }),
    err: loggableError,
  },
} satisfies FastifyServerOptions['logger'];

/** Each request is logged once, at its end. */
export class RequestLogController extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(error: Error | null, req: FastifyRequest, res: FastifyReply): void {
    const { id, keyId, sessionId } = req.caller ?? {};
    const caller = id && { id, keyId, ...(sessionId && { sessionId }) };
    const line = { req, res, caller, address: req.ip, responseTime: res.elapsedTime };
    if (error) req.log.error({ ...line, err: error }, 'request failed');
    else req.log.info(line, 'request completed');
  }
}

interface Loggable extends Record<string, unknown> {
  type: string;
  code?: string;
  message: string;
  stack: string;
}

/** An error for the log. Of a failed query neither the statement's values nor the server's words about them are kept. */
function loggableError(error: Error & { code?: unknown }): Loggable {
  const failure = deepestCause(error);
  return {
    type: failure.name,
    ...(failure.code !== undefined && { code: String(failure.code) }),
    message: 'severity' in failure ? failedStatement(failure) : failure.message,
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
  };
}

function deepestCause(error: Error & { code?: unknown }): Error & { code?: unknown } {
  let failure = error;
  for (let depth = 0; failure.cause instanceof Error && depth < 6; depth += 1) failure = failure.cause;
  return failure;
}
