import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { Guarded } from '../../activities/cancellations/guards.ts';
import type { RemovalAnswer, RemovalRequest } from '../../activities/cancellations/vinEventStream.ts';
import type { IntegrationProgress, StepProgress, WhenActive } from '../../domain/cancellations/cancellations.ts';
import {
  type CancellationTaskFacts,
  type StepName,
  type TaskKind,
  taskCatalog,
} from '../../domain/cancellations/catalog.ts';
import type { Gate, GateCode } from '../../domain/cancellations/gate.ts';
import type { System } from '../../domain/cancellations/systems.ts';
import type { SystemCode } from '../../domain/shared/actors.ts';
import { openStepStates } from '../../domain/shared/checklist.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import type { Guard, GuardBroken, TaskOutcome, TasksSnapshot, TaskWatch } from '../shared/taskRecord.ts';
import { queries, quickQueries } from './activities.ts';
import type { IntegrationChecklist } from './progress.ts';
import { restoreEvents } from './restoreEvents.ts';
import { Run, type StepResults } from './runs.ts';

/** What a vendor's procedure is started with. */
export interface IntegrationCancellation {
  cancellationId: string;
  account: string;
  integration: IntegrationName;
  /** At the vendor, when it was requested. */
  dealerId?: string;
  whenActive: WhenActive;
  /** The request for which it was begun: one that begins again in the same cancellation has another. */
  requestId: string;
}

/** A request to remove the dealer from the Vin Event Stream. Plain data: the next run of the workflow continues from it. */
export interface OpenRemoval {
  request: RemovalRequest;
  /** Which message about it was delivered last. */
  delivered?: 'request' | 'withdrawal';
  /** To be sent once more: it was lost. */
  resend?: boolean;
  answer?: RemovalAnswer;
}

/** What the next run of the workflow is to know of the steps, besides the checklist. */
export interface StepsSnapshot {
  results: StepResults;
  tasks: TasksSnapshot<CancellationTaskFacts>;
  removal?: OpenRemoval;
  confirmedActive?: Gate & { by: string };
}

/** The gate is closed: the parent sales account is Active and the cancellation is not to wait. */
export class Refused extends Error {
  /** Who says that it is Active. */
  readonly by: string;

  constructor(reason: string, by: string) {
    super(reason);
    this.by = by;
  }
}

/** A team lead has closed the gate's task without completing it, so that nothing behind the gate may be done. */
export class GateNotCompleted extends Error {}

const accountIsActive = 'the parent sales account is Active again';
/** Nothing happened at the vendor in these steps, so there is nothing to reinstate. */
const withoutEffect: readonly StepName[] = ['gate', 'group-question', 'reinstate'];

/** What the vendors' procedures share: each method is one step, from its beginning to its end. */
export class Steps {
  readonly of: IntegrationCancellation;
  readonly progress: IntegrationChecklist;
  readonly run: Run;
  readonly people: HumanTasks<CancellationTaskFacts>;
  /** Why tasks are closed when the procedure is stopped. */
  private closingReason = 'the cancellation was withdrawn';
  /** A request to remove the dealer from the Vin Event Stream, until it is answered. */
  removal: OpenRemoval | undefined;
  /** Open tasks that the run before has handed over, until they are resumed. */
  private readonly tasksBefore: TasksSnapshot<CancellationTaskFacts>['tasks'];
  private passingGate: Promise<void> | undefined;
  /** A person's word that the account with this status is Active, kept for as long as the status stays. */
  private confirmedActive: (Gate & { by: string }) | undefined;

  constructor(of: IntegrationCancellation, progress: IntegrationChecklist, from?: StepsSnapshot) {
    this.of = of;
    this.progress = progress;
    const begun = from ? progress.steps.filter((step) => step.startedAt !== undefined) : [];
    this.run = new Run(
      from?.results,
      begun.map((step) => step.step),
    );
    const closingReason = () => this.closingReason;
    const shown = progress;
    this.people = new HumanTasks({ catalog: taskCatalog, closingReason, begunFor: of.requestId, shown }, from?.tasks);
    this.tasksBefore = [...(from?.tasks.tasks ?? [])];
    this.removal = from?.removal;
    this.confirmedActive = from?.confirmedActive;
  }

