import { CancellationScope } from '@temporalio/workflow';
import type { Guarded } from '../../activities/cancellations/guards.ts';
import type { RemovalAnswer, RemovalRequest } from '../../activities/cancellations/vinEventStream.ts';
import type {
  IntegrationEnd,
  IntegrationProgress,
  StepProgress,
  WaitingOn,
  WhenActive,
} from '../../domain/cancellations/cancellations.ts';
import {
  type CancellationTaskFacts,
  type StepName,
  type TaskKind,
  taskCatalog,
} from '../../domain/cancellations/catalog.ts';
import { stepsWithoutEffect } from '../../domain/cancellations/effects.ts';
import type { Gate, GateCode } from '../../domain/cancellations/gate.ts';
import { openStepStates } from '../../domain/shared/checklist.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import type { HumanTasks } from '../shared/humanTasks.ts';
import { type ProcedureSnapshot, ProcedureSteps } from '../shared/procedureSteps.ts';
import type { Run } from '../shared/runs.ts';
import type { Guard, GuardBroken, TaskOutcome } from '../shared/taskRecord.ts';
import { queries, quickQueries } from './activities.ts';
import type { IntegrationChecklist } from './progress.ts';
import { restoreEvents } from './restoreEvents.ts';

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
export interface StepsSnapshot extends ProcedureSnapshot<StepName, CancellationTaskFacts> {
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

/** What the vendors' procedures share: each method is one step, from its beginning to its end. */
export class Steps {
  readonly of: IntegrationCancellation;
  readonly progress: IntegrationChecklist;
  readonly run: Run<StepName>;
  readonly people: HumanTasks<CancellationTaskFacts>;
  /** Begins and ends steps, the same in every process. Tasks are opened by `task` and the like, which add the guard. */
  readonly procedure: ProcedureSteps<StepName, WaitingOn, IntegrationEnd, CancellationTaskFacts>;
  /** Why tasks are closed when the procedure is stopped. */
  private closingReason = 'the cancellation was withdrawn';
  /** A request to remove the dealer from the Vin Event Stream, until it is answered. */
  removal: OpenRemoval | undefined;
  private passingGate: Promise<void> | undefined;
  /** A person's word that the account with this status is Active, kept for as long as the status stays. */
  private confirmedActive: (Gate & { by: string }) | undefined;

  constructor(of: IntegrationCancellation, progress: IntegrationChecklist, from?: StepsSnapshot) {
    this.of = of;
    const closingReason = () => this.closingReason;
    const tasks = { catalog: taskCatalog, closingReason, begunFor: of.requestId };
    this.procedure = new ProcedureSteps(progress, tasks, from);
    this.progress = progress;
    this.run = this.procedure.run;
    this.people = this.procedure.people;
    this.removal = from?.removal;
    this.confirmedActive = from?.confirmedActive;
  }

  toHandOver(): StepsSnapshot {
    const { removal, confirmedActive } = this;
    return { ...this.procedure.toHandOver(), removal, confirmedActive };
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
      const asked = this.procedure.taskBefore('gate-status')?.gate;
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
    const outcome = await this.procedure.taskOfThisRun(
      'gate',
      ...this.asked('gate-status', { gate: { account, status } }),
    );
    if (outcome.how === 'not_completed') {
      this.closingReason = 'a team lead closed the gate without completing it';
      throw new GateNotCompleted();
    }
    this.progress.begin('gate', 'cst');
    if (outcome.how !== 'done' || outcome.answers.decision !== 'active') return 'look again';
    this.confirmedActive = { ...gate, by: outcome.by };
    return this.confirmedActive;
  }

  /** A step that a person does. @returns whether they did; `false` when a team lead closed it without completing it. */
  async person(name: StepName & TaskKind, facts: Partial<CancellationTaskFacts> = {}): Promise<boolean> {
    const outcome = await this.task(name, name, facts);
    if (outcome.how === 'done') this.procedure.done(name, outcome.by, outcome.evidence);
    return outcome.how === 'done';
  }

  /** A person's step that must not be begun, nor go on, while the account is Active. @returns null when a team lead closed it without completing it */
  async personBehindGate(
    name: StepName & TaskKind,
    facts: Partial<CancellationTaskFacts> = {},
  ): Promise<{ by: string; evidence: string } | null> {
    for (;;) {
      const isBegun = this.run.isKnown(name) || this.procedure.taskBefore(name) !== undefined;
      if (!isBegun) await this.gateNow();
      const outcome = await this.task(name, name, facts);
      if (outcome.how === 'closed') continue;
      if (outcome.how === 'not_completed') return null;
      this.procedure.done(name, outcome.by, outcome.evidence);
      return outcome;
    }
  }

  /**
   * Opens a task for a step and waits for its outcome; a team lead's "not completed" ends the step, a `done` is the caller's to
   * end. `closed` is the outcome of a task whose guard did not hold any more.
   */
  task(name: StepName, kind: TaskKind, facts: Partial<CancellationTaskFacts> = {}): Promise<TaskOutcome> {
    return this.procedure.task(name, ...this.asked(kind, facts));
  }

  private asked(kind: TaskKind, more: Partial<CancellationTaskFacts>): [CancellationTaskFacts, Guard | undefined] {
    const { cancellationId: subject, account, integration, dealerId } = this.of;
    const facts = { process: 'cancellations', kind, subject, account, integration, dealerId, ...more } as const;
    return [facts, this.guardOf(kind, more)];
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
    const withEffect = steps.filter((step) => !stepsWithoutEffect.includes(step.step));
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
      if (left([...done, ...unknown]).length === 0)
        return this.procedure.done('reinstate', 'vinsolutions_events', evidence);
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
