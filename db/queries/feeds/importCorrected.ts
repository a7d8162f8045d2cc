import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { ActivityRow } from '../../../domain/feeds/feeds.ts';
import { bulkTransaction } from '../../bulk.ts';
import { type Database, schema } from '../../client.ts';
import { recordEvent } from '../events.ts';
import { copyOut } from './copy.ts';
import { matchContacts } from './matchContacts.ts';
import { type FeedScope, lockActivities, lockContacts } from './scope.ts';
import { copyRows, createStaging, stagedRow } from './staging.ts';
import { findExisting, insertActivities, removeStaged, removeSuperseded, updateActivities } from './writeActivities.ts';

/** A rejected row that can be read now. */
export interface CorrectedRow {
  /** Of `feed_rejected_rows`. */
  id: string;
  /** As it was read: one that was changed since is left out. */
  version: number;
  row: ActivityRow;
}

/**
 * Imports rejected rows that a person has corrected, or that the mapping reads now: all of them or none, with one event. A row
 * whose activity was written since by a later file, or from a later line of the same one, leaves it as it is. Rows that are not open
 * any more are left out, so that it may be repeated.
 * @param database whose statements may take as long as they need (`openBulkDatabase`)
 * @returns how many rows are corrected now
 */
export async function importCorrected(
  database: Database,
  { scope, rows, by, signal }: { scope: FeedScope; rows: readonly CorrectedRow[]; by: string; signal?: AbortSignal },
): Promise<number> {
  return bulkTransaction(database, { signal }, async (client) => {
    await lockActivities(client, scope);
    await createStaging(client);
    const count = await stageCorrected(client, scope, rows);
    if (count === 0) return 0;
    await client.query('analyze staged');
    await removeSuperseded(client);
    await findExisting(client, scope);
    await removeOutdated(client);
    await lockContacts(client, scope.account);
    await matchContacts(client, scope);
    // The file of each is set below.
    const someFile = randomUUID();
    await insertActivities(client, scope, someFile);
    await updateActivities(client, scope.importId, someFile);
    await client.query(
      `update activities set file_id = rejected.file_id, line = rejected.line
       from corrected join feed_rejected_rows as rejected on rejected.id = corrected.id
       join staged on staged.line = corrected.n
       where activities.account = $1 and activities.dms = $2 and activities.type = $3 and activities.key = staged.key
         and activities.file_id = $4`,
      [scope.account, scope.dms, scope.type, someFile],
    );
    await client.query(
      `update feed_rejected_rows as rejected set state = 'corrected', corrected_at = now(),
         corrected_by = coalesce(rejected.corrected_by, $4), version = rejected.version + 1, activity_id = activities.id,
         changed_in = pg_current_xact_id()
       from corrected left join activities on activities.account = $1 and activities.dms = $2 and activities.type = $3
         and activities.key = corrected.key
       where rejected.id = corrected.id`,
      [scope.account, scope.dms, scope.type, by],
    );
    await recordEvent(drizzle(client, { schema }), {
      id: `feed-rows/${scope.importId}/${randomUUID()}`,
      ...{ process: 'feeds', subject: scope.importId, account: scope.account, by },
      action: 'Rejected rows imported',
      detail: count === 1 ? '1 row' : `${count} rows`,
    });
    return count;
  });
}

/** The tables `staged` and `corrected`. @returns how many rows are still open */
async function stageCorrected(
  client: pg.PoolClient,
  { importId }: FeedScope,
  rows: readonly CorrectedRow[],
): Promise<number> {
  await client.query(
    'create temp table corrected (n integer primary key, id uuid not null, key text collate "C" not null) on commit drop',
  );
  const byId = new Map(rows.map(({ id, row }) => [id, row]));
  // Of rows with one key the one that was seen last counts.
  const open = await client.query<{ id: string; record_hash: Buffer }>(
    `select rejected.id, rejected.record_hash from feed_rejected_rows as rejected
     join unnest($2::uuid[], $3::int[]) as given (id, version) on given.id = rejected.id and given.version = rejected.version
     left join feed_files on feed_files.id = rejected.file_id
     where rejected.import_id = $1 and rejected.state = 'open'
     order by feed_files.at, rejected.line, rejected.id for update of rejected`,
    [importId, rows.map(({ id }) => id), rows.map(({ version }) => version)],
  );
  const found = open.rows.map(({ id, record_hash }, index) => ({ n: index + 1, id, record_hash, row: byId.get(id)! }));
  const copy = copyRows(client);
  for (const { n, row, record_hash } of found) await copy.write(stagedRow(row, n, record_hash));
  await copy.end();
  await client.query('insert into corrected select * from unnest($1::int[], $2::uuid[], $3::text[])', [
    found.map(({ n }) => n),
    found.map(({ id }) => id),
    found.map(({ row }) => row.key),
  ]);
  return found.length;
}

/** Staged rows whose activity was last written from a later record. */
async function removeOutdated(client: pg.PoolClient): Promise<void> {
  const lines: number[] = [];
  const outdated = `select existing.line from existing join activities on activities.id = existing.id
    join corrected on corrected.n = existing.line join feed_rejected_rows as rejected on rejected.id = corrected.id
    join feed_files as its on its.id = rejected.file_id join feed_files as last on last.id = activities.file_id
    where (last.at, activities.line) > (its.at, rejected.line)`;
  for await (const [line] of copyOut(client, outdated)) lines.push(line!.readInt32BE(0));
  if (lines.length > 0) await removeStaged(client, lines);
}
