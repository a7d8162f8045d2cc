import { and, eq, inArray, isNotNull, or, sql } from 'drizzle-orm';
import { type FeedFileState, noRows, removesFiles } from '../../../domain/feeds/feeds.ts';
import { isSameFile } from '../../../domain/feeds/listing.ts';
import type { ListedFile } from '../../../domain/feeds/runs.ts';
import type { Db } from '../../client.ts';
import { feedFiles } from '../../schema/feeds.ts';
import type { FeedImportRow } from './runs.ts';

/** The ledger, for a look at a folder. */

/** With them all is done, as long as they stay on the server unchanged. */
const taken: FeedFileState[] = ['imported', 'empty', 'known', 'other_kind'];

/**
 * Which files a run of the import is not to look at: those of which a person has decided that they are left out, and where files
 * stay on the server, those that were taken as they are now.
 */
export async function settledFiles(db: Db, of: FeedImportRow): Promise<(file: ListedFile) => boolean> {
  const leftOut = isNotNull(feedFiles.ignoredBy);
  const rows = await db
    .select({ path: feedFiles.path, size: feedFiles.size, modifiedAt: feedFiles.modifiedAt })
    .from(feedFiles)
    .where(
      and(eq(feedFiles.importId, of.id), removesFiles(of) ? leftOut : or(leftOut, inArray(feedFiles.state, taken))),
    );
  const byPath = new Map<string, ListedFile[]>();
  for (const row of rows) {
    const file = { ...row, modifiedAt: row.modifiedAt.toISOString() };
    byPath.set(file.path, [...(byPath.get(file.path) ?? []), file]);
  }
  return (file) => byPath.get(file.path)?.some((one) => isSameFile(one, file)) ?? false;
}

/** Sets aside a file that cannot be asked for, once as long as it stays as it is. @returns its ID in the ledger */
export async function keepUnusable(
  db: Db,
  { id, modifiedAt, ...file }: ListedFile & { id: string; importId: string; runId: string; reason: string },
): Promise<string> {
  const [row] = await db
    .insert(feedFiles)
    .values({ id, ...file, modifiedAt: new Date(modifiedAt), state: 'set_aside', counts: noRows })
    .onConflictDoUpdate({
      target: [feedFiles.importId, feedFiles.path, feedFiles.size, feedFiles.modifiedAt],
      targetWhere: sql`${feedFiles.state} in ('set_aside', 'rejected')`,
      set: { runId: file.runId, reason: file.reason },
    })
    .returning({ id: feedFiles.id });
  return row!.id;
}
