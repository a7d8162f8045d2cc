import { v5 as uuidOf } from 'uuid';

/**
 * The ID of a run's row, known before the run begins.
 * @param firstRunId of the workflow: the same for all its runs
 */
export function feedRunId(workflowId: string, firstRunId: string): string {
  return uuidOf(workflowId, firstRunId);
}
