import { v5 as uuidOf } from 'uuid';
import { decideAboutFiles, lookAgainAt } from '../../db/queries/feeds/problems.ts';
import { importById } from '../../db/queries/feeds/runs.ts';
import type { FeedDecision } from '../../domain/feeds/catalog.ts';
import { folderKey } from '../../domain/feeds/importRules.ts';
import { temporalTime } from '../shared/notBefore.ts';
import type { FeedContext } from './context.ts';
import { startRun } from './startRun.ts';

/** What people decide in the tasks of feeds. */
export function fileDecisionActivities({ database: { db }, temporal }: FeedContext) {
  return {
    /** Files that were not imported are to be imported anyway, or left out. Safe to repeat. */
    async decideAboutFiles(of: {
      importId: string;
      fileIds: string[];
      decision: FeedDecision;
      by: string;
    }): Promise<void> {
      const row = await importById(db, of.importId);
      if (row) await decideAboutFiles(db, { ...of, account: row.account, at: temporalTime() });
    },

    /**
     * Starts a run of the import, and one of each other folder in which there are files to be looked at again.
     * @param fileIds all that the task was about
     * @param requestId of the decision: a UUID, so that it starts each run only once
     */
    async retryImport({
      importId,
      fileIds = [],
      by,
      requestId,
    }: {
      importId: string;
      fileIds?: string[];
      by: string;
      requestId: string;
    }): Promise<void> {
      const row = await importById(db, importId);
      if (!row) return;
      const own = folderKey(row.directory);
      const folders = await lookAgainAt(db, fileIds);
      const others = folders.filter((folder) => folderKey(folder) !== own);
      if (others.length === 0 || others.length < folders.length) await startRun(temporal, row, { by, requestId });
      for (const directory of others)
        await startRun(temporal, row, { by, requestId: uuidOf(directory, requestId), directory });
    },
  };
}
