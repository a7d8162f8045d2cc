import { readFileSync } from 'node:fs';
import type { Database } from '../../db/client.ts';
import { failed, type Look, ok } from './readiness.ts';

/** When the newest migration of this build was made, as drizzle notes it with those that it has carried out. */
const newestMigration: number = JSON.parse(
  readFileSync(new URL('../../db/migrations/meta/_journal.json', import.meta.url), 'utf8'),
).entries.at(-1).when;

/** Spills a few hundred kilobytes into a temporary file, which needs room on the disk but changes no table. */
const writeTemporaryFile = `set local work_mem = '64kB'; select count(*) from generate_series(1, 20000)`;

const reasons: Record<string, string> = {
  '53100': 'PostgreSQL has no room left on its disk: make room',
  '42P01': 'the tables are missing: run npm run migrate',
  '3D000': 'the database does not exist: check DATABASE_URL',
  '28P01': 'PostgreSQL rejects the password: check DATABASE_URL',
};

/** PostgreSQL answers, takes writes, has room on its disk, and its tables are those of this build or newer. */
export function postgresIsReady({ pool }: Database): Look {
  return async () => {
    try {
      const { rows } = await pool.query<{ readOnly: string; newest: string }>(
        `select current_setting('transaction_read_only') as "readOnly", max(created_at) as newest from drizzle.__drizzle_migrations`,
      );
      const { readOnly, newest } = rows[0]!;
      if (readOnly === 'on') return failed('PostgreSQL only allows reading: promote it, or connect to the primary');
      if (Number(newest) < newestMigration)
        return failed('the tables are those of an older release: run npm run migrate');
      await pool.query(writeTemporaryFile);
      return ok;
    } catch (error) {
      const reason = reasons[(error as { code?: string }).code ?? ''];
      if (reason) return failed(reason);
      throw error;
    }
  };
}
