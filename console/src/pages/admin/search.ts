import * as z from 'zod/mini';

export const adminViews = ['people', 'keys', 'schedules', 'events'] as const;

/** What of the administration is shown, as its address has it. */
export const adminSearch = z.strictObject({
  view: z.optional(z.enum(adminViews)),
  /** Of the events: who did it, and to what. */
  by: z.optional(z.string()),
  subject: z.optional(z.string()),
});
