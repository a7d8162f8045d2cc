import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { tasks } from '../schema/shared.ts';

/** A task is about one dealer, or about several: everything that reads tasks by dealer uses this condition. */
export function concernsDealer(account: string | SQLWrapper): SQL {
  return sql`(${tasks.account} = ${account} or ${tasks.accounts} @> array[${account}]::text[])`;
}

/** The IDs of all dealers that a task is about, as one text to search. */
export const dealersOfTask = sql`coalesce(${tasks.account}, array_to_string(${tasks.accounts}, ' '))`;
