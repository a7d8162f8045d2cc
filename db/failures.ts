import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

/**
 * An error for logs and histories. Of a query that failed, neither the statement's values nor PostgreSQL's words about them
 * are kept, since they may be personal.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  const failure = new Error(failedStatement(error.cause ?? error));
  failure.name = 'DatabaseFailure';
  return failure;
}

/** PostgreSQL's code of why a query failed, such as `57014`; undefined of any other error. */
export function postgresCode(error: unknown): string | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof pg.DatabaseError ? cause.code : undefined;
}

/** What may be said of a failed statement, from PostgreSQL's error or the connection's. */
export function failedStatement(cause: Error): string {
  const { code = 'no code', table, constraint } = cause as { code?: string; table?: string; constraint?: string };
  const at = [table && `table ${table}`, constraint && `constraint ${constraint}`].filter(Boolean).join(', ');
  return `PostgreSQL did not carry out a statement: ${code}${at && ` (${at})`}`;
}
