import { sql } from 'drizzle-orm';
import { customType, timestamp } from 'drizzle-orm/pg-core';

export const when = (name: string) => timestamp(name, { withTimezone: true });
/** What orders a list that is paged must be no finer than its cursors, which hold milliseconds. */
export const whenOrdering = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * A text that is compared byte by byte in every database: an index of it is fast, and stays right when the operating system's
 * rules of ordering change.
 */
export const code = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' });
const thisTransaction = sql`pg_current_xact_id()`;

/**
 * The transaction that wrote the row last, which `db/queries/changes.ts` reads. Drizzle sets it in each insert and update; SQL of
 * our own must set it too.
 */
export const changedIn = () =>
  transactionId('changed_in')
    .notNull()
    .default(thisTransaction)
    .$onUpdate(() => thisTransaction);
