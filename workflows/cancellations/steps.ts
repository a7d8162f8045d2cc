import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  defineQuery,
  defineSignal,
  isCancellation,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { IntegrationProgress, StepProgress, WhenActive } from '../../domain/cancellations/cancellations.ts';
import {
  type CancellationTaskFacts,
  type StepName,
  type TaskKind,
  taskCatalog,
} from '../../domain/cancellations/catalog.ts';
import type { Gate } from '../../domain/cancellations/gate.ts';
import { type System, systemTitles } from '../../domain/cancellations/systems.ts';
import type { IntegrationName } from '../../domain/shared/vendors.ts';
import { HumanTasks } from '../shared/humanTasks.ts';
import type { Guard, TaskOutcome } from '../shared/taskRecord.ts';
import { noticesSent, untilAvailable } from '../shared/untilAvailable.ts';
import { queries, quickQueries } from './activities.ts';
import { endReporter } from './adoption.ts';
import { type IntegrationChecklist, integrationChecklist } from './progress.ts';

/** What a vendor's procedure is started with. */
export interface IntegrationCancellation {
  cancellationId: string;
  account: string;
  integration: IntegrationName;
  /** At the vendor, when it was asked for. */
  dealerId?: string;
  whenActive: WhenActive;
}

/** Sent by the dealer's workflow: the customer stays. */
export const withdrawSignal = defineSignal<[{ reason: string; by: string }]>('withdraw');
const progressQuery = defineQuery<IntegrationProgress>('progress');

/** The gate is closed: the parent sales account is Active and the cancellation is not to wait. */
class Refused extends Error {
  /** Who says that it is Active. */
  readonly by: string;

  constructor(reason: string, by: string) {
    super(reason);
    this.by = by;
  }
}

/** A team lead has closed the gate's task without completing it, so that nothing behind the gate may be done. */
class GateNotCompleted extends Error {}

const accountIsActive = 'the parent sales account is Active again';
/** Nothing happened at the vendor in these steps, so there is nothing to reinstate. */
const withoutEffect: readonly StepName[] = ['gate', 'group-question', 'reinstate'];

/** What the vendors' procedures share: each method is one step, from its beginning to its end. */
export class Steps {
  readonly progress: IntegrationChecklist;
  readonly of: IntegrationCancellation;
  readonly people: HumanTasks<CancellationTaskFacts>;
  /** Why tasks are closed when the procedure is stopped. */
  private closingReason = 'the cancellation was withdrawn';
  private passingGate: Promise<void> | undefined;
  /** A person's word that the account with this status is Active, kept for as long as the status stays. */
  private saidActive: (Gate & { by: string }) | undefined;

  constructor(of: IntegrationCancellation, progress: IntegrationChecklist) {
    this.of = of;
    this.progress = progress;
    this.people = new HumanTasks({ catalog: taskCatalog, closingReason: () => this.closingReason });
  }

  /**
   * The gate of the DMS vendors (spec: cancellations.md, "the gate first"): passes only when the parent sales account's
   * Effective Status is one that means not active. A person looks at one that is not understood. While CST cannot answer,
   * nothing proceeds. Two parts that come at once pass it together.
   */
  async gate(): Promise<void> {
    this.passingGate ??= this.passGate().finally(() => {
      this.passingGate = undefined;
    });
    await this.passingGate;
  }

  private async passGate(): Promise<void> {
    this.progress.begin('gate', 'cst');
    for (;;) {
      const gate = await this.lookAtStatus("Gate: the parent sales account's Effective Status");
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
      await sleep('1 day', { summary: 'Look at the Effective Status again' });
    }
  }

