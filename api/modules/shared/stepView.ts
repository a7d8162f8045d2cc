import { z } from 'zod';
import { stepStates } from '../../../domain/shared/checklist.ts';

/** One step of a process's checklist, as its readers see it. */
export const Step = z
  .object({
    step: z.string(),
    title: z.string(),
    state: z.enum(stepStates).meta({ id: 'StepState' }),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
    by: z.string().optional(),
    evidence: z.string().optional(),
    waitingOn: z.string().optional(),
    waitingSince: z.string().optional(),
    taskId: z.string().optional(),
  })
  .meta({ id: 'Step' });
