import type { Corrections } from './taskCorrections.ts';
import type { TaskAnswers, TaskPriority, TaskState } from './tasks.ts';

/** The messages that the workflows of every process take, by the names under which the API sends them. */

/** What every message of a person about a task says. */
interface AboutTask {
  taskId: string;
  by: string;
  /** ISO 8601: a message that reaches the workflow later, such as after an outage, is not carried out any more. */
  expiresAt: string;
}

/** Only the task's person may do it; a team lead is told how to become that person. */
interface OfItsPerson extends AboutTask {
  teamLead?: boolean;
}

/**
 * Updates of the workflows that open human tasks (`tasks.workflowId` says which); each is refused with a `TaskRefusal`, by the
 * rules of `taskRules.ts`.
 */
export interface TaskUpdates {
  /** Nobody else may finish it while it is claimed. */
  claimTask: OfItsPerson;
  /** `teamLead`: whether who assigns it may take it from another person. */
  assignTask: AboutTask & { to: string; teamLead: boolean };
  /** It may be claimed by anybody then. */
  releaseTask: OfItsPerson;
  completeTask: OfItsPerson & { answers: TaskAnswers };
  escalate: OfItsPerson & { reason: string };
  /** A team lead returns a task to who could not do it. */
  returnToTeam: AboutTask & { note: string };
  /** A team lead closes the task's step without completing it. */
  closeNotCompleted: AboutTask & { reason: string };
  prioritizeTask: AboutTask & { priority: TaskPriority; teamLead: boolean };
  /** The task leaves the to-do list until `at` (ISO 8601), its follow-up date; null returns it now. */
  followUpTask: AboutTask & { at: string | null; note?: string; teamLead: boolean };
  /** A team lead corrects facts that were given with a task that is done; `answers` are only what is to be corrected. */
  correctTask: AboutTask & { answers: Corrections; reason: string };
  /** The task's row contradicts its workflow, such as after a reset: write the row again, or close it when there is no such task. */
  refreshTask: { taskId: string };
}

/** `details[0]` of a refusal. */
export interface TaskRefusalDetails {
  /** Of `bad_answers`. */
  problems?: { field: string; message: string }[];
  /** Of `guard_broken`: why, by the code of the task's process. */
  code?: string;
  /** How the workflow knows the task, where that is why. */
  known?: { state: TaskState; assignee: string | null };
  /** Of a claim that came while another one was being checked: who claims the task. */
  claiming?: string;
}

/** Types of the `ApplicationFailure` with which a task's Update is refused. */
export type TaskRefusal =
  | 'task_not_found'
  | 'wrong_state'
  | 'claimed_by_another'
  | 'assigned_to_another'
  /** Whether a claim may be given could not be found out soon enough, or another claim is being looked at. */
  | 'unavailable'
  | 'expired'
  | 'team_leads_only'
  | 'bad_answers'
  /** The follow-up date has passed, or is too far away. */
  | 'bad_follow_up'
  /** What the task needs does not hold any more, so that it was closed: its process says what, with a `code`. */
  | 'guard_broken';

/**
 * Messages that need no argument, and so cannot be told from those of a stranger: they change nothing that is recorded. All others
 * are taken with encrypted arguments only.
 */
export interface WithoutArguments {
  signals: readonly string[];
  /** Types of the workflows. */
  starts: readonly string[];
}

/** Those of every process. */
export const sharedWithoutArguments: WithoutArguments = { signals: ['continueAsNew'], starts: [] };
