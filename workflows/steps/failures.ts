import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What an activity has failed with; undefined where it was another error, or a timeout. */
export function failureOf(error: unknown): ApplicationFailure | undefined {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : undefined;
}
