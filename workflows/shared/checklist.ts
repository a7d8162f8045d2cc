import type { SearchAttributePair } from '@temporalio/common';
import { CancellationScope, condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { actorName } from '../../domain/shared/actors.ts';
import {
  type ChecklistSave,
  type ChecklistSnapshot,
  type ChecklistStep,
  type OpenState,
  openStates,
  openStepStates,
  type RecordedEvent,
  type StepEnd,
  type StepState,
  type WaitingOnPeople,
} from '../../domain/shared/checklist.ts';
import { isTeam } from '../../domain/shared/tasks.ts';
import { inWords } from '../../domain/shared/words.ts';
import { endOfTurn } from './endOfTurn.ts';
import { searchable } from './searchable.ts';

const marks: Record<StepState, string> = {
  next: '☐',
  running: '▷',
  waiting: '◔',
  done: '☑',
  blocked: '⊘',
  not_completed: '✗',
  withdrawn: '↩',
};

/** What a process gives its checklist. */
export interface ChecklistOptions<Step extends string, WaitingOn extends string, End extends string> {
  /** What is carried out, such as `CDK`: begins the event of its end. */
  title: string;
  /** In the Web UI's details, such as `CDK, dealer D-1001`. */
  heading: string;
  stepCatalog: Readonly<Record<Step, { title: string }>>;
  /** What a step waits for, by the code of the search attribute. */
  waitingOnTitles: Readonly<Partial<Record<WaitingOn, string>>>;
  searchAttributes(of: {
    stage: OpenState | End;
    waitingOn: WaitingOn | WaitingOnPeople | 'nobody';
  }): SearchAttributePair[];
  /** Writes to the process's own tables; `summary` is for the Web UI. */
  save(write: ChecklistSave<ChecklistSnapshot<Step, WaitingOn, End>>, summary: string): Promise<void>;
  /** How it begins: the steps ahead, or what an earlier run or workflow has left. */
  from: ChecklistSnapshot<Step, WaitingOn, End>;
}

/**
 * Where a process stands: kept here, shown in Temporal's Web UI as the workflow's details and search attributes, and saved to
 * the tables for searching. Changes that come at once, or during a save, are saved together. Before continue-as-new await
 * `saved()`, and give the next run the `snapshot()`.
 */
export class Checklist<Step extends string, WaitingOn extends string, End extends string> {
  readonly steps: ChecklistStep<Step, WaitingOn>[];
  state: OpenState | End;
  reason: string | undefined;
  private readonly options: ChecklistOptions<Step, WaitingOn, End>;
  private changes = 0;
  private savedChanges = 0;
  private version = 0;
  private events: RecordedEvent[] = [];
  private saving = false;

  constructor(options: ChecklistOptions<Step, WaitingOn, End>) {
    this.options = options;
    const { state, reason, steps } = copyOf(options.from);
    this.state = state;
    this.reason = reason;
    this.steps = steps;
  }

  step(name: Step): ChecklistStep<Step, WaitingOn> {
    let step = this.steps.find((one) => one.step === name);
    if (!step) {
      step = { step: name, title: this.options.stepCatalog[name].title, state: 'next' };
      this.steps.push(step);
    }
    return step;
  }

  /** A step begins, on its own or by asking the system `on`. */
  begin(name: Step, on?: WaitingOn): void {
    const step = this.step(name);
    const now = new Date().toISOString();
    Object.assign(step, {
      state: 'running',
      startedAt: step.startedAt ?? now,
      endedAt: undefined,
      by: undefined,
      evidence: undefined,
      waitingOn: on && this.options.waitingOnTitles[on],
      waitingOnCode: on,
      waitingSince: on && now,
      taskId: undefined,
    });
    this.changed();
  }

  /** A step waits for a task: of a whole team (such as `ops`), of its team lead (`team_lead`), or of the person with this ID. */
  waitForTask(name: Step, taskId: string, on: string): void {
    const step = this.step(name);
    const now = new Date().toISOString();
    const waitingOn = on === 'team_lead' ? 'a team lead' : on;
    const since = step.taskId === taskId && step.waitingOn === waitingOn ? step.waitingSince : now;
    Object.assign(step, {
      state: 'waiting',
      startedAt: step.startedAt ?? now,
      waitingOn,
      waitingOnCode: waitingOnCode(on),
      waitingSince: since,
      taskId,
    });
    this.changed();
  }

  /** A step waits for time to pass, such as a gate that is checked again tomorrow; `words` say for what. */
  wait(name: Step, on: WaitingOn, words: string): void {
    const step = this.step(name);
    const since = step.state === 'waiting' ? step.waitingSince : new Date().toISOString();
    Object.assign(step, { state: 'waiting', waitingOn: words, waitingOnCode: on, waitingSince: since });
    this.changed();
  }

  /** A step has ended: who ended it, and the evidence. */
  end(name: Step, state: StepEnd, by: string, evidence?: string): void {
    const step = this.step(name);
    Object.assign(step, {
      state,
      endedAt: new Date().toISOString(),
      by,
      evidence,
      waitingOn: undefined,
      waitingOnCode: undefined,
      waitingSince: undefined,
      mayBeDone: state === 'done' ? undefined : step.mayBeDone,
    });
    this.changed({ by, action: `${step.title}: ${inWords(state)}`, detail: evidence });
  }

  /** Whether a step was done with this task. */
  isDoneWith(taskId: string): boolean {
    return this.steps.some((step) => step.taskId === taskId && step.state === 'done');
  }

  /** A fact of the task with which a step was done was corrected: the step shows its evidence as it is now. */
  correct(taskId: string, evidence: string): void {
    const step = this.steps.find((one) => one.taskId === taskId && one.state === 'done');
    if (!step || step.evidence === evidence) return;
    step.evidence = evidence;
    this.changed();
  }

  /** Something that happened in a step and is not its end, for the record. */
  note(name: Step, by: string, action: string, detail?: string): void {
    this.changed({ by, action: `${this.step(name).title}: ${action}`, detail });
  }

  /** Ends every step that has not ended. @param why their evidence, which also says whether they had begun */
  endRest(state: StepEnd, by: string, why?: string): void {
    for (const step of this.steps) {
      const evidence = why && step.state === 'next' ? `not begun: ${why}` : why;
      if (openStepStates.includes(step.state)) this.end(step.step, state, by, evidence);
    }
  }

  /** A whole that had ended continues, such as by a withdrawal. */
  reopen(): void {
    this.state = 'in_progress';
    this.reason = undefined;
  }

  /** The whole has ended. */
  conclude(state: End, by: string, reason?: string): void {
    this.state = state;
    this.reason = reason;
    this.changed({ by, action: `${this.options.title}: ${inWords(state)}`, detail: reason });
  }

  /** Whether it may have happened in the outside system, although nobody knows; saved with the next change. */
  mayBeDone(name: Step, mayBe: boolean): void {
    this.step(name).mayBeDone = mayBe || undefined;
  }

  /** The tables may have lost it, such as when a database was restored. */
  saveAgain(): void {
    this.changed();
  }

  /** Resolves when the tables hold what is known now. */
  async saved(): Promise<void> {
    const upTo = this.changes;
    await CancellationScope.nonCancellable(() => condition(() => this.savedChanges >= upTo));
  }

  /** Whether the tables hold what is known now. */
  isSaved(): boolean {
    return this.savedChanges >= this.changes;
  }

  snapshot(): ChecklistSnapshot<Step, WaitingOn, End> {
    return copyOf({ state: this.state, reason: this.reason, steps: this.steps });
  }

  private changed(event?: Omit<RecordedEvent, 'id' | 'at'>): void {
    this.changes += 1;
    if (event) {
      const { workflowId, runId } = workflowInfo();
      this.events.push({ id: `${workflowId}/${runId}/${this.changes}`, at: new Date().toISOString(), ...event });
    }
    if (isOpen(this.state)) {
      this.state = this.steps.some((step) => step.state === 'waiting') ? 'waiting' : 'in_progress';
    }
    if (!this.saving) void this.save();
  }

  private async save(): Promise<void> {
    this.saving = true;
    await CancellationScope.nonCancellable(async () => {
      await endOfTurn();
      while (this.savedChanges < this.changes) {
        const { changes, events } = this;
        this.events = [];
        this.version = Math.max(this.version + 1, Date.now());
        this.show();
        const write = { version: this.version, snapshot: this.snapshot(), events };
        await this.options.save(write, `Record: ${this.headline()}`);
        this.savedChanges = changes;
      }
      // In the same step as the last look, or a change in between would wait for the next one.
      this.saving = false;
    });
  }

  private headline(): string {
    const current = this.steps.find((step) => step.state === 'waiting' || step.state === 'running');
    if (!current) return inWords(this.state);
    return current.waitingOn ? `${current.title}, waits for ${current.waitingOn}` : current.title;
  }

  /** In the Web UI; a new run of the workflow calls it once, and each change after that. */
  show(): void {
    const { heading, searchAttributes } = this.options;
    const waitingOn = this.steps.find((step) => step.waitingOnCode)?.waitingOnCode ?? 'nobody';
    searchable(searchAttributes({ stage: this.state, waitingOn }));
    const lines = this.steps.map((step) => {
      const since = step.waitingSince ? ` since ${minute(step.waitingSince)}` : '';
      const facts = [step.waitingOn ? `waits for ${step.waitingOn}${since}` : inWords(step.state)];
      if (step.by) facts.push(`by ${actorName(step.by)}`);
      if (step.endedAt) facts.push(`at ${minute(step.endedAt)}`);
      if (step.evidence) facts.push(`evidence: ${step.evidence}`);
      return `- ${marks[step.state]} **${step.title}**: ${facts.join(', ')}`;
    });
    const reason = this.reason ? ` (${this.reason})` : '';
    setCurrentDetails(`**${heading}: ${inWords(this.state)}**${reason}\n\n${lines.join('\n')}`);
  }
}

/** For people: `2026-11-25 14:10 UTC`. @param at ISO 8601 */
function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** Of a task: search attributes are not encrypted, so that a person is not named in them. */
export function waitingOnCode(on: string): WaitingOnPeople {
  return on === 'team_lead' || isTeam(on) ? on : 'person';
}

function isOpen(state: string): boolean {
  return (openStates as readonly string[]).includes(state);
}

/** Workflow code has no structuredClone; a snapshot is plain JSON. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
