import type { StepName } from './catalog.ts';

/** Nothing happens at the vendor in these steps, so there is nothing to reinstate. */
export const stepsWithoutEffect: readonly StepName[] = ['gate', 'group-question', 'reinstate'];
