import * as z from 'zod/mini';
import { sortOrders, taskSorts, taskViews } from '../../../../domain/shared/taskLists.ts';
import { integrationNames } from '../../../../domain/shared/vendors.ts';

/** Which tasks the page lists, and which of them is open beside the list, as its address has them. */
export const workSearch = z.strictObject({
  view: z.optional(z.enum(taskViews)),
  search: z.optional(z.string()),
  integration: z.optional(z.enum(integrationNames)),
  sort: z.optional(z.enum(taskSorts)),
  order: z.optional(z.enum(sortOrders)),
  group: z.optional(z.enum(['dealer'])),
  task: z.optional(z.string()),
});
export type WorkSearch = z.infer<typeof workSearch>;
