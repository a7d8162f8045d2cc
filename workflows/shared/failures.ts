import { ActivityFailure, ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';

/** What an activity has failed with; undefined where it was another error, or a timeout. */
export function failureOf(error: unknown): ApplicationFailure | undefined {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : undefined;
}

/** Whether work has ended because its scope was canceled: an activity that was failing just then has its own failure. */
export function wasCanceled(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && CancellationScope.current().consideredCancelled);
}

/** Why an activity did not do it, for people; undefined of an error of the workflow itself. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  return failureOf(error)?.message ?? error.cause?.message ?? error.message;
}
