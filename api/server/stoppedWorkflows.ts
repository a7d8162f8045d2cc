import type { Client } from '@temporalio/client';
import { inOurTaskQueues } from '../../domain/shared/taskQueues.ts';

/** Open workflows that cannot continue, by their IDs, each with what Temporal says of it. */
export type StoppedWorkflows = ReadonlyMap<string, string>;

const keptMs = 5_000;
const deadlineMs = 2_000;
/** More are not named. */
const mostListed = 200;

/**
 * Knows the workflows whose code fails again and again, such as with a NonDeterministicError after a rollback: Temporal
 * notes them in the search attribute TemporalReportedProblems and tries them again until their code is fixed. What it
 * has answered is kept for 5 seconds.
 * @returns a function that rejects while Temporal cannot say (also servers before 1.30)
 */
export function stoppedWorkflows(temporal: Client): () => Promise<StoppedWorkflows> {
  let kept: { until: number; found: Promise<StoppedWorkflows> } | undefined;
  return () => {
    if (!kept || performance.now() > kept.until) {
      const found = temporal.withDeadline(Date.now() + deadlineMs, () => listStopped(temporal));
      kept = { until: performance.now() + keptMs, found };
    }
    return kept.found;
  };
}

async function listStopped({ workflow }: Client): Promise<StoppedWorkflows> {
  const query = `${inOurTaskQueues} AND ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL`;
  const stopped = new Map<string, string>();
  for await (const { workflowId, searchAttributes } of workflow.list({ query, pageSize: mostListed })) {
    const problems = (searchAttributes.TemporalReportedProblems ?? []) as string[];
    const cause = problems.find((one) => one.startsWith('cause='))?.slice('cause='.length) ?? problems.join(', ');
    stopped.set(workflowId, cause.replace(/^WorkflowTask(Failed|TimedOut)Cause/, ''));
    if (stopped.size === mostListed) break;
  }
  return stopped;
}
