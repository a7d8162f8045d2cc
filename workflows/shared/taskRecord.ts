import type {
  TaskAnswers,
  TaskEntry,
  TaskFacts,
  TaskField,
  TaskPriority,
  TaskState,
} from '../../domain/shared/tasks.ts';

/** What a workflow knows of its people's tasks. */

/** How a person's task has ended. */
export type TaskOutcome =
  | { how: 'done'; by: string; answers: TaskAnswers; evidence: string }
  | { how: 'not_completed'; by: string; reason: string; begun: boolean }
  /** Not by its person: its scope was canceled, or `byGuard`, its guard did not hold any more or what it waits for has happened. */
  | { how: 'closed'; reason: string; begun: boolean; byGuard: boolean };

/** Why a task may not be claimed, and not stay open. */
export interface GuardBroken {
  /** For people, such as `the integration is not ended any more`. */
  reason: string;
  /** Of the task's process, such as `account-active`: the type of problem with which the API answers a claim; `wrong-state` when absent. */
  code?: string;
}

/** A process's check of a task: where it does not hold, the task is closed. */
export interface Guard {
  /** What it checks, as a claim's refusal names it at its beginning, such as `The account's Effective Status`. */
  subject: string;
  /** Asked while a person waits for their claim: it fails when there is no answer within `quickQuerySeconds`. */
  check(): Promise<GuardBroken | undefined>;
  /**
   * Resolves when it does not hold any more: an activity that looks daily without an event.
   * @param from when to look first, ISO 8601
   */
  broken(from: string): Promise<GuardBroken>;
}

/** What a workflow knows of a task: plain data, which one run hands over to the next. */
interface TaskRecord<Facts extends TaskFacts> {
  id: string;
  facts: Facts;
  state: TaskState;
  assignee: string | null;
  priority: TaskPriority;
  /** ISO 8601: until then the task is on no current list. */
  followUpAt: string | null;
  followUpNote?: string;
  /** The latest that was given, when it was opened or with a change; null if none was. */
  reason: string | null;
  answers?: TaskAnswers;
  /** Whether anybody has ever claimed it: they may have done it without saying so. */
  begun: boolean;
  /** Known when the task's row is written; a person may be as fast as that. */
  fields?: TaskField[];
  /** ISO 8601, known with the fields: when the row was first written. */
  openedAt?: string;
  /** ISO 8601, known with the fields. */
  dueAt?: string;
  /** The time of the last change in ms, so that a late write, also of a run before a reset, changes nothing. */
  version: number;
  outcome?: TaskOutcome;
}

/** What a message changes of a task. */
export type Changed = Partial<
  Pick<TaskRecord<TaskFacts>, 'state' | 'assignee' | 'answers' | 'priority' | 'followUpAt' | 'followUpNote'> & {
    reason: string;
  }
>;

export interface Task<Facts extends TaskFacts> extends TaskRecord<Facts> {
  guard?: Guard;
  /** Whose claim is being checked. */
  claiming?: string;
  /** Whether its row is being written. */
  opening?: boolean;
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
  guard?: Guard;
  /** Told whom the task waits for, now and at every change. */
  onChange: (taskId: string, waitingOn: string) => void;
}

/** Where a workflow shows the evidence of tasks: its checklist. */
export interface ShownEvidence {
  /** Whether a step was done with this task. */
  isDoneWith(taskId: string): boolean;
  correct(taskId: string, evidence: string): void;
  /** Resolves when the tables hold it. */
  saved(): Promise<void>;
}

/** What the tasks of a workflow are. */
export interface TasksOf<Facts extends TaskFacts> {
  /** The kinds of task of its process. */
  catalog: Record<Facts['kind'], Pick<TaskEntry<never>, 'evidence' | 'team'>>;
  /** Why its tasks are closed when their scope is canceled. */
  closingReason: () => string;
  /**
   * What their IDs are made from, with the workflow's ID: a UUID that all runs of the workflow have, and no other workflow
   * with the same ID. Its first run's ID when absent.
   */
  begunFor?: string;
  /** Where the evidence of its tasks is shown, if it is. */
  shown?: ShownEvidence;
}
