import { DrizzleQueryError } from 'drizzle-orm';

/**
 * An error for logs and histories. Of a query that failed, neither the statement's values nor PostgreSQL's words about them
 * are kept, since they may be personal.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  const cause = (error.cause ?? {}) as { code?: string; table?: string; constraint?: string };
  const { code = 'no code', table, constraint } = cause;
  const at = [table && `table ${table}`, constraint && `constraint ${constraint}`].filter(Boolean).join(', ');
  const failure = new Error(`PostgreSQL did not carry out a statement: ${code}${at && ` (${at})`}`);
  failure.name = 'DatabaseFailure';
  return failure;
}
