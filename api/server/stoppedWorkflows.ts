import type { Client } from '@temporalio/client';
import { inOurTaskQueues } from '../../domain/shared/taskQueues.ts';

/** Open workflows that cannot continue, by their IDs, each with what Temporal says of it. */
export type StoppedWorkflows = ReadonlyMap<string, string>;

const keptMs = 5_000;
const deadlineMs = 2_000;
const keptOf = new WeakMap<Client, { until: number; found: Promise<StoppedWorkflows> }>();
/** More are not named. */
const mostListed = 200;

/**
 * The workflows whose code fails again and again, such as with a NonDeterministicError after a rollback: Temporal notes
 * them in the search attribute TemporalReportedProblems and tries them again until their code is fixed. What it has
 * answered is kept for 5 seconds, for all who ask in this process.
 * @throws while Temporal cannot say (also servers before 1.30)
 */
export function stoppedWorkflows(temporal: Client): Promise<StoppedWorkflows> {
  const kept = keptOf.get(temporal);
  if (kept && performance.now() <= kept.until) return kept.found;
  const found = temporal.withDeadline(Date.now() + deadlineMs, () => listStopped(temporal));
  keptOf.set(temporal, { until: performance.now() + keptMs, found });
  return found;
}

/** The same; none while Temporal cannot say: what the workflows wrote last is then all that is known. */
export function stoppedIfKnown(temporal: Client): Promise<StoppedWorkflows> {
  return stoppedWorkflows(temporal).catch(() => new Map());
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
