import { and, asc, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { feedFiles, feedRejectedRows } from '../../schema/feeds.ts';
import type { Acting } from '../administration.ts';
import { recordEvent } from '../events.ts';

/** Rejected rows, as people list and correct them. */

type RejectedRow = typeof feedRejectedRows.$inferSelect;
/** With the file in which it was last seen. */
export interface RejectedRowOfFile extends RejectedRow {
  path: string | null;
  fileModifiedAt: Date | null;
}

function select(db: Pick<Db, 'select'>, where: SQL | undefined) {
  return db
    .select({ row: feedRejectedRows, path: feedFiles.path, fileModifiedAt: feedFiles.modifiedAt })
    .from(feedRejectedRows)
    .leftJoin(feedFiles, eq(feedFiles.id, feedRejectedRows.fileId))
    .where(where);
}
const flat = ({ row, ...file }: { row: RejectedRow; path: string | null; fileModifiedAt: Date | null }) => ({
  ...row,
  ...file,
});

/** In the order in which they were rejected. */
export async function listRejectedRows(
  db: Db,
  importId: string,
  {
    state,
    fileId,
    runId,
    after,
    limit,
  }: {
    state: RejectedRow['state'];
    fileId?: string;
    runId?: string;
    after?: { at: Date; line: number; id: string };
    limit: number;
  },
): Promise<RejectedRowOfFile[]> {
  const { at, line, id } = feedRejectedRows;
  const behind = after && sql`(${at}, ${line}, ${id}) > (${sql.param(after.at, at)}, ${after.line}, ${after.id})`;
  const rows = await select(
    db,
    and(
      eq(feedRejectedRows.importId, importId),
      eq(feedRejectedRows.state, state),
      fileId === undefined ? undefined : eq(feedRejectedRows.fileId, fileId),
      runId === undefined ? undefined : eq(feedFiles.runId, runId),
      behind,
    ),
  )
    .orderBy(asc(at), asc(line), asc(id))
    .limit(limit);
  return rows.map(flat);
}

export async function rejectedRowById(db: Pick<Db, 'select'>, id: string): Promise<RejectedRowOfFile | undefined> {
  const [row] = await select(db, eq(feedRejectedRows.id, id));
  return row && flat(row);
}

/**
 * Keeps what a person gave instead of a row's cells, if the row is open and nobody has changed it since.
 * @param correction.sealed encrypted
 * @param correction.columns that it names, for the audit trail
 */
export async function saveCorrection(
  db: Db,
  { id, importId, version, line }: Pick<RejectedRow, 'id' | 'importId' | 'version' | 'line'>,
  { sealed, columns, account }: { sealed: Buffer; columns: string[]; account: string },
  { by, keyId }: Acting,
): Promise<RejectedRowOfFile | undefined> {
  return db.transaction(async (tx) => {
    const isSame = and(eq(feedRejectedRows.id, id), eq(feedRejectedRows.version, version));
    const saved = await tx
      .update(feedRejectedRows)
      .set({ correction: sealed, correctedBy: by, version: version + 1 })
      .where(and(isSame, eq(feedRejectedRows.state, 'open')))
      .returning({ id: feedRejectedRows.id });
    if (saved.length === 0) return undefined;
    await recordEvent(tx, {
      id: `feed-row/${id}/${version}`,
      ...{ process: 'feeds', subject: importId, account, by, keyId },
      action: 'Rejected row corrected',
      detail: `line ${line}: ${columns.join(', ')}`,
    });
    return rejectedRowById(tx, id);
  });
}

/** The open rows of an import, or those of these that are open, the last of the last file first. */
export async function openRejectedIds(db: Db, importId: string, ids?: string[]): Promise<string[]> {
  const rows = await db
    .select({ id: feedRejectedRows.id })
    .from(feedRejectedRows)
    .leftJoin(feedFiles, eq(feedFiles.id, feedRejectedRows.fileId))
    .where(
      and(
        eq(feedRejectedRows.importId, importId),
        eq(feedRejectedRows.state, 'open'),
        ids && inArray(feedRejectedRows.id, ids),
      ),
    )
    .orderBy(desc(feedFiles.at), desc(feedRejectedRows.line), feedRejectedRows.id);
  return rows.map(({ id }) => id);
}

export async function rejectedRowsOf(db: Db, ids: string[]): Promise<RejectedRowOfFile[]> {
  return (await select(db, inArray(feedRejectedRows.id, ids))).map(flat);
}
