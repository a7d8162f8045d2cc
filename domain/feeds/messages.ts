import type { WithoutArguments } from '../shared/messages.ts';
import type { FeedDms, FeedKind, FeedRunTrigger } from './feeds.ts';

/** The messages that the feeds' workflows take, by the names under which they are sent, and what they are started with. */

/** `importFeed`: one run of a feed import. A schedule gives the run's local date as a second argument, null when triggered. */
export interface ImportFeedStart {
  importId: string;
  account: string;
  trigger: FeedRunTrigger;
  /** Who asked for it; absent where the schedule did. */
  by?: string;
  /** Of a backfill: another folder on the server than the import's own. */
  directory?: string;
}

/** `applyFeedImport`: makes the import's schedule as its row says. */
export interface ApplyFeedImportStart {
  importId: string;
  /** Of the row; a later one is applied too. */
  version: number;
}

/**
 * `endFeedImport`: waits for the date and ends the import. It takes the signal `endChanged` without arguments: the date in the
 * import's row was changed or withdrawn.
 */
export interface EndFeedImportStart {
  importId: string;
  account: string;
  dms: FeedDms;
  kind: FeedKind;
}

/** `importCorrectedRows`: imports rejected rows after all. */
export interface ImportCorrectedRowsStart {
  importId: string;
  account: string;
  dms: FeedDms;
  kind: FeedKind;
  /** Who asked for it. */
  by: string;
  /** All open rows when absent. */
  ids?: string[];
}

export interface CorrectionsResult {
  imported: number;
  /** Without a correction, and not read by the mapping either. */
  stillRejected: number;
}

/** `watchEndedImport`: whether files still arrive for an import that has ended. */
export type WatchEndedImportStart = EndFeedImportStart;

/** What needs a person of the feeds team; an import has at most one open task of each. */
export const feedProblems = [
  'server',
  'credentials',
  'host_key',
  'files_set_aside',
  'file_rejected',
  'silent',
  'small',
] as const;
export type FeedProblem = (typeof feedProblems)[number];

/** `resolveFeedProblem`: one task until a person, or a later run, has solved it. */
export interface ResolveFeedProblemStart {
  importId: string;
  account: string;
  dms: FeedDms;
  kind: FeedKind;
  problem: FeedProblem;
}

/** Signals of `resolveFeedProblem`, which a run sends at its end. */
export interface FeedProblemSignals {
  /** The first one, or more files of the same problem. */
  occurred: FeedOccurrence;
  /** It does not exist any more. */
  solved: { reason: string };
}

/** What a run says of a problem. */
export interface FeedOccurrence {
  reason: string;
  /** Rows of the ledger, where files are the problem. */
  fileIds?: string[];
}

export const feedsWithoutArguments: WithoutArguments = { signals: ['endChanged'], starts: [] };
