import { type Column, inArray, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { accounts, tasks } from '../schema/shared.ts';

/** Dealers as our own tables know them, whether or not CST answers. */

/** A table that names dealers. */
export interface DealerTable {
  account: Column;
  name: Column;
  /** Of a dealer's several names the latest counts. */
  at: Column;
}

const sharedTables: readonly DealerTable[] = [
  { account: accounts.id, name: accounts.name, at: accounts.updatedAt },
  { account: tasks.account, name: tasks.dealerName, at: tasks.openedAt },
];

/** The names of these dealers by account, as far as they are known here. @param tables those of the processes */
export async function namesOfDealers(
  db: Db,
  tables: readonly DealerTable[],
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = rowsOf([...sharedTables, ...tables], ({ account }) => inArray(account, [...new Set(ids)]));
  const named = await db.execute<{ account: string; name: string }>(
    sql`select distinct on (account) account, name from (${rows}) where name is not null order by account, at desc`,
  );
  return new Map(named.rows.map(({ account, name }) => [account, name]));
}

function rowsOf(tables: readonly DealerTable[], which: (table: DealerTable) => SQL): SQL {
  const selects = tables.map(
    (one) =>
      sql`select ${one.account} as account, ${one.name} as name, ${one.at} as at from ${one.account.table} where ${which(one)}`,
  );
  return sql.join(selects, sql` union all `);
}
