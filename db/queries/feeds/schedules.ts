import { and, asc, eq, gt, isNotNull, lt, ne, sql } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { feedImports } from '../../schema/feeds.ts';
import { recordEvent } from '../events.ts';
import { type FeedImportRow, importById } from './runs.ts';

/** What of the imports their schedules and their ends are made of. */

/** The schedule is as this version of the import says. @returns the import as it is now */
export async function recordApplied(db: Db, id: string, version: number): Promise<FeedImportRow | undefined> {
  await db
    .update(feedImports)
    .set({ appliedVersion: version })
    .where(and(eq(feedImports.id, id), lt(feedImports.appliedVersion, version)));
  return importById(db, id);
}

/** Imports whose schedule is not as they say. */
export async function someNotApplied(db: Db, limit: number): Promise<FeedImportRow[]> {
  return db.select().from(feedImports).where(ne(feedImports.version, feedImports.appliedVersion)).limit(limit);
}

/** Some of the imports that are to end on a date. */
export async function someEnding(
  db: Db,
  { after, limit }: { after?: string; limit: number },
): Promise<FeedImportRow[]> {
  return db
    .select()
    .from(feedImports)
    .where(
      and(isNotNull(feedImports.endsOn), ne(feedImports.state, 'ended'), after ? gt(feedImports.id, after) : undefined),
    )
    .orderBy(asc(feedImports.id))
    .limit(limit);
}

/**
 * Ends an import, if its date is still this one or earlier; its schedule is to be deleted then. Safe to repeat.
 * @param today its local date
 * @returns whether it has ended
 */
export async function endImport(db: Db, id: string, today: string, at: Date): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx.select().from(feedImports).where(eq(feedImports.id, id)).for('update');
    if (!row) return false;
    if (row.state === 'ended') return true;
    if (row.endsOn === null || row.endsOn > today) return false;
    await tx
      .update(feedImports)
      .set({ state: 'ended', endedAt: at, version: sql`${feedImports.version} + 1` })
      .where(eq(feedImports.id, id));
    await recordEvent(tx, {
      id: `feed-import/${id}/ended`,
      process: 'feeds',
      subject: id,
      account: row.account,
      at,
      by: 'dealerops',
      action: 'Feed import ended',
      detail: `on ${row.endsOn}, as requested by ${row.endRequestedBy}${row.contractReference ? ` (contract ${row.contractReference})` : ''}`,
    });
    return true;
  });
}
