import { and, type Column, desc, eq, gte, inArray, isNotNull, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { SegmentFilter } from '../../../domain/feeds/segments.ts';
import type { Db } from '../../client.ts';
import { activities, contacts, feedFiles } from '../../schema/feeds.ts';

/** Activities and their contacts, as people look at them. */

export type ContactRow = typeof contacts.$inferSelect;
export interface ActivityWithContact {
  activity: typeof activities.$inferSelect;
  contact: ContactRow;
}

export interface ActivityFilter extends SegmentFilter {
  account: string;
  contactId?: bigint;
}

/** Where a list continues: behind this activity. */
export interface ActivityPlace {
  occurredOn: string;
  id: bigint;
}

/** A dealer's activities, the latest first. */
export async function listActivities(
  db: Db,
  filter: ActivityFilter,
  { after, limit }: { after?: ActivityPlace; limit: number },
): Promise<ActivityWithContact[]> {
  // First found in the index alone: a filter may have to pass over most of a dealer's activities.
  const page = db
    .select({ id: activities.id })
    .from(activities)
    .where(and(...conditions(filter), after && isBehind(after)))
    .orderBy(desc(activities.occurredOn), desc(activities.id))
    .limit(limit)
    .as('page');
  return select(db)
    .innerJoin(page, eq(page.id, activities.id))
    .orderBy(desc(activities.occurredOn), desc(activities.id));
}

/** A contact's activities, the latest first. */
export async function timelineOf(
  db: Db,
  contactId: bigint,
  { after, limit }: { after?: ActivityPlace; limit: number },
): Promise<ActivityWithContact[]> {
  return select(db)
    .where(and(eq(activities.contactId, contactId), after && isBehind(after)))
    .orderBy(desc(activities.occurredOn), desc(activities.id))
    .limit(limit);
}

export async function findActivity(db: Db, id: bigint): Promise<ActivityWithContact | undefined> {
  const [row] = await select(db).where(eq(activities.id, id));
  return row;
}

export async function findContact(db: Db, id: bigint): Promise<ContactRow | undefined> {
  const [row] = await db.select().from(contacts).where(eq(contacts.id, id));
  return row;
}

/** A dealer's latest sale of each of these units. */
export async function salesOfUnits(db: Db, account: string, vins: string[]): Promise<Map<string, bigint>> {
  if (vins.length === 0) return new Map();
  const rows = await db
    .selectDistinctOn([activities.vin], { vin: activities.vin, id: activities.id })
    .from(activities)
    .where(and(inArray(activities.vin, vins), eq(activities.account, account), eq(activities.type, 'sold_unit')))
    .orderBy(activities.vin, desc(activities.occurredOn), desc(activities.id));
  return new Map(rows.map(({ vin, id }) => [vin!, id]));
}

/** The paths of files, by their IDs. */
export async function pathsOfFiles(db: Db, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: feedFiles.id, path: feedFiles.path })
    .from(feedFiles)
    .where(inArray(feedFiles.id, ids));
  return new Map(rows.map(({ id, path }) => [id, path]));
}

function select(db: Db) {
  return db
    .select({ activity: activities, contact: contacts })
    .from(activities)
    .innerJoin(contacts, eq(contacts.id, activities.contactId))
    .$dynamic();
}

/** The first part lets the index of the dates be used. */
function isBehind({ occurredOn, id }: ActivityPlace): SQL | undefined {
  return and(
    lte(activities.occurredOn, occurredOn),
    sql`(${activities.occurredOn}, ${activities.id}) < (${occurredOn}::date, ${id}::bigint)`,
  );
}

/** What a filter asks of `activities`. */
export function conditions(filter: ActivityFilter): (SQL | undefined)[] {
  const { account, type, occurredOn, amountFinanced, term, finalPaymentOn, unitMake, unitModel, vin, contactId } =
    activities;
  const amount = sql`coalesce(${amountFinanced}, ${activities.amount})`;
  const { amountMin, amountMax } = filter;
  return [
    eq(account, filter.account),
    is(eq, type, filter.type),
    is(gte, occurredOn, filter.from),
    is(lte, occurredOn, filter.to),
    filter.cash === undefined ? undefined : eq(type, 'sold_unit'),
    filter.cash === undefined ? undefined : filter.cash ? isNull(amountFinanced) : isNotNull(amountFinanced),
    amountMin === undefined ? undefined : sql`${amount} >= ${amountMin}::numeric`,
    amountMax === undefined ? undefined : sql`${amount} <= ${amountMax}::numeric`,
    is(gte, term, filter.termMin),
    is(lte, term, filter.termMax),
    is(gte, finalPaymentOn, filter.finalPaymentFrom),
    is(lte, finalPaymentOn, filter.finalPaymentTo),
    is(sameWord, unitMake, filter.make),
    is(sameWord, unitModel, filter.model),
    is(eq, vin, filter.vin),
    is(eq, contactId, filter.contactId),
  ];
}

/** Whatever its case. */
function sameWord(column: Column, value: string): SQL {
  return sql`lower(${column}) = lower(${value})`;
}

/** @returns a condition, if there is anything to compare with */
function is<Value>(compare: (column: Column, value: Value) => SQL, column: Column, value: Value | undefined) {
  return value === undefined ? undefined : compare(column, value);
}
