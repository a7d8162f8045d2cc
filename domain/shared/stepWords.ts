import type { StepState } from './checklist.ts';

/** How a step stands, as people read it beside its title. */
export const stepStateTitles: Readonly<Record<StepState, string>> = {
  next: 'Upcoming',
  running: 'In progress',
  waiting: 'Waiting',
  done: 'Done',
  blocked: 'Blocked',
  not_completed: 'Not completed',
  withdrawn: 'Withdrawn',
};
