import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { postgresCode } from '../../failures.ts';
import { lockName } from '../../locks.ts';
import { activities, activitySegments } from '../../schema/feeds.ts';
import { type Acting, changesOf } from '../administration.ts';
import { recordEvent } from '../events.ts';
import { type ActivityFilter, conditions } from './activities.ts';

/** Saved segments: filters of a dealer's activities under a name. Each change is a new version, with its event in the audit trail. */

export type SegmentRow = typeof activitySegments.$inferSelect;
type Named = Pick<SegmentRow, 'name' | 'filter'>;

/** The dealer has another segment of this name. */
export interface NameTaken {
  taken: SegmentRow;
}

/** Enters a segment; entered again with the same ID it stays as it is. */
export async function createSegment(
  db: Db,
  entered: Named & Pick<SegmentRow, 'id' | 'account'>,
  acting: Acting,
): Promise<SegmentRow | NameTaken> {
  return db.transaction(async (tx) => {
    await lockNames(tx, entered.account);
    const known = await findSegment(tx, entered.id);
    if (known) return known;
    const taken = await ofName(tx, entered.account, entered.name);
    if (taken) return { taken };
    const [row] = await tx
      .insert(activitySegments)
      .values({ ...entered, createdBy: acting.by })
      .returning();
    await record(tx, row!, acting, 'Segment created', changesOf(undefined, said(row!)));
    return row!;
  });
}

/**
 * Changes a segment.
 * @param check looks at the row as it is now; it may throw, and nothing changes then
 * @returns the segment as it is now; undefined where there is none
 */
export async function changeSegment(
  db: Db,
  id: string,
  to: Partial<Named>,
  acting: Acting,
  check: (row: SegmentRow) => void,
): Promise<SegmentRow | NameTaken | undefined> {
  return locked(db, id, async (tx, row) => {
    check(row);
    const after = { ...row, ...to };
    if (changesOf(named(row), named(after)) === '') return row;
    const taken = to.name === undefined ? undefined : await ofName(tx, row.account, to.name);
    if (taken && taken.id !== id) return { taken };
    const [changed] = await tx
      .update(activitySegments)
      .set({ ...to, version: row.version + 1 })
      .where(eq(activitySegments.id, id))
      .returning();
    await record(tx, changed!, acting, 'Segment changed', changesOf(said(row), said(after)) || 'another VIN');
    return changed;
  });
}

/** @param check as of `changeSegment` @returns whether it was there */
export async function deleteSegment(
  db: Db,
  id: string,
  acting: Acting,
  check: (row: SegmentRow) => void,
): Promise<boolean> {
  const deleted = await locked(db, id, async (tx, row) => {
    check(row);
    await tx.delete(activitySegments).where(eq(activitySegments.id, id));
    await record(tx, { ...row, version: row.version + 1 }, acting, 'Segment deleted', changesOf(undefined, said(row)));
    return true;
  });
  return deleted ?? false;
}

/** A dealer's segments by name. */
export async function listSegments(
  db: Db,
  account: string,
  { after, limit }: { after?: { name: string; id: string }; limit: number },
): Promise<SegmentRow[]> {
  const { name, id } = activitySegments;
  return db
    .select()
    .from(activitySegments)
    .where(
      and(
        eq(activitySegments.account, account),
        after && or(gt(name, after.name), and(eq(name, after.name), gt(id, after.id))),
      ),
    )
    .orderBy(asc(name), asc(id))
    .limit(limit);
}

export async function findSegment(db: Db, id: string): Promise<SegmentRow | undefined> {
  const [row] = await db.select().from(activitySegments).where(eq(activitySegments.id, id));
  return row;
}

/** PostgreSQL's code of a statement that took longer than it may. */
const canceled = '57014';

/**
 * How many activities a filter finds.
 * @param withinMs null is the answer when counting takes longer
 */
export async function countActivities(db: Db, filter: ActivityFilter, withinMs: number): Promise<number | null> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql.raw(`set local statement_timeout = ${Math.max(1, Math.round(withinMs))}`));
      return tx.$count(activities, and(...conditions(filter)));
    });
  } catch (error) {
    if (postgresCode(error) === canceled) return null;
    throw error;
  }
}

async function locked<Result>(
  db: Db,
  id: string,
  work: (tx: Db, row: SegmentRow) => Promise<Result>,
): Promise<Result | undefined> {
  return db.transaction(async (tx) => {
    const found = await findSegment(tx, id);
    if (!found) return undefined;
    await lockNames(tx, found.account);
    const row = await findSegment(tx, id);
    return row && work(tx, row);
  });
}

/** Two of one name that come at once must see each other. */
async function lockNames(tx: Db, account: string): Promise<void> {
  await lockName(tx, `feeds/segments/${account}`);
}

async function ofName(tx: Db, account: string, name: string): Promise<SegmentRow | undefined> {
  const isSame = sql`lower(${activitySegments.name}) = lower(${name})`;
  const [row] = await tx
    .select()
    .from(activitySegments)
    .where(and(eq(activitySegments.account, account), isSame));
  return row;
}

const named = ({ name, filter }: Named) => ({ name, filter });

/** As the trail shows it: a VIN leads to a customer. */
function said({ name, filter: { vin, ...filter } }: Named): object {
  return { name, filter: { ...filter, ...(vin !== undefined && { vin: 'one' }) } };
}

async function record(tx: Db, { id, account, version }: SegmentRow, acting: Acting, action: string, detail: string) {
  const of = { process: 'feeds', subject: `segment/${id}`, account, ...acting } as const;
  await recordEvent(tx, { id: `feeds/segment/${id}/${version}`, ...of, action, detail });
}
