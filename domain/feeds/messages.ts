import type { FeedRunTrigger } from './feeds.ts';

/** What the feeds' workflows are started with. */

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

/** `endFeedImport`: waits for the date and ends the import. */
export interface EndFeedImportStart {
  importId: string;
  account: string;
}

/** `importCorrectedRows`: imports rejected rows again, those named or all of the import that are open. */
export interface ImportCorrectedRowsStart {
  importId: string;
  account: string;
  rowIds?: string[];
  by: string;
}

/** What needs a person of the feeds team; an import has at most one open task of each. */
export const feedProblems = ['server', 'credentials', 'host_key', 'files_set_aside', 'file_rejected'] as const;
export type FeedProblem = (typeof feedProblems)[number];

/** `resolveFeedProblem`: one task until a person, or a later run, has solved it. */
export interface ResolveFeedProblemStart {
  importId: string;
  account: string;
  problem: FeedProblem;
}
