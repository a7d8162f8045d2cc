import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { FeedDecision, FeedTaskKind, ReportedFile } from '../../../domain/feeds/catalog.ts';
import type { FeedFileState } from '../../../domain/feeds/feeds.ts';
import type { Db } from '../../client.ts';
import { feedFiles, feedRejectedRows } from '../../schema/feeds.ts';
import { tasks } from '../../schema/shared.ts';
import { recordEvent } from '../events.ts';
import { open } from '../tasks.ts';

/** What of a feed import a person must look at. */

/** The kinds of the import's open tasks. */
export async function openTaskKinds(db: Db, importId: string): Promise<FeedTaskKind[]> {
  const rows = await db
    .selectDistinct({ kind: tasks.kind })
    .from(tasks)
    .where(and(eq(tasks.process, 'feeds'), eq(tasks.subject, importId), open));
  return rows.map(({ kind }) => kind as FeedTaskKind);
}

/** Whether the feeds team has not been told of one of these files. */
export async function isAnyUnreported(db: Db, fileIds: string[]): Promise<boolean> {
  const [row] = await db
    .select({ id: feedFiles.id })
    .from(feedFiles)
    .where(and(inArray(feedFiles.id, fileIds), isNull(feedFiles.reportedAt)))
    .limit(1);
  return row !== undefined;
}

export async function markReported(db: Db, fileIds: string[], at: Date): Promise<void> {
  await db
    .update(feedFiles)
    .set({ reportedAt: at })
    .where(and(inArray(feedFiles.id, fileIds), isNull(feedFiles.reportedAt)));
}

type UnusedState = Extract<FeedFileState, 'set_aside' | 'rejected'>;

const isAsked = (importId: string, state: UnusedState) =>
  and(
    ...[eq(feedFiles.importId, importId), eq(feedFiles.state, state), isNotNull(feedFiles.reportedAt)],
    ...[isNull(feedFiles.approvedBy), isNull(feedFiles.ignoredBy)],
  );

/** The folders of the files about which a task asks. */
export async function foldersAskedAbout(db: Db, importId: string, state: UnusedState): Promise<string[]> {
  const rows = await db.selectDistinct({ folder }).from(feedFiles).where(isAsked(importId, state));
  return rows.map((row) => row.folder);
}

/** The task is to be closed, since a run has found none of its files: one that comes back is reported again. */
export async function askNoMore(db: Db, importId: string, state: UnusedState): Promise<void> {
  await db.update(feedFiles).set({ reportedAt: null }).where(isAsked(importId, state));
}

/** Files are to be looked at again; what is still wrong is reported again. @returns their folders */
export async function lookAgainAt(db: Db, fileIds: string[]): Promise<string[]> {
  if (fileIds.length === 0) return [];
  const rows = await db
    .update(feedFiles)
    .set({ reportedAt: null })
    .where(inArray(feedFiles.id, fileIds))
    .returning({ folder });
  return [...new Set(rows.map((row) => row.folder))];
}

const folder = sql<string>`regexp_replace(${feedFiles.path}, '[^/]*$', '')`;

/** Rejected rows of a file that a task shows. */
const mostRows = 5;

/** The files of a task, with the first row for each reason. */
export async function reportedFiles(db: Db, fileIds: string[]): Promise<ReportedFile[]> {
  if (fileIds.length === 0) return [];
  const files = await db
    .select()
    .from(feedFiles)
    .where(inArray(feedFiles.id, fileIds))
    .orderBy(feedFiles.modifiedAt, feedFiles.id);
  return Promise.all(
    files.map(async ({ id, path, size, modifiedAt, reason }) => {
      const first = db
        .selectDistinctOn([feedRejectedRows.column, feedRejectedRows.code], {
          line: feedRejectedRows.line,
          column: feedRejectedRows.column,
          reason: feedRejectedRows.reason,
        })
        .from(feedRejectedRows)
        .where(eq(feedRejectedRows.fileId, id))
        .orderBy(feedRejectedRows.column, feedRejectedRows.code, feedRejectedRows.line)
        .as('first');
      const rows = await db.select().from(first).orderBy(first.line).limit(mostRows);
      return {
        ...{ path, size, modifiedAt: modifiedAt.toISOString(), reason: reason ?? 'not known' },
        rows: rows.map((row) => `line ${row.line}${row.column ? `, ${row.column}` : ''}: ${row.reason}`),
      };
    }),
  );
}

/** What a person has decided about files that were not imported; in the audit trail once for each. */
export async function decideAboutFiles(
  db: Db,
  {
    importId,
    account,
    fileIds,
    decision,
    by,
    at,
  }: { importId: string; account: string; fileIds: string[]; decision: FeedDecision; by: string; at: Date },
): Promise<void> {
  const isApproved = decision === 'import_anyway';
  await db.transaction(async (tx) => {
    const files = await tx
      .update(feedFiles)
      .set(isApproved ? { approvedBy: by, ignoredBy: null } : { approvedBy: null, ignoredBy: by })
      .where(and(eq(feedFiles.importId, importId), inArray(feedFiles.id, fileIds)))
      .returning({ id: feedFiles.id, path: feedFiles.path });
    for (const { id, path } of files)
      await recordEvent(tx, {
        id: `feed-file/${id}/${decision}/${at.getTime()}`,
        ...{ process: 'feeds', subject: importId, account, at, by },
        action: isApproved ? 'File to be imported in spite of its problems' : 'File left out',
        detail: path,
      });
  });
}
