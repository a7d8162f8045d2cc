import { and, asc, desc, eq, gt, isNull, ne, notInArray, or, sql } from 'drizzle-orm';
import {
  dryTriggers,
  type FeedRunOutcome,
  type FeedRunTrigger,
  noRows,
  type RowCounts,
} from '../../../domain/feeds/feeds.ts';
import type { Db } from '../../client.ts';
import { feedImports, feedRuns, type RunProgress } from '../../schema/feeds.ts';

export type FeedImportRow = typeof feedImports.$inferSelect;

export async function importById(db: Pick<Db, 'select'>, id: string): Promise<FeedImportRow | undefined> {
  const [row] = await db.select().from(feedImports).where(eq(feedImports.id, id));
  return row;
}

export interface RunStart {
  runId: string;
  importId: string;
  workflowId: string;
  trigger: FeedRunTrigger;
  date: string | null;
  by?: string;
  at: Date;
}

/**
 * Writes the row of a run that begins, unless the import says that none is to.
 * @param whyNot why nothing is to be done with the import as it is
 * @returns `waitFor`: the workflow of another run of the import that is in progress
 */
export async function beginRun(
  db: Db,
  { runId, importId, workflowId, trigger, date, by, at }: RunStart,
  whyNot: (row: FeedImportRow) => string | undefined,
): Promise<{ row: FeedImportRow } | { notRun: string } | { waitFor: string }> {
  return db.transaction(async (tx) => {
    // Locked: of two that begin at once the later one sees the other.
    const [row] = await tx.select().from(feedImports).where(eq(feedImports.id, importId)).for('update');
    if (!row) return { notRun: 'there is no such feed import' };
    const notRun = whyNot(row);
    if (notRun) return { notRun };
    // Any number of runs that change nothing are in progress at once.
    const [other] = dryTriggers.includes(trigger)
      ? []
      : await tx
          .select()
          .from(feedRuns)
          .where(
            and(
              eq(feedRuns.importId, importId),
              ne(feedRuns.id, runId),
              isNull(feedRuns.endedAt),
              notInArray(feedRuns.trigger, [...dryTriggers]),
            ),
          );
    if (other) return { waitFor: other.workflowId };
    await tx
      .insert(feedRuns)
      .values({
        id: runId,
        importId,
        importVersion: row.version,
        workflowId,
        trigger,
        date,
        requestedBy: by ?? null,
        startedAt: at,
        counts: noRows,
      })
      // A run that was reset goes on.
      .onConflictDoUpdate({
        target: feedRuns.id,
        set: { importVersion: row.version, endedAt: null, outcome: null, reason: null },
      });
    return { row };
  });
}

export interface RunEnd {
  runId: string;
  outcome: FeedRunOutcome;
  reason?: string;
  counts: RowCounts;
  contactsFound: number;
  contactsCreated: number;
  at: Date;
}

/** The end of a run as its workflow has it. */
export async function endRun(db: Db, { runId, at, reason, ...end }: RunEnd): Promise<void> {
  await db
    .update(feedRuns)
    .set({ ...end, reason: reason ?? null, endedAt: at, progress: null })
    .where(eq(feedRuns.id, runId));
}

/** How far the run is; nothing where it has ended. */
export async function saveProgress(db: Db, runId: string, progress: RunProgress): Promise<void> {
  await db
    .update(feedRuns)
    .set({ progress })
    .where(and(eq(feedRuns.id, runId), isNull(feedRuns.endedAt)));
}

export type OpenRun = Pick<typeof feedRuns.$inferSelect, 'id' | 'importId' | 'workflowId' | 'trigger' | 'startedAt'>;

/** Some of the runs that have not ended, the oldest first. */
export async function someOpenRuns(db: Db, { after, limit }: { after?: OpenRun; limit: number }): Promise<OpenRun[]> {
  const behind =
    after &&
    or(
      gt(feedRuns.startedAt, after.startedAt),
      and(eq(feedRuns.startedAt, after.startedAt), gt(feedRuns.id, after.id)),
    );
  return db
    .select({
      id: feedRuns.id,
      importId: feedRuns.importId,
      workflowId: feedRuns.workflowId,
      trigger: feedRuns.trigger,
      startedAt: feedRuns.startedAt,
    })
    .from(feedRuns)
    .where(and(isNull(feedRuns.endedAt), behind))
    .orderBy(asc(feedRuns.startedAt), asc(feedRuns.id))
    .limit(limit);
}

/** Ends a run whose workflow is gone, unless it has ended since. */
export async function endLostRun(db: Db, runId: string, reason: string): Promise<void> {
  await db
    .update(feedRuns)
    .set({ endedAt: sql`now()`, outcome: 'failed', reason, progress: null })
    .where(and(eq(feedRuns.id, runId), isNull(feedRuns.endedAt)));
}

/** The latest run of a trial, by its workflow. */
export async function trialRun(db: Db, workflowId: string): Promise<typeof feedRuns.$inferSelect | undefined> {
  const [row] = await db
    .select()
    .from(feedRuns)
    .where(eq(feedRuns.workflowId, workflowId))
    .orderBy(desc(feedRuns.startedAt))
    .limit(1);
  return row;
}
