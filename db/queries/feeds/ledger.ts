import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { type FeedFileState, noRows } from '../../../domain/feeds/feeds.ts';
import type { FileResult } from '../../../domain/feeds/runs.ts';
import type { Db } from '../../client.ts';
import { feedFiles } from '../../schema/feeds.ts';

/** The ledger of files: `feed_files`. */

/** A file of a run. Its ID is made of run and path, so that an activity that runs twice writes it once. */
export interface FeedFile {
  id: string;
  importId: string;
  runId: string;
  path: string;
  size: number;
  /** As the server says it. */
  modifiedAt: Date;
}

export interface FileContent {
  sha256: Buffer;
  /** As the file has it. */
  header: string[];
  encoding: string;
}

/** @returns what became of it, if that was recorded before */
export async function recordedFile(db: Db, id: string): Promise<FileResult | undefined> {
  const [row] = await db.select().from(feedFiles).where(eq(feedFiles.id, id));
  if (!row) return undefined;
  const { state, reason, counts, contactsFound, contactsCreated } = row;
  return { fileId: id, state, reason: reason ?? undefined, counts, contactsFound, contactsCreated };
}

/**
 * Writes what became of a file. One that is not imported has one row as long as it stays the same on the server.
 * @returns the same, with the ID of its row
 */
export async function recordFile(
  db: Db,
  file: FeedFile,
  { fileId: _, ...result }: FileResult,
  content: Partial<FileContent> & { approvedBy?: string } = {},
): Promise<FileResult> {
  const values = { ...file, ...content, ...result };
  const [row] =
    result.state === 'rejected' || result.state === 'set_aside'
      ? await db
          .insert(feedFiles)
          .values(values)
          .onConflictDoUpdate({
            target: [feedFiles.importId, feedFiles.path, feedFiles.size, feedFiles.modifiedAt],
            targetWhere: sql`${feedFiles.state} in ('set_aside', 'rejected')`,
            set: { runId: file.runId, ...result, sha256: content.sha256, header: content.header },
          })
          .returning({ id: feedFiles.id })
      : await db.insert(feedFiles).values(values).onConflictDoNothing().returning({ id: feedFiles.id });
  return { ...result, fileId: row?.id ?? file.id };
}

export const withoutRows = (state: FeedFileState, reason?: string): FileResult => ({
  state,
  reason,
  counts: noRows,
  contactsFound: 0,
  contactsCreated: 0,
});

/** @returns the file of this content that was imported, under whatever name */
export async function importedFile(db: Db, importId: string, sha256: Buffer): Promise<{ id: string } | undefined> {
  const [row] = await db
    .select({ id: feedFiles.id })
    .from(feedFiles)
    .where(and(eq(feedFiles.importId, importId), eq(feedFiles.sha256, sha256), eq(feedFiles.state, 'imported')));
  return row;
}

/** @returns the person who has decided that this content is imported in spite of its rejected rows */
export async function approverOf(db: Db, importId: string, sha256: Buffer): Promise<string | undefined> {
  const isRejected = and(eq(feedFiles.sha256, sha256), eq(feedFiles.state, 'rejected'));
  const [row] = await db
    .select({ approvedBy: feedFiles.approvedBy })
    .from(feedFiles)
    .where(and(eq(feedFiles.importId, importId), isRejected, isNotNull(feedFiles.approvedBy)))
    .limit(1);
  return row?.approvedBy ?? undefined;
}

/** What became of a file on the server after its import. */
export async function recordRemoval(
  db: Db,
  fileId: string,
  { removedAt = null, problem = null }: { removedAt?: Date | null; problem?: string | null },
): Promise<void> {
  await db.update(feedFiles).set({ removedAt, removalProblem: problem }).where(eq(feedFiles.id, fileId));
}
