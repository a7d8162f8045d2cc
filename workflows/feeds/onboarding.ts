import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type { ProResponseMailEnd } from '../../activities/feeds/onboardingMails.ts';
import type { FeedKind } from '../../domain/feeds/feeds.ts';
import {
  type FileLocation,
  inOrder,
  type OnboardingEnd,
  type OnboardingProgress,
  type OnboardingStep,
  type OnboardingWait,
  onboardingStepCatalog,
  onboardingStepsAhead,
  onboardingTitle,
  onboardingWaitTitles,
  type PermissionOutcome,
  trialStep,
} from '../../domain/feeds/onboarding.ts';
import { type OnboardingTaskFacts, onboardingTaskCatalog } from '../../domain/feeds/onboardingCatalog.ts';
import type { ProResponseMail } from '../../domain/feeds/onboardingMail.ts';
import type { OnboardFeedStart } from '../../domain/feeds/onboardingMessages.ts';
import { feedSearchAttributes } from '../../domain/feeds/searchAttributes.ts';
import { Checklist } from '../shared/checklist.ts';
import { wasCanceled } from '../shared/failures.ts';
import { type ProcedureSnapshot, ProcedureSteps } from '../shared/procedureSteps.ts';
import type { TaskOutcome } from '../shared/taskRecord.ts';
import { onboardingRecords, proResponseMails } from './activities.ts';

/** What people and systems have said to an onboarding: plain data, which one run hands over to the next. */
export interface Received {
  /** What is wanted; none while nobody has said it. */
  kinds: FeedKind[];
  /** ProResponse is being asked, or was: it is asked for no other kinds. */
  isAsked?: true;
  permission?: { outcome: Exclude<PermissionOutcome, 'withdrawn'>; on: string; by: string };
  /** As somebody has reported it, with the first file. */
  location?: { at: FileLocation; by: string };
  /** It is not wanted any more, or the dealer has taken its permission back. */
  withdrawal?: { reason: string; by: string };
  /** How the procedure has ended, unless it was withdrawn. */
  end?: { state: Exclude<OnboardingEnd, 'withdrawn'>; by: string; reason?: string };
}

/** Ends the procedure before the daily sync. */
export class EndedEarly extends Error {
  readonly end: NonNullable<Received['end']>;

  constructor(end: NonNullable<Received['end']>) {
    super(end.reason);
    this.end = end;
  }
}

export type OnboardingSnapshot = ProcedureSnapshot<OnboardingStep, OnboardingTaskFacts>;

/** What the steps of an onboarding share. */
export class Onboarding {
  readonly of: OnboardFeedStart;
  readonly received: Received;
  readonly progress: Checklist<OnboardingStep, OnboardingWait, OnboardingEnd>;
  readonly procedure: ProcedureSteps<OnboardingStep, OnboardingWait, OnboardingEnd, OnboardingTaskFacts>;
  /** Raised when somebody says that a file is there: it is looked for at once. */
  looks = 0;
  /** Why tasks are closed when what they belong to is stopped. */
  closingReason = 'the onboarding has ended';

  constructor(
    of: OnboardFeedStart,
    received: Received,
    from: { progress?: OnboardingProgress; steps?: OnboardingSnapshot } = {},
  ) {
    this.of = of;
    this.received = received;
    this.progress = checklistOf(of, received, from.progress);
    const tasks = {
      catalog: onboardingTaskCatalog,
      closingReason: () => this.closingReason,
      begunFor: of.onboardingId,
    };
    this.procedure = new ProcedureSteps(this.progress, tasks, from.steps);
  }

  /** Opens a task for a step and waits for its outcome; `closed` when what it asks for has come otherwise. */
  task(
    step: OnboardingStep,
    facts: Pick<OnboardingTaskFacts, 'kind'> & Partial<OnboardingTaskFacts>,
  ): Promise<TaskOutcome> {
    const { onboardingId: subject, account } = this.of;
    return this.procedure.task(step, {
      ...{ process: 'feeds', subject, account, kinds: this.received.kinds },
      ...facts,
    });
  }

  /** Waits, and says for whom; what an earlier run has said is not said again. */
  waitFor(step: OnboardingStep, on: OnboardingWait, words: string): void {
    this.procedure.begin(step, on);
    if (!this.procedure.run.isRepeated(step)) this.progress.wait(step, on, words);
  }

