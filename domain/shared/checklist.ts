import type { Team } from './tasks.ts';

/**
 * The checklist of a process: its steps in order, each with who did it, when, and the evidence. Each process has its own step
 * names, systems and ends.
 */

export const stepStates = ['next', 'running', 'waiting', 'done', 'blocked', 'not_completed', 'withdrawn'] as const;
export type StepState = (typeof stepStates)[number];
/** Of steps that have not ended. */
export const openStepStates: readonly StepState[] = ['next', 'running', 'waiting'];
/** How a step can end. */
export type StepEnd = Exclude<StepState, 'next' | 'running' | 'waiting'>;

/** Of a whole that has not ended: of its steps one waits, or none. */
export const openStates = ['in_progress', 'waiting'] as const;
export type OpenState = (typeof openStates)[number];

/** Whom a person's step waits for, as the search attribute says it: a person is not named there. */
export type WaitingOnPeople = Team | 'team_lead' | 'person';

/** One step. Times are ISO 8601 in UTC. */
export interface ChecklistStep<Step extends string = string, WaitingOn extends string = string> {
  step: Step;
  title: string;
  state: StepState;
  startedAt?: string;
  endedAt?: string;
  /** Who ended it, as `actors.ts` has it: a person's ID, or a system's code such as `cst`. */
  by?: string;
  /** What shows that it happened: a ticket number, a run's ID, a mail server's answer. Nothing personal. */
  evidence?: string;
  /** For people: a person's ID, or a title. */
  waitingOn?: string;
  /** The code of the search attribute. */
  waitingOnCode?: WaitingOn | WaitingOnPeople;
  waitingSince?: string;
  taskId?: string;
  /** What was there before the step changed it, to restore it: whose, by the outside system's ID, and at most 50 short texts. */
  before?: { of: string; values: string[] };
  /** Nobody can say whether it happened in the outside system. */
  mayBeDone?: boolean;
}

/** A whole checklist: plain data, for the tables and for the next run of its workflow. */
export interface ChecklistSnapshot<
  Step extends string = string,
  WaitingOn extends string = string,
  End extends string = string,
> {
  state: OpenState | End;
  /** Why it has ended so. */
  reason?: string;
  steps: ChecklistStep<Step, WaitingOn>[];
}

/** What a workflow writes to the audit trail. */
export interface RecordedEvent {
  /** Made by the workflow, so that an activity that runs twice writes once. */
  id: string;
  /** ISO 8601 */
  at: string;
  by: string;
  action: string;
  detail?: string;
}

/** One write of a checklist to the tables. */
export interface ChecklistSave<Snapshot extends ChecklistSnapshot = ChecklistSnapshot> {
  /** The workflow's time in ms, later with each write: a row that is not older stays as it is. */
  version: number;
  snapshot: Snapshot;
  events: RecordedEvent[];
}
