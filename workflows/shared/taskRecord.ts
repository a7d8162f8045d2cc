import type { TaskRefusal } from '../../domain/shared/messages.ts';
import type { TaskAnswers, TaskFacts, TaskField, TaskState } from '../../domain/shared/tasks.ts';

/** What a workflow knows of its people's tasks. */

/** How a person's task has ended. */
export type TaskOutcome =
  | { how: 'done'; by: string; answers: TaskAnswers; evidence: string }
  | { how: 'not_completed'; by: string; reason: string; begun: boolean }
  /** Not by its person: its scope was canceled, or `byGuard`, its guard did not hold any more. */
  | { how: 'closed'; reason: string; begun: boolean; byGuard: boolean };

/**
 * A process's check whether a task may be claimed and stay open; when not, why, and with what a claim is refused.
 * @param personWaits a person waits for the answer: it fails when there is none within `quickQuerySeconds`
 */
export type Guard = (
  personWaits: boolean,
) => Promise<{ ok: true } | { ok: false; reason: string; refusal: TaskRefusal }>;

/** What a workflow knows of a task: plain data, which one run hands over to the next. */
interface TaskRecord<Facts extends TaskFacts> {
  id: string;
  facts: Facts;
  state: TaskState;
  assignee: string | null;
  reason?: string;
  answers?: TaskAnswers;
  /** Whether anybody has ever claimed it: they may have done it without saying so. */
  begun: boolean;
  /** Known when the task's row is written; a person may be as fast as that. */
  fields?: TaskField[];
  /** ISO 8601, known with the fields: when the row was first written, and when to remind next. */
  openedAt?: string;
  remindAt?: string;
  /** How many reminders were due. */
  reminders: number;
  /** The time of the last change in ms, so that a late write, also of a run before a reset, changes nothing. */
  version: number;
  outcome?: TaskOutcome;
}

export interface Task<Facts extends TaskFacts> extends TaskRecord<Facts> {
  guard?: Guard;
  /** Whose claim is being checked. */
  claiming?: string;
  /** Called at every change with whom the task waits for. */
  onChange?: (waitingOn: string) => void;
  /** Whether its outcome was taken. */
  over?: boolean;
}

/** What a run of a workflow hands over to the next one of its tasks. */
export interface TasksSnapshot<Facts extends TaskFacts = TaskFacts> {
  /** How many tasks of each kind were opened. */
  opened: Record<string, number>;
  /** Those whose outcome was not taken. */
  tasks: TaskRecord<Facts>[];
}

export interface TaskWatch {
  /** Asked when a person claims the task and then daily: when it says no, the task is closed. */
  guard?: Guard;
  /** Told whom the task waits for, now and at every change. */
  onChange: (taskId: string, waitingOn: string) => void;
}
