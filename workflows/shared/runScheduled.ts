import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  ParentClosePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { runStartedBy } from '../../domain/shared/scheduledRuns.ts';
import type { ScheduledStart } from '../../domain/shared/schedules.ts';

/** Of Temporal's own on what a schedule starts. */
const ofTemporal = /^Temporal/;

/**
 * What a schedule starts: it runs the schedule's workflow under the ID of the local date, and is open for as long, so that
 * Temporal keeps the schedule's runs from overlapping.
 * @returns `already_run` where a run of the date is in progress or completed; how a failed run failed, its own history tells
 */
export async function runScheduled(start: ScheduledStart): Promise<'completed' | 'not_completed' | 'already_run'> {
  const { workflowId, typedSearchAttributes } = workflowInfo();
  const run = runStartedBy(workflowId);
  if (!run) throw ApplicationFailure.nonRetryable(`A schedule's ID and time are not in the workflow ID ${workflowId}`);
  try {
    await executeChild(start.type, {
      workflowId: run.workflowId,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
      // Who terminates this one does not want the run either; it can still clean up.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      taskQueue: start.taskQueue,
      args: [...start.args, run.date],
      typedSearchAttributes: typedSearchAttributes.getAll().filter(({ key }) => !ofTemporal.test(key.name)),
      staticSummary: run.date ? `${start.summary}, ${run.date}` : `${start.summary}, triggered`,
    });
    return 'completed';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_run';
    if (error instanceof ChildWorkflowFailure && !CancellationScope.current().consideredCancelled)
      return 'not_completed';
    throw error;
  }
}
