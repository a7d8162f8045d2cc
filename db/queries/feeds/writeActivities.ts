import type { FeedScope, Queries } from './scope.ts';
import { activityColumns, identityEnd } from './staging.ts';

/** From the staged rows to activities. The dealer's activities of this type must be locked. */

/** Rows of one key: the last line counts. @returns how many the others were */
export async function removeSuperseded(client: Queries): Promise<number> {
  const { rowCount } = await client.query(`
    delete from staged using (select key, max(line) as line from staged group by key having count(*) > 1) as last
    where staged.key = last.key and staged.line < last.line`);
  return rowCount!;
}

const customerHash = `hashtextextended(split_part(staged.customer, '${identityEnd}', 1), 0)`;

/** The table `existing`: the activities that there are of the staged rows. @returns how many */
export async function findExisting(client: Queries, { account, dms, type }: FeedScope): Promise<number> {
  await client.query(`
    create temp table existing (
      line integer primary key, id bigint not null, record_hash bytea not null, keeps_contact boolean not null
    ) on commit drop`);
  const { rowCount } = await client.query(
    `insert into existing
     select staged.line, activities.id, activities.record_hash,
       activities.customer_hash = ${customerHash} or left(staged.unit, 1) = '5' or activities.contact_rule = 'assigned'
     from staged join activities on activities.account = $1 and activities.dms = $2 and activities.type = $3
       and activities.key = staged.key`,
    [account, dms, type],
  );
  return rowCount!;
}

/** Staged rows whose activity was last written from a record that the file has in a later line. */
export async function removeStaged(client: Queries, lines: number[]): Promise<void> {
  await client.query('delete from staged where line = any ($1)', [lines]);
  await client.query('delete from existing where line = any ($1)', [lines]);
}

const columns = activityColumns.join(', ');
const columnsOf = (table: string, from: readonly string[] = activityColumns) =>
  from.map((column) => `${table}.${column}`).join(', ');

/** @returns how many */
export async function insertActivities(
  client: Queries,
  { importId, account, dms, type }: FeedScope,
  fileId: string,
): Promise<number> {
  // In the order of the index by key, which is faster than in the file's.
  const { rowCount } = await client.query(
    `insert into activities (account, contact_id, type, dms, key, ${columns}, contact_rule, contact_candidates, import_id, file_id,
       line, record_hash, customer_hash)
     select $1, found.contact_id, $3, $2, staged.key, ${columnsOf('staged')}, found.rule, found.candidates, $4, $5, staged.line,
       staged.record_hash, ${customerHash}
     from staged join found on found.unit = staged.unit
     where not exists (select from existing where existing.line = staged.line)
     order by staged.key`,
    [account, dms, type, importId, fileId],
  );
  return rowCount!;
}

/**
 * Writes the activities that the rows change. One whose record only is written otherwise is known by the new one from now on, and
 * has not changed. @returns how many have
 */
export async function updateActivities(client: Queries, importId: string, fileId: string): Promise<number> {
  // A row without a date leaves the activity its own.
  const others = activityColumns.filter((column) => column !== 'occurred_on');
  const differs = `(activities.contact_id, ${columnsOf('activities')}) is distinct from (changes.contact_id, ${columnsOf('changes')})`;
  const ifDiffers = (column: string, value: string) =>
    `${column} = case when ${differs} then ${value} else activities.${column} end`;
  const { rows } = await client.query<{ updated: number }>(
    `with written as (
       update activities set contact_id = changes.contact_id, contact_rule = changes.contact_rule,
         contact_candidates = changes.contact_candidates, record_hash = changes.record_hash,
         customer_hash = changes.customer_hash, ${activityColumns.map((column) => `${column} = changes.${column}`).join(', ')},
         ${ifDiffers('import_id', '$1')}, ${ifDiffers('file_id', '$2')}, ${ifDiffers('line', 'changes.line')},
         ${ifDiffers('updated_at', 'now()')}
       from (
         select existing.id, staged.line, staged.record_hash, ${customerHash} as customer_hash,
           case when is_file_date then a.occurred_on else staged.occurred_on end as occurred_on, ${columnsOf('staged', others)},
           coalesce(found.contact_id, a.contact_id) as contact_id,
           coalesce(found.candidates, a.contact_candidates) as contact_candidates,
           case when found.unit is not null then found.rule
             when a.customer_hash <> ${customerHash} and a.contact_rule <> 'assigned' then 'kept'
             else a.contact_rule end as contact_rule
         from existing join staged on staged.line = existing.line join activities a on a.id = existing.id
         -- A person may have moved it since \`existing\` was read.
         left join found on found.unit = staged.unit and not existing.keeps_contact and a.contact_rule <> 'assigned'
       ) as changes
       where activities.id = changes.id
         and (${differs} or activities.record_hash <> changes.record_hash or activities.customer_hash <> changes.customer_hash)
       returning activities.updated_at = now() as is_updated
     )
     select count(*) filter (where is_updated)::int as updated from written`,
    [importId, fileId],
  );
  return rows[0]!.updated;
}