  toHandOver(): StepsSnapshot {
    const { removal, confirmedActive } = this;
    return { results: this.run.results(), tasks: this.people.snapshot(), removal, confirmedActive };
  }

  /** A step begins, on its own or by asking the system `on`. */
  begin(name: StepName, on?: System): void {
    if (!this.run.isRepeated(name)) this.progress.begin(name, on);
  }

  /** A step is done: who did it, and the evidence. */
  done(name: StepName, by: string, evidence?: string): void {
    if (!this.run.isRepeated(name)) this.progress.end(name, 'done', by, evidence);
  }

  /** Whether it may have happened at the vendor, although nobody knows. */
  mayBeDone(name: StepName, mayBe: boolean): void {
    if (!this.run.isRepeated(name)) this.progress.mayBeDone(name, mayBe);
  }

  /**
   * The gate of the DMS vendors (spec: cancellations.md, "the gate first"): passes only when the parent sales account's
   * Effective Status is one that means not active. A person looks at one that is not understood. While CST cannot answer,
   * nothing proceeds. Two parts that come at once pass it together.
   */
  async gate(): Promise<void> {
    await this.run.once('gate', () => this.gateNow());
  }

  private async gateNow(): Promise<void> {
    this.passingGate ??= this.passGate().finally(() => {
      this.passingGate = undefined;
    });
    await this.passingGate;
  }

  private async passGate(): Promise<void> {
    const isOpen = openStepStates.includes(this.progress.step('gate').state);
    if (!isOpen || !this.run.isRepeated('gate')) this.progress.begin('gate', 'cst');
    for (;;) {
      const asked = this.tasksBefore.find(({ facts }) => facts.kind === 'gate-status')?.facts.gate;
      const gate: Gate = asked
        ? { ...asked, answer: 'not-understood' }
        : await this.lookAtStatus("Gate: the parent sales account's Effective Status");
      const status = `Effective Status of ${gate.account} is ${gate.status}`;
      if (gate.answer === 'open') {
        this.progress.end('gate', 'done', 'cst', status);
        return;
      }
      const said = gate.answer === 'not-understood' ? await this.statusByPerson(gate) : undefined;
      if (said === 'look again') continue;
      if (this.of.whenActive === 'block') {
        const [reason, by] = said ? [`${status}; ${said.by} found that it is Active`, said.by] : [status, 'cst'];
        this.progress.end('gate', 'blocked', by, reason);
        this.closingReason = reason;
        throw new Refused(reason, by);
      }
      this.progress.wait('gate', 'account_status', `${gate.account} to be no longer Active`);
      const { account } = this.of;
      await queries.untilNotActive.executeWithOptions({ summary: 'Wait until the account is no longer Active' }, [
        { account, confirmedActive: said && gate.status },
      ]);
    }
  }

  /** A person looks at a status that is not understood; they can say that the account is Active, but not open the gate. */
  private async statusByPerson(gate: Gate): Promise<{ by: string } | 'look again'> {
    const { confirmedActive } = this;
    if (confirmedActive?.account === gate.account && confirmedActive.status === gate.status) return confirmedActive;
    const { account, status } = gate;
    const outcome = await this.openTask('gate', 'gate-status', { gate: { account, status } });
    if (outcome.how === 'not_completed') {
      this.closingReason = 'a team lead closed the gate without completing it';
      throw new GateNotCompleted();
    }
    this.progress.begin('gate', 'cst');
    if (outcome.how !== 'done' || outcome.answers.decision !== 'active') return 'look again';
    this.confirmedActive = { ...gate, by: outcome.by };
    return this.confirmedActive;
  }

