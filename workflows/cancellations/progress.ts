import { CancellationScope, condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { RecordedEvent } from '../../activities/cancellations/progress.ts';
import {
  type IntegrationProgress,
  type IntegrationState,
  openStepStates,
  type StepProgress,
  type System,
  stepsAhead,
  systemTitles,
  type WaitingOn,
} from '../../domain/cancellations/cancellations.ts';
import { searchAttributes } from '../../domain/shared/searchAttributes.ts';
import { type IntegrationName, type StepName, stepTitles, vendorTitle } from '../../domain/shared/vendors.ts';
import { inWords } from '../../domain/shared/words.ts';
import { record } from '../shared/activities.ts';
import { searchable } from '../shared/searchable.ts';

const marks: Record<StepProgress['state'], string> = {
  next: '☐',
  running: '▷',
  waiting: '◔',
  done: '☑',
  blocked: '⊘',
  not_completed: '✗',
  withdrawn: '↩',
};

/**
 * Where one integration's cancellation stands: kept here, shown in Temporal's Web UI as the workflow's details and search
 * attributes, and mirrored into the tables for searching. Changes that come at once, or while the mirror is being written, go
 * together.
 */
export class Progress {
  readonly steps: StepProgress[];
  state: IntegrationState = 'in_progress';
  reason: string | undefined;
  private version = 0;
  private saved = 0;
  private events: RecordedEvent[] = [];
  private writing = false;
  private readonly cancellationId: string;
  private readonly account: string;
  private readonly integration: IntegrationName;

  constructor(of: {
    cancellationId: string;
    account: string;
    integration: IntegrationName;
    progress?: IntegrationProgress;
  }) {
    this.cancellationId = of.cancellationId;
    this.account = of.account;
    this.integration = of.integration;
    this.steps = of.progress?.steps ?? stepsAhead(of.integration);
  }

  step(name: StepName): StepProgress {
    let step = this.steps.find((one) => one.step === name);
    if (!step) {
      step = { step: name, title: stepTitles[name], state: 'next' };
      this.steps.push(step);
    }
    return step;
  }

  /** A step begins, on its own or by asking the system `on`. */
  begin(name: StepName, on?: System): void {
    const step = this.step(name);
    const now = new Date().toISOString();
    Object.assign(step, {
      state: 'running',
      startedAt: step.startedAt ?? now,
      endedAt: undefined,
      by: undefined,
      evidence: undefined,
      waitingOn: on && systemTitles[on],
      waitingOnCode: on,
      waitingSince: on && now,
      taskId: undefined,
    });
    this.changed();
  }

  /** A step waits for a task: of the whole team (`ops`), of a team lead (`lead`), or of the person with this ID. */
  waitForTask(name: StepName, taskId: string, on: string): void {
    const step = this.step(name);
    const now = new Date().toISOString();
    const waitingOn = on === 'lead' ? 'a lead' : on;
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
  wait(name: StepName, on: WaitingOn, words: string): void {
    const step = this.step(name);
    const since = step.state === 'waiting' ? step.waitingSince : new Date().toISOString();
    Object.assign(step, { state: 'waiting', waitingOn: words, waitingOnCode: on, waitingSince: since });
    this.changed();
  }

  /** A step has ended; `by` did it and `proof` shows it. */
  end(name: StepName, state: 'done' | 'blocked' | 'not_completed' | 'withdrawn', by: string, evidence?: string): void {
    const step = this.step(name);
    Object.assign(step, {
      state,
      endedAt: new Date().toISOString(),
      by,
      evidence,
      waitingOn: undefined,
      waitingOnCode: undefined,
      waitingSince: undefined,
    });
    this.changed({ by, action: `${step.title}: ${inWords(state)}`, detail: evidence });
  }

  /** What has not been done is not done any more. */
  dropRest(state: 'blocked' | 'not_completed' | 'withdrawn', by: string): void {
    for (const step of this.steps) {
      if (openStepStates.includes(step.state)) this.end(step.step, state, by);
    }
  }

  /** What had come to an end goes on, such as by a withdrawal. */
  reopen(): void {
    this.state = 'in_progress';
    this.reason = undefined;
  }

  /** The integration's cancellation has ended. */
  conclude(state: IntegrationState, by: string, reason?: string): void {
    this.state = state;
    this.reason = reason;
    this.changed({ by, action: `${vendorTitle(this.integration)}: ${inWords(state)}`, detail: reason });
  }

  /** Whether it may have happened at the vendor, although it is not known to be done; kept with the next change. */
  mayBeDone(name: StepName, mayBe: boolean): void {
    this.step(name).mayBeDone = mayBe || undefined;
  }

  /** Resolves when the tables hold what is known now. */
  async mirrored(): Promise<void> {
    const upTo = this.version;
    await CancellationScope.nonCancellable(() => condition(() => this.saved >= upTo));
  }

  snapshot(): IntegrationProgress {
    return structuredCloneOf({
      integration: this.integration,
      state: this.state,
      reason: this.reason,
      steps: this.steps,
    });
  }

  private changed(event?: Omit<RecordedEvent, 'id' | 'at'>): void {
    this.version += 1;
    if (event) {
      const { workflowId, runId } = workflowInfo();
      this.events.push({ id: `${workflowId}/${runId}/${this.version}`, at: new Date().toISOString(), ...event });
    }
    if (this.state === 'in_progress' || this.state === 'waiting') {
      this.state = this.steps.some((step) => step.state === 'waiting') ? 'waiting' : 'in_progress';
    }
    if (!this.writing) void this.write();
  }

  private async write(): Promise<void> {
    this.writing = true;
    await CancellationScope.nonCancellable(async () => {
      await endOfTurn();
      while (this.saved < this.version) {
        const version = this.version;
        const events = this.events;
        this.events = [];
        this.show();
        await record.saveProgress.executeWithOptions({ summary: `Record: ${this.headline()}` }, [
          { cancellationId: this.cancellationId, account: this.account, version, progress: this.snapshot(), events },
        ]);
        this.saved = version;
      }
      // In the same step as the last look, or a change in between would wait for the next one.
      this.writing = false;
    });
  }

  private headline(): string {
    const current = this.steps.find((step) => step.state === 'waiting' || step.state === 'running');
    if (!current) return inWords(this.state);
    return current.waitingOn ? `${current.title}, waits for ${current.waitingOn}` : current.title;
  }

  private show(): void {
    const waitingOn = this.steps.find((step) => step.waitingOnCode)?.waitingOnCode ?? 'nobody';
    searchable(searchAttributes({ account: this.account, vendor: this.integration, stage: this.state, waitingOn }));
    const lines = this.steps.map((step) => {
      const facts = [inWords(step.state), step.waitingOn && `waits for ${step.waitingOn} since ${step.waitingSince}`];
      if (step.by) facts.push(`by ${step.by}`);
      if (step.endedAt) facts.push(`at ${step.endedAt}`);
      if (step.evidence) facts.push(`proof: ${step.evidence}`);
      return `- ${marks[step.state]} **${step.title}**: ${facts.filter(Boolean).join(', ')}`;
    });
    const reason = this.reason ? ` (${this.reason})` : '';
    setCurrentDetails(
      `**${vendorTitle(this.integration)}, dealer ${this.account}: ${inWords(this.state)}**${reason}\n\n${lines.join('\n')}`,
    );
  }
}

/**
 * Resolves when the promises that are already settled have run, so that one write takes all that happened at once. The
 * condition only reads a flag: how often the SDK looks at it makes no difference. A timer would be an event of its own.
 */
async function endOfTurn(): Promise<void> {
  let over = false;
  void Promise.resolve().then(() => {
    over = true;
  });
  await condition(() => over);
}

/** Of a task: search attributes are not encrypted, so that a person is not named in them. */
export function waitingOnCode(on: string): WaitingOn {
  return on === 'ops' || on === 'lead' ? on : 'person';
}

/** Workflow code has no structuredClone; progress is plain JSON. */
function structuredCloneOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
