import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { beginRun, endRun, importById, type RunEnd, type RunStart } from '../../db/queries/feeds/runs.ts';
import { dryTriggers, type FeedDms, type FeedKind, removesFiles } from '../../domain/feeds/feeds.ts';
import type { FeedOccurrence, FeedProblem } from '../../domain/feeds/messages.ts';
import type { FeedContext } from './context.ts';
import { whatWasDelivered } from './deliveries.ts';
import { tellOfProblems } from './problems.ts';
import { whyNotTaken } from './whyNotTaken.ts';

/** What a run needs to know of its import. */
export interface BegunImport {
  dms: FeedDms;
  kind: FeedKind;
  /** Whether files are deleted or moved on the server after they are stored. */
  removes: boolean;
  /** Between two looks at the folder. */
  pauseMs: number;
}

const secondLookMs = 60_000;
const otherRunMs = 10_000;

/** The rows of runs; each may be written twice. Times are the workflows', in ISO 8601. */
export function runActivities({ database: { db }, temporal, feeds }: FeedContext) {
  return {
    /**
     * Begins a run, as soon as no other run of the import is in progress.
     * @returns why nothing is to be done, if so
     */
    async beginRun({ at, ...start }: Omit<RunStart, 'at'> & { at: string }): Promise<BegunImport | { notRun: string }> {
      const begun = await beginRun(db, { ...start, at: new Date(at) }, (row) =>
        whyNotTaken(row, dryTriggers.includes(start.trigger), new Date(at)),
      );
      if ('notRun' in begun) return begun;
      if ('waitFor' in begun)
        throw ApplicationFailure.create({
          message: `Another run of the import is in progress: ${begun.waitFor}`,
          type: 'FeedRunInProgress',
          category: ApplicationFailureCategory.BENIGN,
          nextRetryDelay: otherRunMs,
        });
      const { dms, kind } = begun.row;
      return { dms, kind, removes: removesFiles(begun.row), pauseMs: feeds.secondLookMs ?? secondLookMs };
    },

    /**
     * Ends a run, then opens the tasks of its problems and closes those of problems that are gone.
     * @param directory the folder that was listed, instead of the import's own
     * @param problems absent of a run that changes nothing
     */
    async endRun({
      importId,
      directory,
      at,
      problems,
      ...end
    }: Omit<RunEnd, 'at'> & {
      importId: string;
      directory?: string;
      at: string;
      problems?: Partial<Record<FeedProblem, FeedOccurrence>>;
    }): Promise<void> {
      await endRun(db, { ...end, at: new Date(at) });
      const row = problems && (await importById(db, importId));
      // The tasks of one that has ended were closed then.
      if (!row || row.state === 'ended') return;
      const delivered = await whatWasDelivered(db, row, { ...end, at: new Date(at) });
      // The first run after the pause tells what is still so.
      if (row.state === 'paused') return;
      await tellOfProblems({ db, temporal }, row, {
        listed: directory ?? row.directory,
        problems: { ...problems, ...delivered.problems },
        unknown: delivered.unknown,
        isComplete: end.outcome !== 'failed',
        at: new Date(at),
      });
    },
  };
}