  /** A step that needs nobody; its answer has the evidence. */
  async automatic<Answer extends { evidence: string }>(
    name: StepName,
    on: System & SystemCode,
    answer: () => Promise<Answer>,
  ): Promise<Answer> {
    this.begin(name, on);
    const given = await this.run.once(name, answer);
    this.done(name, on, given.evidence);
    return given;
  }

  /** A step that a person does. @returns whether they did; `false` when a team lead closed it without completing it. */
  async person(name: StepName & TaskKind, facts: Partial<CancellationTaskFacts> = {}): Promise<boolean> {
    const outcome = await this.task(name, name, facts);
    if (outcome.how === 'done') this.done(name, outcome.by, outcome.evidence);
    return outcome.how === 'done';
  }

  /** A person's step that must not be begun, nor go on, while the account is Active. @returns null when a team lead closed it without completing it */
  async personBehindGate(
    name: StepName & TaskKind,
    facts: Partial<CancellationTaskFacts> = {},
  ): Promise<{ by: string; evidence: string } | null> {
    for (;;) {
      const isBegun = this.run.isKnown(name) || this.tasksBefore.some(({ facts }) => facts.kind === name);
      if (!isBegun) await this.gateNow();
      const outcome = await this.task(name, name, facts);
      if (outcome.how === 'closed') continue;
      if (outcome.how === 'not_completed') return null;
      this.done(name, outcome.by, outcome.evidence);
      return outcome;
    }
  }

  /**
   * Opens a task for a step and waits for its outcome; a team lead's "not completed" ends the step, a `done` is the caller's to
   * end. `closed` is the outcome of a task whose guard did not hold any more.
   */
  async task(name: StepName, kind: TaskKind, facts: Partial<CancellationTaskFacts> = {}): Promise<TaskOutcome> {
    const outcome = await this.run.once(name, () => this.outcomeOf(name, kind, facts));
    if (outcome.how === 'closed' && !outcome.byGuard) throw new CancelledFailure('withdrawn');
    return outcome;
  }

  private async openTask(name: StepName, kind: TaskKind, facts: Partial<CancellationTaskFacts>): Promise<TaskOutcome> {
    const outcome = await this.outcomeOf(name, kind, facts);
    if (outcome.how === 'closed' && !outcome.byGuard) throw new CancelledFailure('withdrawn');
    return outcome;
  }

  private async outcomeOf(name: StepName, kind: TaskKind, facts: Partial<CancellationTaskFacts>): Promise<TaskOutcome> {
    const { cancellationId, account, integration, dealerId } = this.of;
    const watch: TaskWatch = {
      onChange: (taskId, on) => this.waitForTask(name, taskId, on),
      guard: this.guardOf(kind, facts),
    };
    const before = this.tasksBefore.findIndex((task) => task.facts.kind === kind);
    const [known] = before < 0 ? [] : this.tasksBefore.splice(before, 1);
    const outcome = await (known
      ? this.people.resume(known.id, watch)
      : this.people.open(
          { process: 'cancellations', kind, subject: cancellationId, account, integration, dealerId, ...facts },
          watch,
        ));
    this.run.hasNews(name);
    if (outcome.how !== 'done' && outcome.begun) this.progress.mayBeDone(name, true);
    if (outcome.how === 'not_completed') this.progress.end(name, 'not_completed', outcome.by, 'closed by a team lead');
    return outcome;
  }

  private guardOf(kind: TaskKind, { gate }: Partial<CancellationTaskFacts>): Guard | undefined {
    const { guard } = taskCatalog[kind];
    if (guard === 'gate') return this.guard({ gate: 'open' }, 'Is the account still not Active?', accountAllows);
    if (guard === 'status-unclear') {
      const { status } = gate!;
      const summary = 'Is the Effective Status still not understood?';
      return this.guard({ unclearStatus: status }, summary, (now) => stillUnclear(now, status));
    }
    return undefined;
  }

