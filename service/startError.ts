import { withoutValues } from '../db/failures.ts';

/** A problem that the person who starts the service can fix; its message is one line and says how. */
export class StartError extends Error {
  override name = 'StartError';
}

/** An error's message for one line. */
export function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]!;
}

/** What a program says when it cannot listen on its port; errors that have nothing to do with the port stay as they are. */
export function portFailure(error: unknown, { host, port, setting }: { host: string; port: number; setting: string }) {
  const { code, message } = error as NodeJS.ErrnoException;
  // The SDK's metrics have no code.
  if (code === 'EADDRINUSE' || /address already in use/i.test(message))
    return new StartError(`The port ${port} of ${host} is in use: set ${setting} to a free one`);
  if (code === 'EACCES')
    return new StartError(`The port ${port} is closed to this user: set ${setting} to one above 1023`);
  return error;
}

/** What to say where PostgreSQL does not take connections; undefined for any other error. */
export function refusedConnection(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const { code, address, port } = cause as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code !== 'ECONNREFUSED') return undefined;
  const at = address ? ` at ${address}:${port}` : '';
  return `PostgreSQL does not answer${at}: run npm start in another terminal, or set DATABASE_URL`;
}

/** What to print for a failed start: one line where the cause is known, else the stack. */
export function startFailure(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return 'The disk is full: make room and start again';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return `${(error as Error).message.split('\n')[0]}: this user may not write there; set DEALEROPS_DATA_DIR to a folder that it may write`;
  const unreachable = refusedConnection(error);
  if (unreachable) return unreachable;
  const told = withoutValues(error);
  return told instanceof Error ? (told.stack ?? told.message) : String(told);
}
