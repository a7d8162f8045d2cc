import type { CancellationRequest } from './cancellations.ts';
import type { TaskAnswers, TaskState } from './tasks.ts';
import type { IntegrationName } from './vendors.ts';

/** The messages that workflows take, by the names under which the API sends them. */

/** Task queue of every workflow and activity. */
export const taskQueue = 'dealerops';

/** What `cancelDealer`, the workflow of one dealer, is started with: the first request, or nothing where a signal follows. */
export interface DealerStart {
  account: string;
  request?: CancellationRequest;
}

/** Signals of `cancelDealer`, the workflow of one dealer; both are safe to send twice. */
export interface DealerSignals {
  request: CancellationRequest;
  withdraw: Withdrawal;
}

/** The customer stays: what has not begun is not done, what was ended is to be set up again. */
export interface Withdrawal {
  requestId: string;
  /** The cancellation's ID, when it is an earlier one of this dealer. */
  of?: string;
  /** Only these; all when absent. */
  integrations?: IntegrationName[];
  because: string;
  by: string;
}

/** Updates of the workflows that open human tasks (`tasks.workflowId` says which); each is refused with a `TaskRefusal`. */
export interface TaskUpdates {
  /** Nobody else may finish it while it is claimed. */
  claimTask: { taskId: string; by: string };
  /** `lead`: whether who assigns it may take it from another person. */
  assignTask: { taskId: string; by: string; to: string; lead: boolean };
  releaseTask: { taskId: string; by: string };
  completeTask: { taskId: string; by: string; answers: TaskAnswers };
  cannotDo: { taskId: string; by: string; because: string };
  /** A lead returns a task that somebody could not do. */
  sendBack: { taskId: string; by: string; note: string };
  /** A lead ends the task's step as not done. */
  endAsNotDone: { taskId: string; by: string; because: string };
  /** The task's row contradicts its workflow, such as after a reset: write the row again, or close it when there is no such task. */
  refreshTask: { taskId: string };
}

/** `details[0]` of a refusal. */
export interface TaskRefusalDetails {
  /** Of `bad_answers`. */
  problems?: { field: string; message: string }[];
  /** How the workflow knows the task, where that is why. */
  known?: { state: TaskState; assignee: string | null };
}

/** Types of the `ApplicationFailure` with which a task's Update is refused. */
export type TaskRefusal =
  | 'task_not_found'
  | 'wrong_state'
  | 'claimed_by_another'
  | 'leads_only'
  | 'bad_answers'
  | 'account_active';
