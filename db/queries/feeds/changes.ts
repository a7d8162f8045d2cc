import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { feedOnboardings } from '../../schema/feedOnboardings.ts';
import { feedFiles, feedImports, feedRuns } from '../../schema/feeds.ts';
import type { ChangedRows } from '../changes.ts';

const ofImport = (importId: AnyColumn, isNew: SQL): SQL => sql`
  select 'feeds', ${importId}::text, null, account
  from ${importId.table} left join ${feedImports} on ${feedImports.id} = ${importId} where ${isNew}`;

/** Where feeds change without a task or an event, such as while a run imports a file. Rejected rows change with an event or a file. */
export const changedFeeds: readonly ChangedRows[] = [
  (isNew) =>
    sql`select 'feeds', ${feedImports.id}::text, null, account from ${feedImports} where ${isNew(feedImports.changedIn)}`,
  (isNew) =>
    sql`select 'feeds', ${feedOnboardings.id}::text, null, account from ${feedOnboardings} where ${isNew(feedOnboardings.changedIn)}`,
  (isNew) => ofImport(feedRuns.importId, isNew(feedRuns.changedIn)),
  (isNew) => ofImport(feedFiles.importId, isNew(feedFiles.changedIn)),
];
