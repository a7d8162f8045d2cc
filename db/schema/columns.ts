import { timestamp } from 'drizzle-orm/pg-core';

export const when = (name: string) => timestamp(name, { withTimezone: true });
/** What orders a list that is paged must be no finer than its cursors, which hold milliseconds. */
export const whenOrdering = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
