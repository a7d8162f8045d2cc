import { WorkflowExecutionAlreadyStartedError, type WorkflowStartOptions } from '@temporalio/client';
import type { ApiOptions } from './options.ts';
import { temporalDeadline } from './plugins/limits.ts';

/** Starts a workflow, unless one with its ID runs, or has run and the reuse policy allows no second one. */
export async function startOnce(
  { temporal }: Pick<ApiOptions, 'temporal'>,
  type: string,
  options: WorkflowStartOptions,
): Promise<void> {
  try {
    await temporal.withDeadline(temporalDeadline(), () => temporal.workflow.start(type, options));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
