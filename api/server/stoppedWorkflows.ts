import type { Client } from '@temporalio/client';
import { inOurTaskQueues } from '../../domain/shared/taskQueues.ts';

/** Open workflows that cannot continue, by their IDs, each with what Temporal says of it. */
export type StoppedById = ReadonlyMap<string, string>;

interface StoppedWorkflows {
  /** All of them, or the latest 200. */
  found: StoppedById;
  /** How many there are. */
  total: number;
}

const keptMs = 5_000;
const deadlineMs = 2_000;
const keptOf = new WeakMap<Client, { until: number; stopped: Promise<StoppedWorkflows> }>();
const mostListed = 200;
/** IDs in one query. */
const mostAsked = 100;
const query = `${inOurTaskQueues} AND ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL`;

/**
 * The workflows whose code fails again and again, such as with a NonDeterministicError after a rollback: Temporal notes
 * them in the search attribute TemporalReportedProblems and tries them again until their code is fixed. What it has
 * answered is kept for 5 seconds, for all who ask in this process.
 * @throws while Temporal cannot say (also servers before 1.30)
 */
export function stoppedWorkflows(temporal: Client): Promise<StoppedWorkflows> {
  const kept = keptOf.get(temporal);
  if (kept && performance.now() <= kept.until) return kept.stopped;
  const stopped = inTime(temporal, async () => {
    const found = await listStopped(temporal, query);
    const total = found.size < mostListed ? found.size : (await temporal.workflow.count(query)).count;
    return { found, total };
  });
  keptOf.set(temporal, { until: performance.now() + keptMs, stopped });
  return stopped;
}

/** What people read about a workflow that cannot continue. */
export function stoppedInWords(cause: string | undefined): string | undefined {
  return cause && `Its workflow fails at each try (${cause}) and cannot continue until an engineer repairs it.`;
}

/** Which of these workflows cannot continue, however many others there are; null while Temporal cannot say. */
export async function stoppedAmong(temporal: Client, workflowIds: readonly string[]): Promise<StoppedById | null> {
  try {
    const { found, total } = await stoppedWorkflows(temporal);
    if (found.size >= total || workflowIds.length === 0) return found;
    const ids = [...new Set(workflowIds)].map((id) => `'${id}'`);
    const parts = Array.from({ length: Math.ceil(ids.length / mostAsked) }, (_, n) =>
      ids.slice(n * mostAsked, (n + 1) * mostAsked),
    );
    const all = await inTime(temporal, () =>
      Promise.all(parts.map((part) => listStopped(temporal, `${query} AND WorkflowId IN (${part.join(', ')})`))),
    );
    return new Map(all.flatMap((one) => [...one]));
  } catch {
    return null;
  }
}

function inTime<T>(temporal: Client, ask: () => Promise<T>): Promise<T> {
  return temporal.withDeadline(Date.now() + deadlineMs, ask);
}

async function listStopped({ workflow }: Client, which: string): Promise<StoppedById> {
  const stopped = new Map<string, string>();
  for await (const { workflowId, searchAttributes } of workflow.list({ query: which, pageSize: mostListed })) {
    const problems = (searchAttributes.TemporalReportedProblems ?? []) as string[];
    const cause = problems.find((one) => one.startsWith('cause='))?.slice('cause='.length) ?? problems.join(', ');
    stopped.set(workflowId, cause.replace(/^WorkflowTask(Failed|TimedOut)Cause/, ''));
    if (stopped.size === mostListed) break;
  }
  return stopped;
}
