import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { valueOrSecret } from './secrets.ts';
import { StartError } from './startError.ts';

/**
 * The database of the service that a command works on: `DATABASE_URL` (itself, or a reference `env:NAME` or `file:/path`), else
 * that of `npm start` in the data folder.
 * @throws StartError when there is neither
 */
export function serviceDatabaseUrl(environment: NodeJS.ProcessEnv = process.env): string {
  const given = givenDatabaseUrl(environment);
  if (given) return given;
  const file = join(environment.DEALEROPS_DATA_DIR || '.dealerops', 'settings.json');
  try {
    return z.object({ databaseUrl: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).databaseUrl;
  } catch {
    throw new StartError(
      `No database: set DATABASE_URL, or run npm start first (it writes ${file}), or set DEALEROPS_DATA_DIR as for npm start`,
    );
  }
}

/** `DATABASE_URL`, itself or a reference; undefined where it is not set. @throws StartError when the reference leads nowhere */
export function givenDatabaseUrl(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  try {
    return environment.DATABASE_URL && valueOrSecret(environment.DATABASE_URL, environment);
  } catch (error) {
    throw new StartError(`DATABASE_URL: ${(error as Error).message}`);
  }
}