  /** A person looks at a status that is not understood; they can say that the account is Active, but not open the gate. */
  private async statusByPerson(gate: Gate): Promise<{ by: string } | 'look again'> {
    const { saidActive } = this;
    if (saidActive?.account === gate.account && saidActive.status === gate.status) return saidActive;
    const { account, status } = gate;
    const outcome = await this.task('gate', 'gate-status', { gate: { account, status } });
    if (outcome.how === 'not_completed') {
      this.closingReason = 'a team lead closed the gate without completing it';
      throw new GateNotCompleted();
    }
    this.progress.begin('gate', 'cst');
    if (outcome.how !== 'done' || outcome.answers.decision !== 'active') return 'look again';
    this.saidActive = { ...gate, by: outcome.by };
    return this.saidActive;
  }

  /** A step that needs nobody; its answer has the proof. */
  async automatic<Answer extends { evidence: string }>(
    name: StepName,
    on: System,
    answer: () => Promise<Answer>,
  ): Promise<Answer> {
    this.progress.begin(name, on);
    const given = await untilAvailable(systemTitles[on], answer);
    this.progress.end(name, 'done', systemTitles[on], given.evidence);
    return given;
  }

  /** A step that a person does. @returns whether they did; `false` when a team lead closed it without completing it. */
  async person(name: StepName & TaskKind, facts: Partial<CancellationTaskFacts> = {}): Promise<boolean> {
    const outcome = await this.task(name, name, facts);
    if (outcome.how === 'done') this.progress.end(name, 'done', outcome.by, outcome.evidence);
    return outcome.how === 'done';
  }

  /** A person's step that must not be begun, nor go on, while the account is Active. @returns null when a team lead closed it without completing it */
  async personBehindGate(name: StepName & TaskKind): Promise<{ by: string; evidence: string } | null> {
    for (;;) {
      await this.gate();
      const outcome = await this.task(name, name);
      if (outcome.how === 'closed') continue;
      if (outcome.how === 'not_completed') return null;
      this.progress.end(name, 'done', outcome.by, outcome.evidence);
      return outcome;
    }
  }

  /**
   * Opens a task for a step and waits for its outcome; `not_completed` ends the step, a `done` is the caller's to end.
   * `closed` is the outcome of a task whose guard did not hold any more.
   */
  async task(name: StepName, kind: TaskKind, facts: Partial<CancellationTaskFacts> = {}): Promise<TaskOutcome> {
    const { cancellationId, account, integration, dealerId } = this.of;
    const outcome = await this.people.open(
      { process: 'cancellations', kind, subject: cancellationId, account, integration, dealerId, ...facts },
      {
        onChange: (taskId, on) => this.progress.waitForTask(name, taskId, on),
        guard: this.guardOf(kind, facts),
      },
    );
    if (outcome.how !== 'done' && outcome.begun) this.progress.mayBeDone(name, true);
    if (outcome.how === 'not_completed') this.progress.end(name, 'not_completed', outcome.by, 'closed by a team lead');
    if (outcome.how === 'closed' && !outcome.byGuard) throw new CancelledFailure('withdrawn');
    return outcome;
  }

  private guardOf(kind: TaskKind, { gate }: Partial<CancellationTaskFacts>): Guard | undefined {
    const { guard } = taskCatalog[kind];
    if (guard === 'gate') return (personWaits) => this.accountAllows(personWaits);
    if (guard === 'status-unclear') return (personWaits) => this.stillNotUnderstood(gate!.status, personWaits);
    return undefined;
  }

  private async accountAllows(personWaits: boolean): ReturnType<Guard> {
    const { account, status, answer } = await this.lookAtStatus('Is the account still not Active?', personWaits);
    if (answer === 'open') return { ok: true };
    if (answer === 'active') return { ok: false, reason: accountIsActive, refusal: 'account_active' };
    const reason = `the Effective Status of ${account} is ${status}, which is not understood`;
    return { ok: false, reason, refusal: 'status_not_understood' };
  }

  private async stillNotUnderstood(known: string, personWaits: boolean): ReturnType<Guard> {
    const summary = 'Is the Effective Status still not understood?';
    const { account, status, answer } = await this.lookAtStatus(summary, personWaits);
    if (answer === 'not-understood' && status === known) return { ok: true };
    return { ok: false, reason: `the Effective Status of ${account} is ${status} now`, refusal: 'wrong_state' };
  }

