import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { cancellationWorkflowId, type IntegrationProgress } from '../../domain/cancellations/cancellations.ts';
import type { IntegrationEnd } from '../../domain/cancellations/messages.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { records } from './activities.ts';

/**
 * How a dealer's workflow learns about its integrations' workflows, such as their end. Each sends it a message, since the result of a child
 * workflow reaches only the run that has started it: the dealer's workflow continues as new, and may be terminated and begun
 * again while its children run.
 */
const integrationEndedSignal = defineSignal<[IntegrationEnd]>('integrationEnded');

/** Tells the dealer's workflow how this integration has ended; the last thing before the workflow returns. */
export async function reportEnd(
  { account, cancellationId }: { account: string; cancellationId: string },
  progress: IntegrationProgress,
): Promise<void> {
  const end: IntegrationEnd = { firstRunId: workflowInfo().firstExecutionRunId, cancellationId, progress };
  try {
    await getExternalWorkflowHandle(cancellationWorkflowId(account)).signal(integrationEndedSignal, end);
  } catch (error) {
    // The tables hold how it has ended: the next workflow of the dealer reads it there.
    log.warn('The dealer’s workflow could not be notified of the end', { error: String(error) });
  }
}

/** Tells the dealer's workflow, which knows the requests, that the tables have lost the cancellation. */
export async function reportLostRecord(account: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(cancellationWorkflowId(account)).signal('adoptOpen');
  } catch (error) {
    log.warn('The tables have lost the cancellation, and the dealer’s workflow could not be notified', {
      error: String(error),
    });
  }
}

/** An integration's workflow whose end is awaited. */
export interface Followed {
  workflowId: string;
  /** Unknown of one that an earlier workflow of the dealer has started, until it was looked up. */
  firstRunId?: string;
}

/** The latest ends are kept: who has reported its end still runs for a moment, and must not be awaited once more. */
const keptEnds = 50;

/** The dealer's side. */
export class IntegrationEnds {
  private readonly received: Map<string, IntegrationEnd>;
  /** Workflows that may have been stopped, so that no message will come. */
  private readonly doubted = new Set<string>();
  private readonly followed = new Set<string>();

  /** @param from what the run before has handed over */
  constructor(from: IntegrationEnd[] = []) {
    this.received = new Map(from.map((end) => [end.firstRunId, end]));
    setHandler(integrationEndedSignal, (end) => {
      this.received.set(end.firstRunId, end);
    });
  }

  snapshot(): IntegrationEnd[] {
    return [...this.received.values()].slice(-keptEnds);
  }

  hasReceived(firstRunId: string): boolean {
    return this.received.has(firstRunId);
  }

  /** How a cancellation's own workflow of an integration has ended, if it has told this workflow. */
  reported(cancellationId: string, integration: IntegrationName): IntegrationEnd | undefined {
    const isIts = (end: IntegrationEnd) =>
      end.cancellationId === cancellationId && end.progress.integration === integration;
    return [...this.received.values()].findLast(isIts);
  }

  /** It may have been stopped. */
  doubt(workflowId: string): void {
    this.doubted.add(workflowId);
  }

  /** Any of those whose end is awaited may have been stopped. */
  doubtAll(): void {
    for (const workflowId of this.followed) this.doubted.add(workflowId);
  }

  /**
   * Waits for the end of a workflow.
   * @param followed learns its first run's ID
   * @param during counts work that a new run of this workflow must not cut off
   * @returns how it has ended; undefined when it does not run, and has reported nothing
   */
  async of(followed: Followed, during: <T>(work: () => Promise<T>) => Promise<T>): Promise<IntegrationEnd | undefined> {
    const { workflowId } = followed;
    const received = () => (followed.firstRunId === undefined ? undefined : this.received.get(followed.firstRunId));
    this.followed.add(workflowId);
    try {
      for (;;) {
        await condition(() => followed.firstRunId === undefined || !!received() || this.doubted.has(workflowId));
        this.doubted.delete(workflowId);
        if (received()) return received();
        const running = await during(() => runOf(workflowId));
        followed.firstRunId ??= running;
        if (running === undefined || running !== followed.firstRunId) return received();
      }
    } finally {
      this.followed.delete(workflowId);
    }
  }
}

/** @returns the first run's ID of the workflow; undefined where none runs */
export async function runOf(workflowId: string): Promise<string | undefined> {
  const summary = 'Whether its workflow runs';
  const { firstRunId } = await records.runningWorkflow.executeWithOptions({ summary }, [{ workflowId }]);
  return firstRunId;
}
