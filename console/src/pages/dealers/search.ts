import * as z from 'zod/mini';

/** What the list of dealers is searched for. */
export const dealerSearch = z.strictObject({ search: z.optional(z.string().check(z.maxLength(100))) });