  private lookAtStatus(summary: string, personWaits = false): Promise<Gate> {
    const { account } = this.of;
    return personWaits
      ? quickQueries.parentStatus.executeWithOptions({ summary }, [{ account }])
      : untilAvailable('CST', () => queries.parentStatus.executeWithOptions({ summary }, [{ account }]));
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
    await CancellationScope.nonCancellable(() => this.person('reinstate', { done, unknown }));
  }
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

/**
 * Carries out one vendor's procedure from its first step to its end, whichever that is: ended, refused by the gate, ended
 * by a lead as not done, or withdrawn. What was done before a refusal or withdrawal becomes a task to set it up again.
 */
export async function carryOut(
  of: IntegrationCancellation,
  procedure: (steps: Steps) => Promise<unknown>,
): Promise<IntegrationProgress> {
  const progress = integrationChecklist(of);
  const steps = new Steps(of, progress);
  const scope = new CancellationScope();
  const told: { withdrawal?: { reason: string; by: string } } = {};
  const reportEnd = endReporter(of.cancellationId);
  setHandler(progressQuery, () => steps.snapshot());
  setHandler(withdrawSignal, (message) => {
    told.withdrawal ??= message;
    scope.cancel();
  });

  let refusal: Refused | undefined;
  try {
    await scope.run(() => procedure(steps));
  } catch (error) {
    if (error instanceof Refused) refusal = error;
    else if (error instanceof GateNotCompleted) {
      // What a lead has ended is concluded below.
    } else if (!isCancellation(error) && !scope.consideredCancelled) throw error;
    else told.withdrawal ??= { reason: 'the workflow was canceled in Temporal', by: 'Temporal' };
  }

  await CancellationScope.nonCancellable(async () => {
    if (told.withdrawal) await withdraw(steps, told.withdrawal);
    else if (refusal) {
      progress.endRest('blocked', refusal.by);
      await steps.reinstate();
      progress.conclude('blocked', refusal.by, refusal.message);
    } else if (progress.steps.every((step) => step.state === 'done')) {
      progress.conclude('ended', 'dealerops');
    } else {
      progress.endRest('not_completed', 'dealerops');
      progress.conclude('not_completed', 'dealerops', 'a team lead closed a step without completing it');
    }
    await settled(steps);
    // A withdrawal that came with the last step still counts.
    if (told.withdrawal && progress.state !== 'withdrawn') {
      await withdraw(steps, told.withdrawal);
      await settled(steps);
    }
    await reportEnd(steps.snapshot());
  });
  return steps.snapshot();
}

/**
 * For a withdrawal that comes when the integration's cancellation has already ended: only the task to set it up again.
 * @param ended how it had ended
 */
export async function reinstate(
  of: IntegrationCancellation & { ended: IntegrationProgress; withdrawal: { reason: string; by: string } },
): Promise<IntegrationProgress> {
  const progress = integrationChecklist({ ...of, progress: of.ended });
  const steps = new Steps(of, progress);
  const reportEnd = endReporter(of.cancellationId);
  setHandler(progressQuery, () => steps.snapshot());
  await CancellationScope.nonCancellable(async () => {
    await withdraw(steps, of.withdrawal);
    await settled(steps);
    await reportEnd(steps.snapshot());
  });
  return steps.snapshot();
}

async function withdraw(steps: Steps, { by, reason }: { reason: string; by: string }): Promise<void> {
  steps.progress.reopen();
  steps.progress.endRest('withdrawn', by);
  await steps.reinstate();
  steps.progress.conclude('withdrawn', by, reason);
}

/** The tables hold all, and every person who answered has heard. */
async function settled(steps: Steps): Promise<void> {
  await steps.progress.saved();
  await condition(() => allHandlersFinished() && steps.people.writing === 0);
  await noticesSent();
}