  /** What the checklist says already is no change, such as of a task that was handed over. */
  waitForTask(name: StepName, taskId: string, on: string): void {
    const { waitingOn, waitingOnCode, ...step } = this.progress.step(name);
    if (step.taskId === taskId && (waitingOn === on || (on === 'team_lead' && waitingOnCode === on))) return;
    this.run.hasNews(name);
    this.progress.waitForTask(name, taskId, on);
  }

  private guard(holds: Guarded['holds'], summary: string, brokenBy: (gate: Gate) => GuardBroken | undefined): Guard {
    const { account } = this.of;
    return {
      subject: "The account's Effective Status",
      check: async () => brokenBy(await quickQueries.parentStatus.executeWithOptions({ summary }, [{ account }])),
      broken: async (from) =>
        brokenBy(await queries.guardBroken.executeWithOptions({ summary }, [{ account, holds, from }]))!,
    };
  }

  private lookAtStatus(summary: string): Promise<Gate> {
    const { account } = this.of;
    return queries.parentStatus.executeWithOptions({ summary }, [{ account }]);
  }

  snapshot(): IntegrationProgress {
    return { integration: this.of.integration, ...this.progress.snapshot() };
  }

  /** What would have to be reinstated now: done at the vendor, or perhaps done. Nothing when it has been reinstated. */
  whatToReinstate(): { done: StepName[]; unknown: StepName[] } {
    const { steps } = this.progress;
    if (steps.some((step) => step.step === 'reinstate' && step.endedAt)) return { done: [], unknown: [] };
    const withEffect = steps.filter((step) => !withoutEffect.includes(step.step));
    const namesOf = (some: StepProgress[]) => some.map((step) => step.step);
    return {
      done: namesOf(withEffect.filter((step) => step.state === 'done')),
      unknown: namesOf(withEffect.filter((step) => step.state !== 'done' && step.mayBeDone)),
    };
  }

  /** The task to reinstate what was ended, when anything was; no longer to be withdrawn. */
  async reinstate(): Promise<void> {
    const { done, unknown } = this.whatToReinstate();
    if (done.length + unknown.length === 0) return;
    await CancellationScope.nonCancellable(async () => {
      const { evidence, reason } = await this.run.once('reinstate', () => restoreEvents(this));
      if (evidence === undefined) return this.person('reinstate', { done, unknown, reason });
      const restored: StepName[] = ['vin-event-stream'];
      const left = (names: StepName[]) => names.filter((name) => !restored.includes(name));
      if (left([...done, ...unknown]).length === 0) return this.done('reinstate', 'vinsolutions_events', evidence);
      return this.person('reinstate', { done: left(done), unknown: left(unknown), restored });
    });
  }
}

function accountAllows({ account, status, answer }: Gate): GuardBroken | undefined {
  if (answer === 'open') return undefined;
  if (answer === 'active') return { reason: accountIsActive, code: 'account-active' satisfies GateCode };
  const reason = `the Effective Status of ${account} is ${status}, which is not understood`;
  return { reason, code: 'status-not-understood' satisfies GateCode };
}

function stillUnclear({ account, status, answer }: Gate, known: string): GuardBroken | undefined {
  if (answer === 'not-understood' && status === known) return undefined;
  return { reason: `the Effective Status of ${account} is ${status} now` };
}

/** Two parts that do not wait for each other; when one stops the procedure, so does the other. */
export async function together(...parts: (() => Promise<unknown>)[]): Promise<void> {
  const scope = new CancellationScope();
  await scope.run(async () => {
    const stopOthers = (error: unknown) => {
      scope.cancel();
      throw error;
    };
    const ends = await Promise.allSettled(parts.map((part) => part().catch(stopOthers)));
    const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (errors.length > 0) throw errors.find((error) => !isCancellation(error)) ?? errors[0];
  });
}
