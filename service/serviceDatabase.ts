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
  const { databaseUrl, file } = settingsOfStart(environment);
  if (databaseUrl) return databaseUrl;
  throw new StartError(
    `No database: set DATABASE_URL, or run npm start first (it writes ${file}), or set DEALEROPS_DATA_DIR as for npm start`,
  );
}

/** Where people reach that service's console: `PUBLIC_URL`, else that of `npm start`. @throws StartError when there is neither */
export function serviceConsoleUrl(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PUBLIC_URL) return environment.PUBLIC_URL.replace(/\/$/, '');
  const { ports } = settingsOfStart(environment);
  if (ports?.api && !givenDatabaseUrl(environment)) return `http://localhost:${ports.api}`;
  throw new StartError(
    'PUBLIC_URL: is not set: it is where people open the console, such as https://dealerops.example.com',
  );
}

const KeptSettings = z.object({
  databaseUrl: z.string().optional(),
  ports: z.object({ api: z.int().optional() }).optional(),
});

/** What `npm start` has written about itself in the data folder; nothing where it has not run. */
function settingsOfStart(environment: NodeJS.ProcessEnv): z.output<typeof KeptSettings> & { file: string } {
  const file = join(environment.DEALEROPS_DATA_DIR || '.dealerops', 'settings.json');
  try {
    return { file, ...KeptSettings.parse(JSON.parse(readFileSync(file, 'utf8'))) };
  } catch {
    return { file };
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
