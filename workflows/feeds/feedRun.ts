import { setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { BegunImport } from '../../activities/feeds/runs.ts';
import { dryTriggers, type FeedFileState, type FeedRunOutcome } from '../../domain/feeds/feeds.ts';
import type { FeedOccurrence, FeedProblem, ImportFeedStart } from '../../domain/feeds/messages.ts';
import { feedRunId } from '../../domain/feeds/runIds.ts';
import {
  type FileResult,
  isOfServer,
  type ListedFile,
  nothingDone,
  problemOfFailure,
  type RunTally,
  withFile,
} from '../../domain/feeds/runs.ts';
import { feedSearchAttributes, type RunStage } from '../../domain/feeds/searchAttributes.ts';
import { inWords } from '../../domain/shared/words.ts';
import { failureOf, reasonOf, wasCanceled } from '../shared/failures.ts';
import { searchable } from '../shared/searchable.ts';
import { imports, looks, records, removals } from './activities.ts';
import { runDetails } from './runDetails.ts';

/** For how long a server may be down, from the beginning of the run: it ends before the run of the next date. */
const patienceMs = 6 * 3_600_000;
/** At least, for a file that comes late in a long run. */
const leastPatienceMs = 3_600_000;
/** Files of one run of the workflow. */
const batch = 50;
/** How often files that grow are looked at. */
const mostLooks = 15;
/** So many files that cannot be imported have a reason that is not theirs. */
const mostFailures = 3;

/** What one run of the workflow hands over to the next one. */
export interface RunSoFar {
  begun: BegunImport;
  /** ISO 8601 */
  startedAt: string;
  tally: RunTally;
  /** The last file of the batch before: the next one begins behind it. */
  after?: ListedFile;
}

export interface FeedRunResult {
  /** `not_run`: the import is paused or has ended. */
  outcome: FeedRunOutcome | 'not_run';
  reason?: string;
}

interface Listed {
  files: ListedFile[];
  /** How many match, of this batch and those after it. */
  matched: number;
  /** Whether there are more files than `files`. */
  more: boolean;
}

/** The same for all runs of the workflow. */
function runIdOf(): string {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return feedRunId(workflowId, firstExecutionRunId);
}

/** Writes the run's row, as soon as no other run of the import is in progress. @returns why nothing is to be done, if so */
export async function beginRun(start: ImportFeedStart, date: string | null): Promise<RunSoFar | { notRun: string }> {
  const at = new Date().toISOString();
  const { workflowId } = workflowInfo();
  const begun = await records.beginRun.executeWithOptions({ summary: 'Begin the run' }, [
    { ...start, runId: runIdOf(), workflowId, date, at },
  ]);
  return 'notRun' in begun ? begun : { begun, startedAt: at, tally: nothingDone };
}

/** One taking of files: each method is one step of `importFeed`. */
export class FeedRun {
  tally: RunTally;
  private readonly start: ImportFeedStart;
  private readonly so: RunSoFar;
  private readonly isDry: boolean;
  private readonly of: { importId: string; runId: string; directory?: string };
  private matched?: number;

  constructor(start: ImportFeedStart, so: RunSoFar) {
    this.start = start;
    this.so = so;
    this.tally = so.tally;
    this.isDry = dryTriggers.includes(start.trigger);
    this.of = { importId: start.importId, runId: runIdOf(), directory: start.directory };
  }

  async list(): Promise<Listed> {
    this.show('listing');
    const listed = await looks.listFolder.executeWithOptions(
      { summary: 'List the folder', scheduleToCloseTimeout: this.patienceMs() },
      [{ ...this.of, isDry: this.isDry, after: this.so.after, most: batch }],
    );
    for (const file of listed.unusable) this.count(file);
    this.matched = listed.matched;
    return listed;
  }

  /** Files that were the same at two looks, in their order. */
  async untilSteady({ files }: Listed): Promise<ListedFile[]> {
    const steady: ListedFile[] = [];
    let changing = files;
    for (let look = 1; changing.length > 0 && look <= mostLooks; look += 1) {
      this.show('settling', { left: changing.length });
      await sleep(this.so.begun.pauseMs, { summary: 'Files that are being uploaded may grow' });
      const seen = await looks.lookAgain.executeWithOptions(
        { summary: 'Look again', scheduleToCloseTimeout: this.patienceMs() },
        [{ ...this.of, isDry: this.isDry, files: changing }],
      );
      steady.push(...seen.steady);
      changing = seen.changing;
    }
    for (const _file of changing) this.count(without('not_taken'));
    const order = new Map(files.map(({ path }, index) => [path, index]));
    return steady.sort((a, b) => order.get(a.path)! - order.get(b.path)!);
  }

  /** @throws what is not this file's fault: no other can be imported either */
  async importFile(file: ListedFile): Promise<FileResult> {
    const { importId, runId } = this.of;
    try {
      const result = await imports.importFile.executeWithOptions(
        { summary: `Import ${file.path}`, scheduleToCloseTimeout: this.patienceMs() },
        [{ importId, runId, file, isDry: this.isDry }],
      );
      this.count(result);
      return result;
    } catch (error) {
      const reason = reasonOf(error);
      if (wasCanceled(error) || reason === undefined || isOfServer(failureOf(error)?.type ?? undefined)) throw error;
      this.tally = { ...this.tally, notImported: this.tally.notImported + 1, importProblem: reason };
      if (this.tally.notImported >= mostFailures) throw error;
      return without('not_taken', reason);
    }
  }

  /** Whether all of a file is stored, now or before, and the import removes such files from the server. */
  mayRemove(state: FeedFileState): boolean {
    return this.so.begun.removes && !this.isDry && (state === 'imported' || state === 'empty' || state === 'known');
  }

  /** A file that cannot be removed is known to the next run by its content. */
  async removeFile(file: ListedFile, fileId: string): Promise<void> {
    const { importId } = this.of;
    try {
      await removals.removeFile.executeWithOptions({ summary: `Remove ${file.path} from the server` }, [
        { importId, fileId, file },
      ]);
    } catch (error) {
      const reason = reasonOf(error);
      if (wasCanceled(error) || reason === undefined) throw error;
      this.tally = { ...this.tally, notRemoved: this.tally.notRemoved + 1, removalProblem: reason };
    }
  }

  async end(outcome: FeedRunOutcome, reason?: string): Promise<FeedRunResult> {
    const { setAside, rejected } = this.tally;
    return this.close(outcome, reason, {
      ...(setAside.length > 0 && { files_set_aside: { reason: 'files were set aside', fileIds: setAside } }),
      ...(rejected.length > 0 && { file_rejected: { reason: 'files were rejected', fileIds: rejected } }),
      ...(outcome === 'failed' && { server: { reason: reason! } }),
    });
  }

  /** @param failure its type */
  async fail(reason: string, failure?: string): Promise<FeedRunResult> {
    return this.close('failed', reason, { [problemOfFailure(failure)]: { reason } });
  }

  toHandOver(after: ListedFile): RunSoFar {
    return { ...this.so, tally: this.tally, after };
  }

  /** In the Web UI. */
  show(stage: RunStage, now: { file?: ListedFile; left?: number } = {}): void {
    const { account } = this.start;
    const { begun } = this.so;
    const isRunning = stage === 'listing' || stage === 'settling' || stage === 'importing';
    const waitingOn = isRunning ? 'sftp_server' : 'nobody';
    searchable(feedSearchAttributes({ account, dms: begun.dms, stage, waitingOn }));
    const { tally, isDry, matched } = this;
    setCurrentDetails(runDetails({ account, ...begun, stage, tally, isDry, matched, ...now }));
  }

  private async close(
    outcome: FeedRunOutcome,
    reason: string | undefined,
    problems: Partial<Record<FeedProblem, FeedOccurrence>>,
  ): Promise<FeedRunResult> {
    const { counts, contactsFound, contactsCreated } = this.tally;
    await records.endRun.executeWithOptions({ summary: `End the run: ${inWords(outcome)}` }, [
      {
        ...{ ...this.of, outcome, reason, counts, contactsFound, contactsCreated },
        at: new Date().toISOString(),
        problems: this.isDry ? undefined : problems,
      },
    ]);
    this.show(outcome);
    return { outcome, reason };
  }

  private count(file: FileResult): void {
    this.tally = withFile(this.tally, file);
  }

  private patienceMs(): number {
    return Math.max(Date.parse(this.so.startedAt) + patienceMs - Date.now(), leastPatienceMs);
  }
}

function without(state: FeedFileState, reason?: string): FileResult {
  return { state, reason, counts: nothingDone.counts, contactsFound: 0, contactsCreated: 0 };
}
