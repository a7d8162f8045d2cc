import type { FeedScope, Queries } from './scope.ts';

/** From the staged rejections to `feed_rejected_rows`: a record has one row there, and knows where it was seen last. */
export async function writeRejections(
  client: Queries,
  { importId, account, dms, type }: FeedScope,
  fileId: string,
): Promise<void> {
  const last = `select distinct on (record_hash) record_hash, line, column_name, code, reason, raw from staged_rejections`;
  await client.query(
    `insert into feed_rejected_rows (id, import_id, file_id, line, record_hash, column_name, code, reason, raw)
     select gen_random_uuid(), $1, $2, line, record_hash, column_name, code, reason, raw
     from (${last} where raw is not null order by record_hash, line desc) as last
     on conflict (import_id, record_hash) do update set file_id = excluded.file_id, line = excluded.line,
       column_name = excluded.column_name, code = excluded.code, reason = excluded.reason, state = 'open',
       corrected_by = null, corrected_at = null, activity_id = null, version = feed_rejected_rows.version + 1,
       changed_in = pg_current_xact_id()`,
    [importId, fileId],
  );
  await client.query(
    `update feed_rejected_rows as kept set file_id = $2, line = last.line, column_name = last.column_name, code = last.code,
       reason = last.reason, changed_in = pg_current_xact_id()
     from (${last} where code is not null and raw is null order by record_hash, line desc) as last
     where kept.import_id = $1 and kept.record_hash = last.record_hash`,
    [importId, fileId],
  );
  // The mapping reads them now.
  await client.query(
    `update feed_rejected_rows as kept set state = 'corrected', corrected_by = 'dealerops', corrected_at = now(),
       file_id = $2, line = last.line, activity_id = last.activity_id, version = kept.version + 1,
       changed_in = pg_current_xact_id()
     from (
       select distinct on (record_hash) staged_rejections.record_hash, staged_rejections.line, activities.id as activity_id
       from staged_rejections left join staged on staged.line = staged_rejections.line
       left join activities on activities.account = $3 and activities.dms = $4 and activities.type = $5
         and activities.key = staged.key
       where code is null order by staged_rejections.record_hash, staged_rejections.line desc
     ) as last
     where kept.import_id = $1 and kept.record_hash = last.record_hash`,
    [importId, fileId, account, dms, type],
  );
}
