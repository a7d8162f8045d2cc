import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { resolveSecret } from './secrets.ts';
import { StartError } from './startError.ts';

/**
 * The database of the service that a command works on: `DATABASE_URL` (itself, or a reference `env:NAME` or `file:/path`), else
 * that of `npm start` in the data folder.
 * @throws StartError when there is neither
 */
export function serviceDatabaseUrl(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment.DATABASE_URL;
  if (given) {
    try {
      return /^(env|file):/.test(given) ? resolveSecret(given, environment) : given;
    } catch (error) {
      throw new StartError(`DATABASE_URL: ${(error as Error).message}`);
    }
  }
  const file = join(environment.DEALEROPS_DATA_DIR || '.dealerops', 'settings.json');
  try {
    return z.object({ databaseUrl: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).databaseUrl;
  } catch {
    throw new StartError(`No database: set DATABASE_URL, or run npm start first (it writes ${file})`);
  }
}
