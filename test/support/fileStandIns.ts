import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import { openFeedServer } from '../../activities/feeds/server.ts';
import type { Outside } from '../../activities/index.ts';
import { feedFiles, feedImports } from '../../db/schema/feeds.ts';
import { type FeedFileState, noRows } from '../../domain/feeds/feeds.ts';
import type { FileImport, FileRemoval, FileResult } from '../../domain/feeds/runs.ts';

export const fileStandIns = (folder: () => string) => (outside: Outside) => ({
  async importFile({ importId, runId, file, isDry }: FileImport): Promise<FileResult> {
    const { db } = outside.database;
    const content = readFileSync(join(folder(), file.path));
    const sha256 = createHash('sha256').update(content).digest();
    const text = content.toString();
    const none = { contactsFound: 0, contactsCreated: 0 };
    const rows = text.trim().split('\n').length - 1;
    const [known] = await db
      .select()
      .from(feedFiles)
      .where(and(eq(feedFiles.importId, importId), eq(feedFiles.sha256, sha256), eq(feedFiles.state, 'imported')));
    if (known) return { fileId: known.id, state: 'known', counts: noRows, ...none };
    const [before] = await db
      .select()
      .from(feedFiles)
      .where(and(eq(feedFiles.importId, importId), eq(feedFiles.path, file.path), eq(feedFiles.size, file.size)));
    const isBad = text.includes('bad') && !before?.approvedBy;
    const state: FeedFileState = !text.includes('SoldDate') ? 'set_aside' : isBad ? 'rejected' : 'imported';
    const counts = state === 'imported' ? { ...noRows, read: rows, inserted: rows } : noRows;
    if (isDry) return { state, counts, ...none };
    const values = {
      ...{ importId, runId, path: file.path, size: file.size, modifiedAt: new Date(file.modifiedAt), sha256, state },
      ...{ counts, reason: state === 'rejected' ? 'too many rows cannot be read' : null },
    };
    if (before) {
      await db.update(feedFiles).set(values).where(eq(feedFiles.id, before.id));
      return { fileId: before.id, state, counts, ...none };
    }
    const id = randomUUID();
    await db.insert(feedFiles).values({ id, ...values });
    return { fileId: id, state, counts, contactsFound: 0, contactsCreated: rows };
  },
  async removeFile({ importId, fileId, file }: FileRemoval): Promise<void> {
    const { db } = outside.database;
    const [row] = await db.select().from(feedImports).where(eq(feedImports.id, importId));
    const session = await openFeedServer(outside.feeds, row!);
    try {
      await session.remove(file.path, file);
    } finally {
      await session.close();
    }
    await db.update(feedFiles).set({ removedAt: new Date() }).where(eq(feedFiles.id, fileId));
  },
});
