import { openStepStates } from '../shared/checklist.ts';
import type { StepProgress } from './cancellations.ts';
import type { StepName } from './catalog.ts';

/** Nothing happens at the vendor in these steps, so there is nothing to reinstate. */
export const stepsWithoutEffect: readonly StepName[] = ['gate', 'group-question', 'reinstate'];

/** What a withdrawal of an integration means now, by steps; the integration's workflow decides by the same rules when it comes. */
export interface WithdrawalEffects {
  /** Not ended: they stop, and their open tasks close. */
  stopped: StepName[];
  /** Done at the vendor: to be undone. */
  done: StepName[];
  /** Perhaps done at the vendor: to be checked, and undone. */
  unknown: StepName[];
  /** A system is doing them now: they stop, or are to be undone. */
  running: StepName[];
  /** Of those to be undone: Dealerops tries it itself, and a task opens only where that fails. */
  automatic: StepName[];
}

/**
 * What a withdrawal would do now.
 * @param isBegun whether the step's open task was ever claimed, so that its person may have done it
 */
export function withdrawalEffects(
  steps: readonly StepProgress[],
  isBegun: (step: StepProgress) => boolean,
): WithdrawalEffects {
  const hasEffect = ({ step }: StepProgress) => !stepsWithoutEffect.includes(step);
  const isOpen = ({ state }: StepProgress) => openStepStates.includes(state);
  const maybe = (step: StepProgress) => step.state !== 'done' && (step.mayBeDone || (isOpen(step) && isBegun(step)));
  const namesOf = (which: (step: StepProgress) => unknown) => steps.filter(which).map(({ step }) => step);
  return {
    stopped: namesOf(isOpen),
    done: namesOf((step) => step.state === 'done' && hasEffect(step)),
    unknown: namesOf((step) => hasEffect(step) && maybe(step)),
    running: namesOf((step) => step.state === 'running' && hasEffect(step) && !maybe(step)),
    automatic: namesOf((step) => step.before && (step.state !== 'done' || step.by === 'vinsolutions_events')),
  };
}
