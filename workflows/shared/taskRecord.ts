import type { TaskFacts } from '../../activities/shared/tasks.ts';
import type { TaskRefusal } from '../../domain/shared/messages.ts';
import type { TaskAnswers, TaskField, TaskKind, TaskState } from '../../domain/shared/tasks.ts';

/** What a workflow knows of its people's tasks. */

/** How a person's task has ended. */
export type TaskOutcome =
  | { how: 'done'; by: string; answers: TaskAnswers; evidence: string }
  | { how: 'not_completed'; by: string; reason: string; begun: boolean }
  /** Not by its person: the cancellation was withdrawn, or `byGate`, the account is Active. */
  | { how: 'closed'; reason: string; begun: boolean; byGate: boolean };

/**
 * Answers whether a task may be begun and go on; when not, why, and with what a claim is refused.
 * @param personWaits a person waits for the answer: it fails when there is none within `quickQuerySeconds`
 */
export type StillRight = (
  personWaits: boolean,
) => Promise<{ ok: true } | { ok: false; reason: string; refusal: TaskRefusal }>;

/** What a workflow knows of a task: plain data, which one run hands over to the next. */
interface TaskRecord {
  id: string;
  facts: TaskFacts;
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

export interface Task extends TaskRecord {
  stillRight?: StillRight;
  /** Whose claim is being looked at. */
  claiming?: string;
  /** Called at every change with whom the task waits for. */
  onChange?: (waitingOn: string) => void;
  /** Whether its outcome was taken. */
  over?: boolean;
}

/** What a run of a workflow hands over to the next one of its tasks. */
export interface TasksSnapshot {
  /** How many tasks of each kind were opened. */
  opened: Partial<Record<TaskKind, number>>;
  /** Those whose outcome was not taken. */
  tasks: TaskRecord[];
}

export interface TaskWatch {
  /** Asked when a person claims the task and then daily: when it says no, the task is closed. */
  stillRight?: StillRight;
  /** Told whom the task waits for, now and at every change. */
  onChange: (taskId: string, waitingOn: string) => void;
}
