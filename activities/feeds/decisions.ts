import { decideAboutFiles } from '../../db/queries/feeds/problems.ts';
import { importById } from '../../db/queries/feeds/runs.ts';
import type { FeedDecision } from '../../domain/feeds/catalog.ts';
import { temporalTime } from '../shared/notBefore.ts';
import type { FeedContext } from './context.ts';
import { startManualRun } from './startManualRun.ts';

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

    /** Starts a run of the import. @param requestId of the decision: a UUID, so that it starts one run only */
    async retryImport({ importId, ...start }: { importId: string; by: string; requestId: string }): Promise<void> {
      const row = await importById(db, importId);
      if (row) await startManualRun(temporal, row, start);
    },
  };
}
