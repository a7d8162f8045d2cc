import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

/** A statement that failed, with neither its values nor PostgreSQL's words about them, since both may be personal. */
class DatabaseFailure extends Error {
  override name = 'DatabaseFailure';
  /** PostgreSQL's, or the connection's. */
  readonly code?: string;

  constructor(cause: Error) {
    super(failedStatement(cause));
    this.code = (cause as { code?: string }).code;
  }
}

/** An error for logs and histories. */
export function withoutValues(error: unknown): unknown {
  if (error instanceof DrizzleQueryError) return new DatabaseFailure(error.cause ?? error);
  return error instanceof pg.DatabaseError ? new DatabaseFailure(error) : error;
}

/** PostgreSQL's code of why a query failed, such as `57014`; undefined of any other error. */
export function postgresCode(error: unknown): string | undefined {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof pg.DatabaseError || cause instanceof DatabaseFailure ? cause.code : undefined;
}

/** What may be said of a failed statement, from PostgreSQL's error or the connection's. */
export function failedStatement(cause: Error): string {
  const { code = 'no code', table, constraint } = cause as { code?: string; table?: string; constraint?: string };
  const at = [table && `table ${table}`, constraint && `constraint ${constraint}`].filter(Boolean).join(', ');
  return `PostgreSQL did not carry out a statement: ${code}${at && ` (${at})`}`;
}