  /** What is wanted, and with it the trials that there will be. */
  setKinds(kinds: readonly FeedKind[]): void {
    const wanted = inOrder(kinds);
    if (wanted.join() === this.received.kinds.join()) return;
    this.received.kinds = wanted;
    const { steps } = this.progress;
    for (const kind of wanted) {
      const step = trialStep[kind];
      if (steps.some((one) => one.step === step)) continue;
      const next = steps.findIndex(
        (one) => one.step === 'lead-export' || (kind === 'sales' && one.step === trialStep.service),
      );
      steps.splice(next, 0, { step, title: onboardingStepCatalog[step].title, state: 'next' });
    }
    this.progress.saveAgain();
  }

  /**
   * A mail to ProResponse: by the mail server, or by a person where that cannot be, or nobody knows whether it has arrived.
   * @returns who has sent it, and the evidence; without it the team lead who has closed the task without completing it
   */
  async tellProResponse(step: OnboardingStep, mail: ProResponseMail): Promise<{ by: string; evidence?: string }> {
    for (;;) {
      this.procedure.begin(step, 'mail_server');
      const sent = await this.procedure.run.once(step, () => this.sendOrDrop(step, mail));
      if (sent.state === 'accepted') return { by: 'mail_server', evidence: sent.answer };
      if (sent.state === 'unknown') this.procedure.mayBeDone(step, true);
      const kind = sent.state === 'unknown' ? 'proresponse-mail-unknown' : 'proresponse-mail';
      const outcome = await this.task(step, { kind, mail, reason: sent.answer || undefined });
      if (outcome.how !== 'done') return { by: outcome.how === 'not_completed' ? outcome.by : 'dealerops' };
      const { by, evidence, answers } = outcome;
      const sendAgain = answers.outcome === 'send_again';
      if (kind === 'proresponse-mail-unknown') await this.settle(step, { mail, sendAgain, by });
      this.procedure.mayBeDone(step, false);
      if (!sendAgain) return { by, evidence };
    }
  }

  private async settle(
    step: OnboardingStep,
    settled: { mail: ProResponseMail; sendAgain: boolean; by: string },
  ): Promise<void> {
    const { onboardingId } = this.of;
    await this.procedure.run.once(step, () =>
      onboardingRecords.settleProResponseMail.executeWithOptions({ summary: 'Record what became of the mail' }, [
        { onboardingId, ...settled },
      ]),
    );
  }

  /** A withdrawal stops a mail that has not left, and learns of one that has. */
  async sendOrDrop(step: OnboardingStep, mail: ProResponseMail): Promise<ProResponseMailEnd> {
    const { onboardingId } = this.of;
    const { run } = this.procedure;
    const summary = `Mail to ProResponse: ${mail.what}`;
    try {
      return await run.action(() =>
        proResponseMails.sendProResponseMail.executeWithOptions({ summary }, [
          { onboardingId, kinds: this.received.kinds, mail },
        ]),
      );
    } catch (error) {
      if (!wasCanceled(error)) throw error;
      const left = await CancellationScope.nonCancellable(() =>
        run.during(() =>
          onboardingRecords.dropProResponseMail.executeWithOptions(
            { summary: 'Keep the mail from leaving, if it has not' },
            [{ onboardingId, mail }],
          ),
        ),
      );
      if (step === 'request' && left.state === 'accepted') this.progress.end(step, 'done', 'mail_server', left.answer);
      if (left.state === 'unknown') this.progress.mayBeDone(step, true);
      throw new CancelledFailure('not wanted any more');
    }
  }
}

function checklistOf(
  { onboardingId, account, dms }: OnboardFeedStart,
  received: Received,
  progress: OnboardingProgress = { state: 'in_progress', steps: onboardingStepsAhead(received.kinds) },
): Onboarding['progress'] {
  return new Checklist({
    title: 'Onboarding',
    heading: onboardingTitle({ account, dms }),
    stepCatalog: onboardingStepCatalog,
    waitingOnTitles: onboardingWaitTitles,
    from: progress,
    searchAttributes: (of) => feedSearchAttributes({ account, dms, ...of }),
    async save({ version, snapshot, events }, summary) {
      await onboardingRecords.saveOnboarding.executeWithOptions({ summary }, [
        { onboardingId, account, dms, kinds: received.kinds, version, progress: snapshot, events },
      ]);
    },
  });
}
