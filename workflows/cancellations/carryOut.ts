import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { IntegrationProgress } from '../../domain/cancellations/cancellations.ts';
import type { IntegrationWithdrawal } from '../../domain/cancellations/messages.ts';
import { openStepStates } from '../../domain/shared/checklist.ts';
import { allNoticesSent } from '../shared/backgroundNotices.ts';
import { overRuns, settled } from '../shared/overRuns.ts';
import { records } from './activities.ts';
import { reportEnd } from './integrationEnds.ts';
import { integrationChecklist } from './progress.ts';
import { GateNotCompleted, type IntegrationCancellation, Refused, Steps, type StepsSnapshot } from './steps.ts';

/** Sent by the dealer's workflow: the customer stays. */
export const withdrawSignal = defineSignal<[IntegrationWithdrawal]>('withdraw');
/** The tables may have lost the integration's row, and its tasks. */
const saveAgainSignal = defineSignal('saveAgain');
const progressQuery = defineQuery<IntegrationProgress>('progress');

/** Of one run of an integration's workflow, in events. */
const longHistory = 1_000;

/** What a run of an integration's workflow hands over to the next one. */
interface HandedOver {
  progress: IntegrationProgress;
  steps: StepsSnapshot;
  received: Received;
}

interface Received {
  withdrawal?: { reason: string; by: string };
  /** The procedure has ended, and this is how, unless it was withdrawn; what follows may wait for a person. */
  end?: { how: 'completed' } | { how: 'blocked'; by: string; reason: string };
}

/** As the first run is started, or the next one. */
type OfRun<Of> = Of & { handedOver?: HandedOver };

/**
 * Carries out one vendor's procedure from its first step to its end, whichever that is: ended, blocked by the gate, ended
 * by a team lead as not completed, or withdrawn. What was done before it was blocked or withdrawn becomes a task to reinstate it.
 */
export async function carryOut(
  { handedOver, ...of }: OfRun<IntegrationCancellation>,
  procedure: (steps: Steps) => Promise<unknown>,
): Promise<IntegrationProgress> {
  const steps = new Steps(of, integrationChecklist({ ...of, progress: handedOver?.progress }), handedOver?.steps);
  const received: Received = handedOver?.received ?? {};
  const scope = new CancellationScope();
  const withdraw = (withdrawal: { reason: string; by: string }) => {
    received.withdrawal ??= withdrawal;
    scope.cancel();
  };
  // What an earlier run has done before the withdrawal is known to this one.
  if (received.withdrawal) scope.cancel();
  setHandler(withdrawSignal, ({ cancellationId, reason, by }) => {
    // Its dealer's workflow knows this one by its workflow ID only, which an earlier cancellation's may have had.
    if (cancellationId === of.cancellationId) withdraw({ reason, by });
  });
  CancellationScope.current().cancelRequested.catch(() =>
    withdraw({ reason: 'the workflow was canceled in Temporal', by: 'temporal' }),
  );
  return inRuns(of, steps, received, async () => {
    received.end ??= await endOf(scope, () => procedure(steps));
    await conclude(of, steps, received);
  });
}

/**
 * For a withdrawal that comes when the integration's cancellation has already ended: only the task to reinstate it.
 * @param ended how it had ended
 */
export async function reinstate({
  handedOver,
  ...of
}: OfRun<
  IntegrationCancellation & { ended: IntegrationProgress; withdrawal: { reason: string; by: string } }
>): Promise<IntegrationProgress> {
  const progress = handedOver?.progress ?? of.ended;
  const steps = new Steps(of, integrationChecklist({ ...of, progress }), handedOver?.steps);
  const received: Received = { withdrawal: of.withdrawal, end: { how: 'completed' } };
  return inRuns(of, steps, received, async () => {
    if (!handedOver) await CancellationScope.nonCancellable(() => readCorrectedEvidence(of, steps));
    await conclude(of, steps, received);
  });
}

/** What was corrected after the integration's workflow had ended is in the tables only. */
async function readCorrectedEvidence(of: IntegrationCancellation, { progress, run }: Steps): Promise<void> {
  const { cancellationId, integration } = of;
  const shown = await run.during(() =>
    records.evidenceOfTasks.executeWithOptions({ summary: 'The evidence as it was corrected' }, [
      { cancellationId, integration },
    ]),
  );
  for (const { taskId, evidence } of shown) progress.correct(taskId, evidence);
}

async function endOf(scope: CancellationScope, procedure: () => Promise<unknown>): Promise<Received['end']> {
  try {
    await scope.run(procedure);
  } catch (error) {
    if (error instanceof Refused) return { how: 'blocked', by: error.by, reason: error.message };
    if (!(error instanceof GateNotCompleted || isCancellation(error) || scope.consideredCancelled)) throw error;
  }
  return { how: 'completed' };
}

/** No longer to be withdrawn: what a person is to do about a withdrawal is its end. */
async function conclude(of: IntegrationCancellation, steps: Steps, received: Received): Promise<void> {
  const { progress } = steps;
  await CancellationScope.nonCancellable(async () => {
    if (received.withdrawal) await concludeWithdrawn(steps, received.withdrawal);
    else if (received.end?.how === 'blocked') {
      const { by, reason } = received.end;
      endRest(steps, 'blocked', 'dealerops', 'the parent sales account is Active');
      await steps.reinstate();
      progress.conclude('blocked', by, reason);
    } else if (progress.steps.every((step) => step.state === 'done')) {
      progress.conclude('ended', 'dealerops');
    } else {
      progress.endRest('not_completed', 'dealerops');
      progress.conclude('not_completed', 'dealerops', 'a team lead closed a step without completing it');
    }
    await settled(steps);
    // A withdrawal that came with the last step still counts.
    if (received.withdrawal && progress.state !== 'withdrawn') {
      await concludeWithdrawn(steps, received.withdrawal);
      await settled(steps);
    }
    await steps.run.during(async () => {
      await reportEnd(of, steps.snapshot());
      // A correction that has come meanwhile.
      await condition(() => allHandlersFinished() && progress.isSaved() && allNoticesSent());
    });
  });
}

async function concludeWithdrawn(steps: Steps, { by, reason }: { reason: string; by: string }): Promise<void> {
  if (!isReinstating(steps)) steps.progress.reopen();
  endRest(steps, 'withdrawn', by);
  await steps.reinstate();
  steps.progress.conclude('withdrawn', by, reason);
}

/** Not in a run that goes on while a person reinstates: the run before has ended the rest. */
function endRest(steps: Steps, state: 'withdrawn' | 'blocked', by: string, why?: string): void {
  if (!isReinstating(steps)) steps.progress.endRest(state, by, why);
}

function isReinstating({ progress }: Steps): boolean {
  return progress.steps.some(({ step, state }) => step === 'reinstate' && openStepStates.includes(state));
}

async function inRuns<Of extends IntegrationCancellation>(
  of: Of,
  steps: Steps,
  received: Received,
  work: () => Promise<void>,
): Promise<IntegrationProgress> {
  setHandler(progressQuery, () => steps.snapshot());
  setHandler(saveAgainSignal, () => {
    steps.progress.saveAgain();
    steps.people.looks += 1;
  });
  await overRuns(steps, longHistory, work, () => {
    const handedOver: HandedOver = { progress: steps.snapshot(), steps: steps.toHandOver(), received };
    return continueAsNew<(of: OfRun<Of>) => Promise<IntegrationProgress>>({ ...of, handedOver });
  });
  return steps.snapshot();
}
