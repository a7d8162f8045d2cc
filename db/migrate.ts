import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import { openDatabase, schema } from './client.ts';

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));
const ours = readMigrationFiles({ migrationsFolder });

interface Applied {
  hash: string;
  /** Milliseconds since 1970, when the migration was written. */
  writtenAt: number;
}

/** The tables were made by a build whose migrations this one cannot continue; nothing was changed. */
export class TablesOfAnotherBuild extends Error {
  override name = 'TablesOfAnotherBuild';
}

/**
 * Brings the tables up to date, however long it takes; safe to run from several processes at once.
 * @param url a `postgres://` URL
 * @param options.release is noted in the database as the one whose migrations it has
 * @param options.leaveNewer changes nothing where a newer build has only added migrations to this build's
 * @returns what is known of that newer build; undefined when the tables are this build's now
 * @throws TablesOfAnotherBuild before anything is changed
 */
export async function migrateDatabase(
  url: string,
  { release, leaveNewer = false }: { release?: string; leaveNewer?: boolean } = {},
): Promise<string | undefined> {
  const database = openDatabase(url, { max: 1, unlimited: true });
  const client = await database.pool.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext('dealerops.migrations'))");
    const { applied, madeBy } = await appliedMigrations(client);
    const state = stateOfTables(applied.map(({ hash }) => hash));
    if (state === 'newer' || state === 'other') {
      const made = `The tables were made by ${buildOf(applied, madeBy)}`;
      if (state === 'newer' && leaveNewer) return made;
      throw new TablesOfAnotherBuild(made);
    }
    if (state === 'current') return;
    await migrate(drizzle(client, { schema }), { migrationsFolder });
    if (release) await client.query(`comment on schema drizzle is ${client.escapeLiteral(`release ${release}`)}`);
  } finally {
    // With its session the lock ends too.
    client.release(true);
    await database.close();
  }
}

/**
 * How a database's tables relate to this build's migrations. `other`: they are not the same migrations, such as after the first
 * one was replaced.
 * @param applied the hashes of the database's migrations, oldest first
 */
export function stateOfTables(
  applied: string[],
  known = ours.map(({ hash }) => hash),
): 'missing' | 'older' | 'current' | 'newer' | 'other' {
  if (applied.slice(0, known.length).some((hash, index) => hash !== known[index])) return 'other';
  if (applied.length === 0) return 'missing';
  if (applied.length === known.length) return 'current';
  return applied.length < known.length ? 'older' : 'newer';
}

function buildOf(applied: Applied[], madeBy: string | null): string {
  const newest = applied.at(-1)!.writtenAt;
  const age = newest < ours.at(-1)!.folderMillis ? 'an older' : 'a newer';
  const written = `migrations of ${new Date(newest).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${age} build (${[...(madeBy ? [madeBy] : []), written].join(', ')})`;
}

async function appliedMigrations(client: pg.PoolClient): Promise<{ applied: Applied[]; madeBy: string | null }> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
  );
  if (!rows[0]!.exists) return { applied: [], madeBy: null };
  const applied = await client.query<Applied>(
    `select hash, created_at::float8 as "writtenAt" from drizzle.__drizzle_migrations order by created_at, id`,
  );
  const noted = await client.query<{ madeBy: string | null }>(
    `select obj_description('drizzle'::regnamespace) as "madeBy"`,
  );
  return { applied: applied.rows, madeBy: noted.rows[0]!.madeBy };
}
