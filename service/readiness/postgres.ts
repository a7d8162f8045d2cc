import type { Database } from '../../db/client.ts';
import { stateOfTables } from '../../db/migrate.ts';
import { failed, type Look, ok } from './readiness.ts';

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
      const { rows } = await pool.query<{ readOnly: string; applied: string[] }>(
        `select current_setting('transaction_read_only') as "readOnly", coalesce(array_agg(hash order by created_at, id), '{}') as applied from drizzle.__drizzle_migrations`,
      );
      const { readOnly, applied } = rows[0]!;
      if (readOnly === 'on') return failed('PostgreSQL only allows reading: promote it, or connect to the primary');
      const state = stateOfTables(applied);
      if (state === 'missing' || state === 'older')
        return failed('the tables are those of an older release: run npm run migrate');
      if (state === 'other')
        return failed('the tables are those of a release that this one does not continue: npm run migrate names it');
      await pool.query(writeTemporaryFile);
      return ok;
    } catch (error) {
      const reason = reasons[(error as { code?: string }).code ?? ''];
      if (reason) return failed(reason);
      throw error;
    }
  };
}
