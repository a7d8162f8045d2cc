import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { IntegrationProgress } from '../../domain/cancellations/cancellations.ts';
import type { IntegrationEnd, ReportEndTo } from '../../domain/shared/messages.ts';
import { records } from './activities.ts';

/**
 * How a dealer's workflow hears of the end of integrations that an earlier run of it, which somebody has stopped, had started:
 * they go on, and each tells by a message how it has ended. No timer asks for it.
 */
const reportEndToSignal = defineSignal<[ReportEndTo]>('reportEndTo');
const integrationEndedSignal = defineSignal<[IntegrationEnd]>('integrationEnded');

/**
 * The integration's side. Call it once, at the workflow's begin.
 * @returns what tells whoever has asked for it how the integration has ended; the last thing before the workflow returns
 */
export function endReporter(cancellationId: string): (progress: IntegrationProgress) => Promise<void> {
  let to: string | undefined;
  setHandler(reportEndToSignal, (asked) => {
    to = asked.workflowId;
  });
  return async (progress) => {
    // Whoever asks while a report is on its way may have heard that one before, and is told again.
    while (to !== undefined) {
      const workflowId = to;
      to = undefined;
      const end = { workflowId: workflowInfo().workflowId, cancellationId, progress };
      try {
        await getExternalWorkflowHandle(workflowId).signal(integrationEndedSignal, end);
      } catch (error) {
        // The tables hold how it has ended; the next run of the dealer's workflow reads it there.
        log.warn('The dealer’s workflow could not be told of the end', { error: String(error) });
      }
    }
  };
}

/** The dealer's side. */
export class Adoptions {
  private readonly ended = new Map<string, IntegrationEnd>();
  private looks = 0;

  constructor() {
    setHandler(integrationEndedSignal, (end) => {
      this.ended.set(end.workflowId, end);
    });
  }

  /** One of them may have been stopped, so that no message will come. */
  look(): void {
    this.looks += 1;
  }

  /** @returns how the workflow has ended; undefined when it does not run, and has told nothing */
  async endOf(workflowId: string): Promise<IntegrationEnd | undefined> {
    for (;;) {
      const { looks } = this;
      const { runs } = await records.askToReportEnd.executeWithOptions(
        { summary: 'Adopt an integration that goes on' },
        [{ workflowId, to: workflowInfo().workflowId }],
      );
      await condition(() => !runs || this.ended.has(workflowId) || this.looks > looks);
      const end = this.ended.get(workflowId);
      if (!end && runs) continue;
      this.ended.delete(workflowId);
      return end;
    }
  }
}
