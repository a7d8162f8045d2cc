import type { TaskQueue } from '../domain/shared/taskQueues.ts';

/** How much one worker of a task queue does at once. */
export interface QueueLimits {
  activities: number;
  workflowTasks: number;
  /** Workflows kept in memory; one that is not is read again when it is woken. */
  cachedWorkflows: number;
}

/** Bulk work is bound by processor and memory, and each activity streams a whole file: few at once. */
export const defaultLimits: Record<TaskQueue, QueueLimits> = {
  dealerops: { activities: 100, workflowTasks: 40, cachedWorkflows: 150 },
  'dealerops-bulk': { activities: 4, workflowTasks: 4, cachedWorkflows: 20 },
};
