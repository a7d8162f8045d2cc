import type { StepState } from '../shared/checklist.ts';

const titles: Record<StepState, string> = {
  next: 'Upcoming',
  running: 'In progress',
  waiting: 'Waiting',
  done: 'Done',
  blocked: 'Blocked',
  not_completed: 'Not completed',
  withdrawn: 'Withdrawn',
};

/** How a step stands, as people read it beside its title. */
export function stepStateTitle({ step, state }: { step: string; state: StepState }): string {
  return step === 'gate' && state === 'blocked' ? 'Blocked: parent account is Active' : titles[state];
}
