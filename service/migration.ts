import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../db/client.ts';
import { migrateDatabase, TablesOfAnotherBuild } from '../db/migrate.ts';
import { packageFolder } from '../worker/files.ts';
import { reachDatabase } from './parts.ts';
import { StartError } from './startError.ts';

const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };

/**
 * Brings the service's tables up to date.
 * @param options.instead what to do when the tables are another build's, other than to start that build
 * @param options.leaveNewer see `migrateDatabase`
 * @returns what is known of a newer build whose tables were left as they are
 * @throws StartError when the database cannot be reached, or has the tables of another build, before anything is changed
 */
export async function migrateService(
  databaseUrl: string,
  { instead, leaveNewer }: { instead: string; leaveNewer?: boolean },
): Promise<string | undefined> {
  const database = openDatabase(databaseUrl, { max: 1 });
  try {
    await reachDatabase(database);
  } finally {
    await database.close();
  }
  try {
    return await migrateDatabase(databaseUrl, { release: version, leaveNewer });
  } catch (error) {
    if (!(error instanceof TablesOfAnotherBuild)) throw error;
    throw new StartError(
      `${error.message}, and this build (release ${version}) cannot use them; nothing was changed. Start that build, or ${instead}`,
    );
  }
}
