import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Db } from '../../db/client.ts';
import {
  askNoMore,
  foldersAskedAbout,
  isAnyUnreported,
  markReported,
  openTaskKinds,
} from '../../db/queries/feeds/problems.ts';
import { taskOfProblem } from '../../domain/feeds/catalog.ts';
import { folderKey } from '../../domain/feeds/importRules.ts';
import {
  type FeedOccurrence,
  type FeedProblem,
  type FeedProblemSignals,
  feedProblems,
} from '../../domain/feeds/messages.ts';
import { feedProblemWorkflow, feedProblemWorkflowId, type ImportIdentity } from '../../domain/feeds/workflowStarts.ts';

interface Services {
  db: Db;
  temporal: Client;
}

/**
 * What a run has found: each problem has one task until it is solved. A task that is open is not told of the same again, or a
 * feed that fails daily would fill its history.
 * @param isComplete whether the run could look at everything: what it has not found is gone
 */
export async function tellOfProblems(
  { db, temporal }: Services,
  of: ImportIdentity,
  {
    listed,
    problems,
    unknown,
    isComplete,
    at,
  }: {
    /** The folder that the run has looked at. */
    listed: string;
    problems: Partial<Record<FeedProblem, FeedOccurrence>>;
    /** Of these it could tell nothing. */
    unknown: readonly FeedProblem[];
    isComplete: boolean;
    at: Date;
  },
): Promise<void> {
  const open = await openTaskKinds(db, of.id);
  for (const problem of feedProblems) {
    const occurrence = problems[problem];
    const isOpen = open.includes(taskOfProblem[problem]);
    if (!occurrence) {
      if (isOpen && isComplete && !unknown.includes(problem))
        await solveByRun({ db, temporal }, of.id, problem, listed);
      continue;
    }
    const { fileIds = [] } = occurrence;
    if (isOpen && !(await isAnyUnreported(db, fileIds))) continue;
    await signalProblem(temporal, of, problem, occurrence);
    await markReported(db, fileIds, at);
  }
}

/** A run has not found the problem in the folder that it has listed. */
async function solveByRun({ db, temporal }: Services, importId: string, problem: FeedProblem, listed: string) {
  const state = stateOfProblem[problem];
  if (state) {
    const folders = await foldersAskedAbout(db, importId, state);
    // The run has not looked at those, such as of a backfill.
    if (folders.some((folder) => folderKey(folder) !== folderKey(listed))) return;
    await askNoMore(db, importId, state);
  }
  await solve(temporal, importId, problem, 'a later run succeeded without this problem');
}

const stateOfProblem: Partial<Record<FeedProblem, 'set_aside' | 'rejected'>> = {
  files_set_aside: 'set_aside',
  file_rejected: 'rejected',
};

export async function signalProblem(
  temporal: Client,
  of: ImportIdentity,
  problem: FeedProblem,
  occurrence: FeedOccurrence,
): Promise<void> {
  await temporal.workflow.signalWithStart('resolveFeedProblem', {
    ...feedProblemWorkflow(of, problem),
    signal: 'occurred',
    signalArgs: [occurrence] satisfies [FeedProblemSignals['occurred']],
  });
}

/** Closes the open tasks of an import's problems. @param reason for people */
export async function solveAll({ db, temporal }: Services, importId: string, reason: string): Promise<void> {
  const open = await openTaskKinds(db, importId);
  for (const problem of feedProblems)
    if (open.includes(taskOfProblem[problem])) await solve(temporal, importId, problem, reason);
}

async function solve(temporal: Client, importId: string, problem: FeedProblem, reason: string): Promise<void> {
  try {
    const args: [FeedProblemSignals['solved']] = [{ reason }];
    await temporal.workflow.getHandle(feedProblemWorkflowId(importId, problem)).signal('solved', ...args);
  } catch (error) {
    // It was stopped: the maintenance closes its task.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
