import { and, asc, eq, gt, inArray, not, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { accounts, events, tasks } from '../schema/shared.ts';
import { hasWords, rankOf } from './search.ts';
import { concernsDealer } from './taskDealers.ts';
import { open } from './tasks.ts';

/** Dealers as our own tables know them, whether or not CST answers. */

/** A table that names dealers. */
export interface DealerTable {
  from: SQLWrapper;
  account: SQLWrapper;
  name: SQLWrapper;
  /** Of a dealer's several names the latest counts. */
  at: SQLWrapper;
  /** A query of (account, integration): the dealers that have this ID at the vendor of the integration; absent where none is kept. */
  vendorIds?: (id: string) => SQL;
}

/** The service's own registry. */
export const registryTable: DealerTable = {
  from: accounts,
  account: accounts.id,
  name: accounts.name,
  at: accounts.updatedAt,
  // A row that somebody has damaged may hold something else.
  vendorIds: (id) => sql`select ${accounts.id} as account, (one->>'kind') || '/' || (one->>'vendor') as integration
    from ${accounts}, jsonb_path_query(${accounts.integrations}, '$[*]') as one where one->>'dealerId' = ${id}`,
};
export const taskTables: readonly DealerTable[] = [
  { from: tasks, account: tasks.account, name: tasks.dealerName, at: tasks.openedAt },
  // Tasks for several dealers have no name of each.
  {
    from: sql`(select unnest(accounts) as account, opened_at as at from ${tasks} where accounts is not null) as several`,
    account: sql`several.account`,
    name: sql`null::text`,
    at: sql`several.at`,
  },
];

/** The names of these dealers by account, as far as they are known here. */
export async function namesOfDealers(
  db: Db,
  tables: readonly DealerTable[],
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = rowsOf(tables, ({ account }) => inArray(account, [...new Set(ids)]));
  const named = await db.execute<{ account: string; name: string }>(
    sql`select distinct on (account) account, name from (${rows}) where name is not null order by account, at desc`,
  );
  return new Map(named.rows.map(({ account, name }) => [account, name]));
}

/** Whether any of our tables knows the dealer. */
export async function isKnownDealer(db: Db, tables: readonly DealerTable[], account: string): Promise<boolean> {
  const rows = rowsOf(tables, (table) => eq(table.account, account));
  const { rowCount } = await db.execute(
    sql`(${rows}) union all (select account, null, at from ${events} where ${eq(events.account, account)} limit 1) limit 1`,
  );
  return (rowCount ?? 0) > 0;
}

/** A dealer that was found, with its place in the order of what was found. */
export interface FoundDealer {
  account: string;
  rank: number;
  /** The name by which it is ordered among those of the same rank. */
  key: string;
}

interface DealerSearch {
  text: string;
  after?: FoundDealer;
  limit: number;
}

/**
 * Dealers whose name or ID has each word of a text, or that have it as their ID at a vendor, the best first. Reads an index of the tasks by dealer, and every row of the
 * other tables, which have one for each dealer or cancellation.
 */
export async function searchDealers(
  db: Db,
  tables: readonly DealerTable[],
  { text, after, limit }: DealerSearch,
): Promise<FoundDealer[]> {
  const found = sql`select distinct on (account) account, name from (${matching(tables, text)}) order by account, at desc`;
  const [account, name] = [sql.raw('account'), sql.raw('name')];
  const ranked = sql`select account, ${rankOf(text, { account, name })} as rank, lower(coalesce(name, '')) as key from (${found})`;
  const isAfter = after ? sql`(rank, key, account) > (${after.rank}::int, ${after.key}, ${after.account})` : sql`true`;
  const { rows } = await db.execute<FoundDealer & Record<string, unknown>>(
    sql`select account, rank, key from (${ranked}) where ${isAfter} order by rank, key, account limit ${limit}`,
  );
  return rows;
}

/** At which vendor's integration each of these dealers has this ID. */
export async function vendorsWithId(
  db: Db,
  tables: readonly DealerTable[],
  id: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const queries = tables.flatMap(({ vendorIds }) => vendorIds?.(id) ?? []);
  if (ids.length === 0 || queries.length === 0) return new Map();
  const { rows } = await db.execute<{ account: string; integration: string }>(
    sql`select distinct account, integration from (${sql.join(queries, sql` union all `)})
      where ${inArray(sql.raw('account'), [...ids])} order by account, integration desc`,
  );
  return new Map(rows.map(({ account, integration }) => [account, integration]));
}

/** Which of these dealers `searchDealers` finds. */
export async function foundAmong(
  db: Db,
  tables: readonly DealerTable[],
  text: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await db.execute<{ account: string }>(
    sql`select distinct account from (${matching(tables, text)}) where ${inArray(sql.raw('account'), [...ids])}`,
  );
  return new Set(rows.map(({ account }) => account));
}

/** Dealers by what happened to them last in any process, the latest first. */
export async function recentDealers(
  db: Db,
  { after, limit }: { after?: { at: Date; sequence: number }; limit: number },
): Promise<{ account: string; at: Date; sequence: number }[]> {
  // Each event from the latest on is the dealer's last, or is not: only as many are read as the page needs.
  const isLast = sql`not exists (select from ${events} later where later.account = ${events.account}
    and (later.at, later.sequence) > (${events.at}, ${events.sequence}))`;
  const place = sql`(${events.at}, ${events.sequence})`;
  const rows = await db
    .select({
      account: sql<string>`${events.account}`,
      at: events.at,
      sequence: sql<number>`${events.sequence}`.mapWith(Number),
    })
    .from(events)
    .where(
      and(
        sql`${events.account} is not null`,
        after && sql`${place} < (${after.at.toISOString()}::timestamptz, ${after.sequence}::bigint)`,
        isLast,
      ),
    )
    .orderBy(sql`${events.at} desc`, sql`${events.sequence} desc`)
    .limit(limit);
  return rows;
}

/** Dealers of the registry to which nothing has happened yet, by ID. */
export async function untouchedDealers(
  db: Db,
  { after = '', limit }: { after?: string; limit: number },
): Promise<{ account: string }[]> {
  const touched = sql`exists (select from ${events} where ${eq(events.account, accounts.id)})`;
  return db
    .select({ account: accounts.id })
    .from(accounts)
    .where(and(gt(accounts.id, after), not(touched)))
    .orderBy(asc(accounts.id))
    .limit(limit);
}

/** Of each of these dealers when something happened to it last, and its open tasks. */
export async function activityOfDealers(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { lastAt: Date | null; openTasks: number }>> {
  if (ids.length === 0) return new Map();
  const lastAt = sql<Date | null>`(select max(${events.at}) from ${events} where ${events.account} = ids.account)`;
  const openTasks = sql<number>`(select count(*)::int from ${tasks} where ${concernsDealer(sql`ids.account`)} and ${open})`;
  const rows = await db
    .select({ account: sql<string>`ids.account`, lastAt: lastAt.mapWith(events.at), openTasks })
    .from(sql`unnest(${sql.param([...ids])}::text[]) as ids(account)`);
  return new Map(rows.map(({ account, ...its }) => [account, its]));
}

function matching(tables: readonly DealerTable[], text: string): SQL {
  return rowsOf(tables, ({ account, name, vendorIds }) => {
    const hasId = vendorIds && sql`${account} in (select account from (${vendorIds(text.trim())}))`;
    return and(sql`${account} is not null`, or(hasWords(text, [name, account]), hasId))!;
  });
}

function rowsOf(tables: readonly DealerTable[], which: (table: DealerTable) => SQL): SQL {
  const selects = tables.map(
    (one) =>
      sql`select ${one.account} as account, ${one.name} as name, ${one.at} as at from ${one.from} where ${which(one)}`,
  );
  return sql.join(selects, sql` union all `);
}
