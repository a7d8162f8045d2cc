import type { StepState } from '../shared/checklist.ts';
import { stepStateTitles } from '../shared/stepWords.ts';

/** How a step stands, as people read it beside its title. */
export function stepStateTitle({ step, state }: { step: string; state: StepState }): string {
  return step === 'gate' && state === 'blocked' ? 'Blocked: parent account is Active' : stepStateTitles[state];
}
