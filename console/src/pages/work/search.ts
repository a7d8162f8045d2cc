import * as z from 'zod/mini';
import { taskStates } from '../../../../domain/shared/tasks.ts';
import { integrationNames } from '../../../../domain/shared/vendors.ts';

/** The filters of the list of tasks, as its address has them. */
export const workSearch = z.strictObject({
  whose: z.optional(z.enum(['mine', 'overdue'])),
  state: z.optional(z.enum(taskStates)),
  integration: z.optional(z.enum(integrationNames)),
  account: z.optional(z.string()),
});
