/** Something that whoever starts the service can put right; its message is one line and says how. */
export class StartError extends Error {
  override name = 'StartError';
}

/** What to print for a failed start: one line where the cause is known, else the stack. */
export function startFailure(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC') return 'The disk is full: make room and start again';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return `${(error as Error).message.split('\n')[0]}: this user may not write there; set DEALEROPS_DATA_DIR to a folder that it may write`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
