import { and, desc, eq, gte, ilike, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { ActivityType } from '../../../domain/feeds/feeds.ts';
import type { Db } from '../../client.ts';
import { activities, contacts } from '../../schema/feeds.ts';
import { literal } from '../search.ts';

/** Activities and their contacts, as people look at them. */

export type ActivityRow = typeof activities.$inferSelect;
export type ContactRow = typeof contacts.$inferSelect;
export interface ActivityWithContact {
  activity: ActivityRow;
  contact: ContactRow;
}

export interface ActivityFilter {
  account: string;
  type?: ActivityType;
  from?: string;
  to?: string;
  /** Whether a sold unit was paid in cash. */
  cash?: boolean;
  /** Financed, or of a work order. */
  amountMin?: number;
  amountMax?: number;
  term?: number;
  finalPaymentFrom?: string;
  finalPaymentTo?: string;
  make?: string;
  model?: string;
  vin?: string;
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
  return select(db)
    .where(and(...conditions(filter), after && isBehind(after)))
    .orderBy(desc(activities.occurredOn), desc(activities.id))
    .limit(limit);
}

/** A contact's activities in all of its dealer's feeds, the latest first. */
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

function conditions(filter: ActivityFilter): (SQL | undefined)[] {
  const { occurredOn, finalPaymentOn, unitMake, unitModel } = activities;
  const { type, from, to, cash, amountMin, amountMax, term, finalPaymentFrom, finalPaymentTo } = filter;
  const amount = sql`coalesce(${activities.amountFinanced}, ${activities.amount})`;
  const isCash = and(eq(activities.type, 'sold_unit'), sql`${activities.amountFinanced} is null`);
  const isFinanced = and(eq(activities.type, 'sold_unit'), sql`${activities.amountFinanced} is not null`);
  return [
    eq(activities.account, filter.account),
    type && eq(activities.type, type),
    from === undefined ? undefined : gte(occurredOn, from),
    to === undefined ? undefined : lte(occurredOn, to),
    cash === undefined ? undefined : cash ? isCash : isFinanced,
    amountMin === undefined ? undefined : sql`${amount} >= ${amountMin}::numeric`,
    amountMax === undefined ? undefined : sql`${amount} <= ${amountMax}::numeric`,
    term === undefined ? undefined : eq(activities.term, term),
    finalPaymentFrom === undefined ? undefined : gte(finalPaymentOn, finalPaymentFrom),
    finalPaymentTo === undefined ? undefined : lte(finalPaymentOn, finalPaymentTo),
    filter.make === undefined ? undefined : ilike(unitMake, literal(filter.make)),
    filter.model === undefined ? undefined : ilike(unitModel, literal(filter.model)),
    filter.vin === undefined ? undefined : eq(activities.vin, filter.vin),
    filter.contactId === undefined ? undefined : eq(activities.contactId, filter.contactId),
  ];
}
