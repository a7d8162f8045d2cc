import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import {
  beginRun,
  endRun,
  type FeedImportRow,
  importById,
  type RunEnd,
  type RunStart,
} from '../../db/queries/feeds/runs.ts';
import { type FeedDms, type FeedKind, type FeedRunTrigger, removesFiles } from '../../domain/feeds/feeds.ts';
import type { FeedOccurrence, FeedProblem } from '../../domain/feeds/messages.ts';
import { localDate } from '../../domain/shared/dailyTimes.ts';
import type { FeedContext } from './context.ts';
import { whatWasDelivered } from './deliveries.ts';
import { tellOfProblems } from './problems.ts';

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
        whyNot(row, start.trigger, new Date(at)),
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
     * @param problems absent of a run that changes nothing
     */
    async endRun({
      importId,
      at,
      problems,
      ...end
    }: Omit<RunEnd, 'at'> & {
      importId: string;
      at: string;
      problems?: Partial<Record<FeedProblem, FeedOccurrence>>;
    }): Promise<void> {
      await endRun(db, { ...end, at: new Date(at) });
      const row = problems && (await importById(db, importId));
      // The tasks of one that has ended were closed then.
      if (!row || row.state === 'ended') return;
      const delivered = await whatWasDelivered(db, row, { ...end, at: new Date(at) });
      await tellOfProblems({ db, temporal }, row, {
        problems: { ...problems, ...delivered.problems },
        unknown: delivered.unknown,
        isComplete: end.outcome !== 'failed',
        at: new Date(at),
      });
    },
  };
}

/** Why no run of an import is to begin now. */
function whyNot({ state, endsOn, timeZone }: FeedImportRow, trigger: FeedRunTrigger, now: Date): string | undefined {
  if (state === 'ended' || (endsOn !== null && endsOn <= localDate(now, timeZone))) return 'the import has ended';
  const changesNothing = trigger === 'dry_run' || trigger === 'trial';
  if (changesNothing || state === 'active') return undefined;
  return state === 'paused' ? 'the import is paused' : 'the import is in its trial';
}
