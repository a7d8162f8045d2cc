import * as z from 'zod/mini';

export const sandboxViews = ['inbox', 'systems', 'faults'] as const;

/** What of the sandbox is shown, as its address has it. */
export const sandboxSearch = z.strictObject({
  view: z.optional(z.enum(sandboxViews)),
  search: z.optional(z.string()),
  /** Which email is open. */
  mail: z.optional(z.string()),
});
