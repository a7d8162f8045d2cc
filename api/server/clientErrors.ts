import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from './problems.ts';

/**
 * Answers what never became a request: headers that are too large, a request that did not arrive completely in time, and
 * what is not HTTP. Node gives the bare connection only.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem.body());
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem(431, 'too-large', 'The headers of the request are larger than 16 KiB: send less.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem(408, 'too-slow', 'The request did not arrive completely in time: send it again.');
  return new Problem(400, 'invalid-request', 'This is not a valid HTTP/1.1 request.');
}
